// The answer of a URL whose invoke mode is BUFFERED: the function's response, whole.

import type { Readable } from "node:stream";
import { maximumPayloadBytes } from "../../lambda/limits.ts";
import type { FunctionError, InvocationResult } from "../runtime-api/invocation.ts";
import { InvalidAnswer } from "./answer.ts";
import { bufferedAnswer } from "./buffered-answer.ts";
import { type Exchange, sendBadGateway, sendWhole } from "./exchange.ts";

export async function sendBuffered(exchange: Exchange, result: InvocationResult): Promise<void> {
  const returned = await wholeResponse(result);
  if ("why" in returned) return sendBadGateway(exchange, returned.why, returned.error);
  try {
    const { status, headers, body } = bufferedAnswer(returned);
    sendWhole(exchange, status, headers, body);
  } catch (error) {
    if (!(error instanceof InvalidAnswer)) throw error;
    sendBadGateway(exchange, `The function's answer is not valid: ${error.message}`);
  }
}

/** The bytes, or why there are none. */
async function wholeResponse(
  result: InvocationResult,
): Promise<Buffer | { readonly why: string; readonly error?: FunctionError }> {
  if (result.kind === "response") return result.body;
  if (result.kind === "error") return failed(result);
  // A function may stream although its caller waits for the end.
  const bytes = await collect(result.chunks);
  const error = await result.ended;
  if (error !== undefined) return failed(error);
  return (
    bytes ?? {
      why: `The streamed response is larger than ${maximumPayloadBytes} bytes; set InvokeMode to RESPONSE_STREAM`,
    }
  );
}

function failed(error: FunctionError) {
  return { why: `The function failed: ${error.body}`, error };
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
