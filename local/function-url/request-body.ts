// The body of a request as an event holds it: text as text, anything else as base64.
import { isUtf8 } from "node:buffer";

/** Forms are not among them: function URLs pass them on as base64, as HTTP APIs do. */
const textTypes =
  /^(?:text\/[^;]*|application\/(?:[^;]*\+)?(?:json|xml)|application\/javascript)\s*(?:;|$)/i;

export interface EventBody {
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

/** Text whose bytes are not UTF-8 is base64 too: nothing of a body is lost on its way in. */
export function requestBody(bytes: Buffer, headers: Readonly<Record<string, string>>): EventBody {
  if (bytes.length === 0) return { isBase64Encoded: false };
  const plain = (headers["content-encoding"] ?? "identity") === "identity";
  if (plain && textTypes.test(headers["content-type"] ?? "") && isUtf8(bytes)) {
    return { body: bytes.toString(), isBase64Encoded: false };
  }
  return { body: bytes.toString("base64"), isBase64Encoded: true };
}
