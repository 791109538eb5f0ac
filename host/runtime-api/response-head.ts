// The head of an HTTP/1.1 response: status line and header fields (RFC 9112, sections 4 and 5).
import { isUtf8 } from "node:buffer";

export interface ResponseHead {
  readonly status: number;
  /** Lower-case names; repeated fields joined with ", ". */
  readonly headers: ReadonlyMap<string, string>;
  /** How the body ends: after a number of bytes, by chunked coding, or when the connection closes. */
  readonly body: number | "chunked" | "until-close";
  readonly keepAlive: boolean;
}

/**
 * Parses the bytes before the empty line.
 * @throws Error naming the malformed part.
 */
export function parseResponseHead(bytes: Buffer): ResponseHead {
  const text = headText(bytes);
  const lineEnd = endOfLine(text, 0);
  const firstLine = text.slice(0, lineEnd);
  const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: |$)/.exec(firstLine);
  if (!statusLine) throw new Error(`malformed status line ${quote(firstLine)}`);
  const headers = parseFields(text, lineEnd + 2);
  const status = Number(statusLine[2]);
  return {
    status,
    headers,
    body: bodyFraming(status, headers),
    keepAlive: keepsAlive(statusLine[1] as string, headers.get("connection")),
  };
}

// Header values are UTF-8 on Lambda (client context); a line that is not is kept byte for byte as latin1.
function headText(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString("utf8");
  return bytes
    .toString("latin1")
    .split("\r\n")
    .map((line) => {
      const lineBytes = Buffer.from(line, "latin1");
      return isUtf8(lineBytes) ? lineBytes.toString("utf8") : line;
    })
    .join("\r\n");
}

function parseFields(text: string, from: number): Map<string, string> {
  const headers = new Map<string, string>();
  for (let start = from; start < text.length; ) {
    const end = endOfLine(text, start);
    const colon = text.indexOf(":", start);
    const name = colon !== -1 && colon < end ? fieldName(text.slice(start, colon)) : undefined;
    if (name === undefined)
      throw new Error(`malformed header line ${quote(text.slice(start, end))}`);
    const value = withoutBlanks(text, colon + 1, end);
    if (value.includes("\0")) throw new Error(`header ${name} holds NUL`);
    const earlier = headers.get(name);
    headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
    start = end + 2;
  }
  return headers;
}

/** Where the line's CRLF, or the text, ends. @throws Error for a CR or an LF that stands alone. */
function endOfLine(text: string, start: number): number {
  const feed = text.indexOf("\n", start);
  const end = feed === -1 ? text.length : feed - 1;
  const carriage = text.indexOf("\r", start);
  if (carriage !== (feed === -1 ? -1 : end)) {
    throw new Error(`a line of its head does not end in CRLF: ${quote(text.slice(start))}`);
  }
  return end;
}

/**
 * Names as they were written, with the lower-case form of those that are tokens, because heads
 * repeat them.
 */
const knownNames = new Map<string, string>();

/** So that a peer that invents names cannot fill the memory. */
const maximumKnownNames = 256;

function fieldName(written: string): string | undefined {
  const known = knownNames.get(written);
  if (known !== undefined) return known;
  if (!/^[!#$%&'*+\-.^_`|~\da-z]+$/i.test(written)) return undefined;
  const name = written.toLowerCase();
  if (knownNames.size < maximumKnownNames) knownNames.set(written, name);
  return name;
}

// The white space around a value is spaces and tabs; String.trim would remove more.
function withoutBlanks(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

function bodyFraming(status: number, headers: Map<string, string>): ResponseHead["body"] {
  if (status < 200 || status === 204 || status === 304) return 0;
  const coding = headers.get("transfer-encoding");
  if (coding !== undefined) {
    if (coding.toLowerCase() === "chunked") return "chunked";
    throw new Error(`transfer coding ${quote(coding)} is not known`);
  }
  const text = headers.get("content-length");
  if (text === undefined) return "until-close";
  // Equal fields arrive joined: "5, 5" (RFC 9112, section 6.3).
  const length = /^(\d+)(?:, \1)*$/.exec(text)?.[1];
  if (length === undefined) throw new Error(`malformed Content-Length ${quote(text)}`);
  return Number(length);
}

function keepsAlive(minorVersion: string, connection: string | undefined): boolean {
  const options = connection?.toLowerCase() ?? "";
  return minorVersion === "1" ? !options.includes("close") : options.includes("keep-alive");
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}
