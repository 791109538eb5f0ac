// The two calls of every invocation, recognised in their plain form: a poll, and a whole response.
// Whatever is not exactly that is not read here at all: Node's own server reads it (connection.ts).

const poll = "GET /2018-06-01/runtime/invocation/next HTTP/1.1";
const beforeRequestId = "POST /2018-06-01/runtime/invocation/";
const afterRequestId = "/response HTTP/1.1";

/** A longer head is no plain one, in bytes. */
const maximumHeadBytes = 2048;

export interface HotCall {
  /** Of the invocation that is answered; undefined for a poll. */
  readonly requestId: string | undefined;
  readonly contentType: string | undefined;
  /** Where in the bytes the body begins, and where the call ends. */
  readonly bodyStart: number;
  readonly end: number;
}

/** Undefined unless the bytes begin with one whole call, body included. */
export function readHotCall(bytes: Buffer): HotCall | undefined {
  const text = bytes.toString("latin1", 0, maximumHeadBytes);
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const lineEnd = text.indexOf("\r\n");
  const requestLine = text.slice(0, lineEnd);
  const requestId = requestLine === poll ? undefined : readRequestId(requestLine);
  if (requestId === "") return undefined;
  const fields = readFields(text, lineEnd, headEnd);
  if (fields === undefined) return undefined;
  const bodyStart = headEnd + 4;
  const end = bodyStart + fields.contentLength;
  if (end > bytes.length || (requestId === undefined && end > bodyStart)) return undefined;
  return { requestId, contentType: fields.contentType, bodyStart, end };
}

/** Nothing in such an id is encoded. */
const plainId = /^[\w-]+$/;

/** Empty for every other request line. */
function readRequestId(requestLine: string): string {
  if (!requestLine.startsWith(beforeRequestId) || !requestLine.endsWith(afterRequestId)) return "";
  const requestId = requestLine.slice(beforeRequestId.length, -afterRequestId.length);
  return plainId.test(requestId) ? requestId : "";
}

/** A field's name and its value; a folded line is none. */
const field = /^([\w-]+):[ \t]*([\x20-\x7e]*)$/;
const digits = /^\d{1,9}$/;

interface Fields {
  contentLength: number;
  contentType: string | undefined;
}

/** Undefined when a field changes how the call is to be read or answered, or is given twice. */
function readFields(text: string, start: number, end: number): Fields | undefined {
  let contentLength: number | undefined;
  let contentType: string | undefined;
  let host: string | undefined;
  for (let lineStart = start + 2; lineStart < end; ) {
    const lineEnd = text.indexOf("\r\n", lineStart);
    const [, name, padded] = field.exec(text.slice(lineStart, lineEnd)) ?? [];
    if (name === undefined || padded === undefined) return undefined;
    const value = padded.trimEnd();
    lineStart = lineEnd + 2;
    switch (name.toLowerCase()) {
      case "content-length":
        if (contentLength !== undefined || !digits.test(value)) return undefined;
        contentLength = Number(value);
        break;
      case "content-type":
        if (contentType !== undefined) return undefined;
        contentType = value;
        break;
      case "host":
        if (host !== undefined) return undefined;
        host = value;
        break;
      case "connection":
        if (value.toLowerCase() !== "keep-alive") return undefined;
        break;
      case "user-agent":
      case "accept":
      case "accept-encoding":
      case "accept-language":
      case "lambda-runtime-function-error-type":
        break;
      // Transfer-Encoding, Expect, Upgrade, the response mode, and whatever nobody thought of.
      default:
        return undefined;
    }
  }
  if (host === undefined) return undefined;
  return { contentLength: contentLength ?? 0, contentType };
}
