// The answer of a URL whose invoke mode is BUFFERED: the function's response, whole.

import type { Readable } from "node:stream";
import { maximumPayloadBytes } from "../../lambda/limits.ts";
import type { InvocationResult } from "../runtime-api/invocation.ts";
import { InvalidAnswer } from "./answer.ts";
import { bufferedAnswer } from "./buffered-answer.ts";
import { type Exchange, sendBadGateway, sendWhole } from "./exchange.ts";

export async function sendBuffered(exchange: Exchange, result: InvocationResult): Promise<void> {
  const returned = await wholeResponse(result);
  if (typeof returned === "string") return sendBadGateway(exchange, returned);
  try {
    const { status, headers, body } = bufferedAnswer(returned);
    sendWhole(exchange, status, headers, body);
  } catch (error) {
    if (!(error instanceof InvalidAnswer)) throw error;
    sendBadGateway(exchange, `The function's answer is not valid: ${error.message}`);
  }
}

/** The bytes, or why there are none. */
async function wholeResponse(result: InvocationResult): Promise<Buffer | string> {
  if (result.kind === "response") return result.body;
  if (result.kind === "error") return `The function failed: ${result.body}`;
  // A function may stream although its caller waits for the end.
  const bytes = await collect(result.chunks);
  const error = await result.ended;
  if (error !== undefined) return `The function failed: ${error.body}`;
  return (
    bytes ??
    `The streamed response is larger than ${maximumPayloadBytes} bytes; set InvokeMode to RESPONSE_STREAM`
  );
}

/** Reads to the end, but holds no more than the limit. */
async function collect(chunks: Readable): Promise<Buffer | undefined> {
  let held: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size <= maximumPayloadBytes) held.push(chunk);
    else held = [];
  }
  return size <= maximumPayloadBytes ? Buffer.concat(held) : undefined;
}
