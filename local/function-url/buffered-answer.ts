// What a function returned, as an HTTP answer: the rules of the invoke mode BUFFERED.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload
import { isUtf8 } from "node:buffer";
import { type AnswerHead, answerHead, InvalidAnswer, withContentType } from "./answer.ts";

export interface BufferedAnswer extends AnswerHead {
  readonly body: Buffer;
}

const json = "application/json";

/**
 * A JSON object with a `statusCode` is taken apart; anything else is a body with status 200, valid
 * JSON or not. Beyond AWS's documentation this follows recordings of the real endpoint: JSON is
 * sent without its white space, and a JSON string without its quotes.
 * @throws InvalidAnswer
 */
export function bufferedAnswer(returned: Buffer): BufferedAnswer {
  const text = isUtf8(returned) ? returned.toString() : undefined;
  const value = text === undefined ? undefined : parsed(text);
  if (text === undefined || value === undefined) return whole(returned);
  if (typeof value === "string") return whole(Buffer.from(value));
  if (!isRecord(value) || !("statusCode" in value)) return whole(Buffer.from(compact(text)));
  return { ...withContentType(answerHead(value), json), body: body(value) };
}

function whole(bytes: Buffer): BufferedAnswer {
  return { status: 200, headers: [["Content-Type", json]], body: bytes };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Not JSON: the bytes are the body.
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function body(answer: Readonly<Record<string, unknown>>): Buffer {
  const { body = null, isBase64Encoded = false } = answer;
  if (typeof isBase64Encoded !== "boolean" && isBase64Encoded !== null) {
    throw new InvalidAnswer("its isBase64Encoded is neither true nor false");
  }
  if (isBase64Encoded) return decoded(body);
  if (body === null) return Buffer.alloc(0);
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}

function decoded(body: unknown): Buffer {
  if (body === null) return Buffer.alloc(0);
  if (typeof body === "string" && !/[^A-Za-z0-9+/=\s]/.test(body)) {
    return Buffer.from(body, "base64");
  }
  throw new InvalidAnswer("its isBase64Encoded is true, but its body is not base64");
}

/** JSON without the white space between its tokens; digits of numbers stay as they are. */
function compact(text: string): string {
  let result = "";
  let start = 0;
  for (;;) {
    const quote = text.indexOf('"', start);
    const between = quote === -1 ? text.slice(start) : text.slice(start, quote);
    result += between.replace(/\s+/g, "");
    if (quote === -1) return result;
    start = stringEnd(text, quote);
    result += text.slice(quote, start);
  }
}

/**
 * Where the string that begins at `quote` ends. Not a regular expression: 6 MB would overflow one.
 */
function stringEnd(text: string, quote: number): number {
  let end = quote;
  let escapes: number;
  do {
    end = text.indexOf('"', end + 1);
    escapes = 0;
    while (text[end - 1 - escapes] === "\\") escapes += 1;
  } while (escapes % 2 === 1);
  return end + 1;
}
