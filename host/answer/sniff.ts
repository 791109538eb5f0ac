// The content type of a body without one: JSON, HTML, text or bytes.
import { isUtf8 } from "node:buffer";

/** Tags with which a page may begin (WHATWG: "MIME Sniffing", 7.1). */
const htmlStart =
  /^[\ufeff\s]*<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p)[\s>]|^[\ufeff\s]*<!--/i;

/** Bytes that do not occur in text (the same standard's "binary data bytes"). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const binary = /[\0-\x08\x0b\x0e-\x1a\x1c-\x1f]/;

/** `body` may be only the first piece, and end in the middle of a character. */
export function sniffContentType(body: Buffer): string {
  if (!isUtf8(body.subarray(0, endOfLastCharacter(body)))) return "application/octet-stream";
  const text = body.toString("utf8");
  if (isJson(text)) return "application/json";
  if (htmlStart.test(text)) return "text/html; charset=utf-8";
  return binary.test(text) ? "application/octet-stream" : "text/plain; charset=utf-8";
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The length without a character at the end that is not complete. */
function endOfLastCharacter(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return back < needed ? bytes.length - back : bytes.length;
    }
    if (byte < 0x80) break;
  }
  return bytes.length;
}
