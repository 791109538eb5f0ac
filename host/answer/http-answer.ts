// What a script wrote to stdout for a request, as an HTTP answer: a CGI answer, or a body.
import { sniffContentType } from "./sniff.ts";

export interface HttpAnswer extends HttpHead {
  readonly body: Buffer;
}

export interface HttpHead {
  readonly status: number;
  /** The script's text after the status, such as `Not Found`. */
  readonly reason: string | undefined;
  /** One entry a value, in order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** Headers of the connection, which the script does not own: Lambda and its callers set them. */
const connectionHeaders = ["connection", "transfer-encoding", "content-length", "status"];

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** A field of RFC 9110, section 5, without anything that some program could take for a line end. */
const field = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):([^\0\r\n]*)$/;

/**
 * A header block, an empty line (or the end) and a body; anything else is all body. A block counts
 * only if each of its lines is a field and one of them is Status, Location or Content-Type: text
 * with a colon in its first line is not a header.
 */
export function httpAnswer(stdout: Buffer): HttpAnswer {
  const end = endOfBlock(stdout) ?? stdout.length;
  const head = readHead(stdout.subarray(0, end));
  const body = head === undefined ? stdout : stdout.subarray(end);
  return {
    ...withContentType(head ?? { status: 200, reason: undefined, headers: [] }, body),
    body,
  };
}

/** A body without a type gets the type that its first bytes suggest. */
export function withContentType(head: HttpHead, body: Buffer): HttpHead {
  const hasType = head.headers.some(([name]) => name.toLowerCase() === "content-type");
  if (hasType || body.length === 0) return head;
  return { ...head, headers: [...head.headers, ["Content-Type", sniffContentType(body)]] };
}

/** The position after the first empty line; undefined if there is none yet. */
export function endOfBlock(stdout: Buffer): number | undefined {
  let at = 0;
  while (at < stdout.length) {
    const lineEnd = stdout.indexOf(lineFeed, at);
    if (lineEnd === -1) return undefined;
    const length = lineEnd - at;
    if (length === 0 || (length === 1 && stdout[at] === carriageReturn)) return lineEnd + 1;
    at = lineEnd + 1;
  }
  return undefined;
}

/** Undefined when the part before the body is not a header block. */
export function readHead(block: Buffer): HttpHead | undefined {
  // Most output is not a header block and may be large, so its first line is checked first.
  const first = block.indexOf(lineFeed);
  const firstLine = block.toString("latin1", 0, first === -1 ? block.length : first);
  if (!field.test(firstLine.replace(/\r$/, ""))) return undefined;
  const fields: [name: string, value: string][] = [];
  for (const line of linesOf(decode(block))) {
    const [, name, value] = field.exec(line) ?? [];
    if (name === undefined || value === undefined) return undefined;
    fields.push([name, value.trim()]);
  }
  const status = fieldOf(fields, "status");
  const location = fieldOf(fields, "location");
  if (status === undefined && location === undefined && !fieldOf(fields, "content-type")) {
    return undefined;
  }
  const [, code, reason] = /^(\d{3})(?:[ \t]+(.*))?$/.exec(status ?? "") ?? [];
  if (status !== undefined && (code === undefined || Number(code) < 100 || Number(code) > 599)) {
    return undefined;
  }
  return {
    status: code === undefined ? (location === undefined ? 200 : 302) : Number(code),
    reason: reason || undefined,
    headers: fields.filter(([name]) => !connectionHeaders.includes(name.toLowerCase())),
  };
}

/** Without the empty line, and without what follows the last line's end. */
function linesOf(text: string): string[] {
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  while (lines.at(-1) === "") lines.pop();
  return lines;
}

function fieldOf(fields: readonly [string, string][], wanted: string): string | undefined {
  return fields.find(([name]) => name.toLowerCase() === wanted)?.[1];
}

/** Bytes that are not UTF-8 are taken as latin1, as HTTP did. */
function decode(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  return text.includes("\ufffd") ? bytes.toString("latin1") : text;
}
