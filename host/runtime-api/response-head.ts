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

/** Lambda allows 1 MB of request line and headers; nothing it sends back is larger. */
export const maximumHeadBytes = 1024 * 1024;

/** A body of this size can be no event; 6 MB is Lambda's limit, local services may allow more. */
const maximumBodyBytes = 256 * 1024 * 1024;

/**
 * Parses the bytes before the empty line.
 * @throws Error naming the malformed part.
 */
export function parseResponseHead(bytes: Buffer): ResponseHead {
  // Header values are UTF-8 on Lambda (client context); anything else is kept byte for byte as latin1.
  const text = isUtf8(bytes) ? bytes.toString("utf8") : bytes.toString("latin1");
  const lines = text.split("\r\n");
  const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: |$)/.exec(lines[0] as string);
  if (!statusLine) throw new Error(`malformed status line ${quote(lines[0] as string)}`);
  const headers = parseFields(lines);
  const status = Number(statusLine[2]);
  return {
    status,
    headers,
    body: bodyFraming(status, headers),
    keepAlive: keepsAlive(statusLine[1] as string, headers.get("connection")),
  };
}

function parseFields(lines: string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i] as string;
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    if (colon < 1 || /[^!#$%&'*+\-.^_`|~\da-z]/.test(name)) {
      throw new Error(`malformed header line ${quote(line)}`);
    }
    const value = line.slice(colon + 1).trim();
    if (value.includes("\0") || value.includes("\n") || value.includes("\r")) {
      throw new Error(`header ${name} holds NUL or a bare line end`);
    }
    const earlier = headers.get(name);
    headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return headers;
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
  // Two equal fields arrive joined: "5, 5" (RFC 9112, section 6.3).
  const [length = "", ...others] = text.split(", ");
  if (!/^\d+$/.test(length) || others.some((other) => other !== length)) {
    throw new Error(`malformed Content-Length ${quote(text)}`);
  }
  if (Number(length) > maximumBodyBytes) throw new Error(`a body of ${length} bytes is too large`);
  return Number(length);
}

function keepsAlive(minorVersion: string, connection: string | undefined): boolean {
  const options = connection?.toLowerCase() ?? "";
  return minorVersion === "1" ? !options.includes("close") : options.includes("keep-alive");
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}
