// Status, headers and cookies of a function's answer, checked before any byte is written.
import { validateHeaderName, validateHeaderValue } from "node:http";

export type Header = readonly [name: string, value: string];

/** The first lines of an HTTP answer. */
export interface AnswerHead {
  readonly status: number;
  /** In order; a name may come twice. */
  readonly headers: readonly Header[];
}

/** An answer of a function that is not valid; the message tells its author what is wrong. */
export class InvalidAnswer extends Error {
  override name = "InvalidAnswer";
}

/** These belong to the endpoint, which speaks HTTP itself, whatever the function says. */
const ofTheEndpoint = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "x-amzn-requestid",
  "x-amzn-trace-id",
]);

/** AWS reserves these too, but passes on what the function said under another name. */
const remapped = new Set(["date", "www-authenticate"]);

/**
 * Checks `statusCode`, `headers` and `cookies` of a proxy answer or of a prelude.
 * @throws InvalidAnswer
 */
export function answerHead(answer: Readonly<Record<string, unknown>>): AnswerHead {
  const headers = headerList(answer.headers);
  for (const cookie of cookieList(answer.cookies)) headers.push(header("Set-Cookie", cookie));
  return { status: status(answer.statusCode), headers };
}

/** The head with a content type, if it has none of its own. */
export function withContentType(head: AnswerHead, contentType: string): AnswerHead {
  if (head.headers.some(([name]) => name.toLowerCase() === "content-type")) return head;
  return { ...head, headers: [["Content-Type", contentType], ...head.headers] };
}

function status(value: unknown): number {
  // "302" as a string has always worked on AWS.
  const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  // 1xx is not a final answer: a client would keep waiting.
  if (Number.isInteger(number) && (number as number) >= 200 && (number as number) <= 599) {
    return number as number;
  }
  throw new InvalidAnswer(
    `its statusCode is ${shown(value)}; it must be an integer from 200 to 599`,
  );
}

function headerList(value: unknown): Header[] {
  if (value === undefined || value === null) return [];
  if (typeof value !== "object" || Array.isArray(value)) {
    throw new InvalidAnswer(`its headers are ${shown(value)}; they must be an object of strings`);
  }
  return Object.entries(value)
    .map(([name, text]) => header(name, text))
    .filter(([name]) => !ofTheEndpoint.has(name.toLowerCase()))
    .map(([name, text]) =>
      remapped.has(name.toLowerCase()) ? [`x-amzn-Remapped-${name}`, text] : [name, text],
    );
}

function cookieList(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw new InvalidAnswer(`its cookies are ${shown(value)}; they must be an array of strings`);
}

/** A line break within a value would let a function's data write headers of its own. */
function header(name: string, value: unknown): Header {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
    throw new InvalidAnswer(`its header ${name} is ${shown(value)}; it must be a string`);
  }
  // Node writes header values as latin1, so they are converted to send the UTF-8 they are meant to
  // be.
  const bytes = Buffer.from(String(value)).toString("latin1");
  try {
    validateHeaderName(name);
    validateHeaderValue(name, bytes);
  } catch {
    throw new InvalidAnswer(
      `its header ${shown(name)} is ${shown(value)}, which HTTP cannot carry`,
    );
  }
  return [name, bytes];
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
