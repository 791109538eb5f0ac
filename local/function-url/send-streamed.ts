// The answer of a URL whose invoke mode is RESPONSE_STREAM: bytes as the function writes them.
import type { ServerResponse } from "node:http";
import { forwardChunks } from "../invoke/forward-chunks.ts";
import type { FunctionError, InvocationResult } from "../runtime-api/invocation.ts";
import { type AnswerHead, InvalidAnswer } from "./answer.ts";
import { type Exchange, sendBadGateway, sendHead } from "./exchange.ts";
import { integrationType, readPrelude } from "./prelude.ts";

/**
 * A response that was not streamed is a stream of one chunk: it is not parsed as a proxy answer.
 */
export async function sendStreamed(exchange: Exchange, result: InvocationResult): Promise<void> {
  if (result.kind === "error") {
    return sendBadGateway(exchange, `The function failed: ${result.body}`, result);
  }
  const streamed = result.kind === "stream";
  const chunks = streamed ? iterate(result.chunks) : iterate([result.body]);
  const ended = streamed ? result.ended : Promise.resolve(undefined);
  try {
    const start = await startOf(chunks, result.contentType);
    await sendBody(exchange, start, chunks, ended);
  } catch (error) {
    if (!(error instanceof InvalidAnswer)) throw error;
    await drain(chunks);
    const failure = await ended;
    const why = failure ? `The function failed: ${failure.body}` : invalid(error);
    sendBadGateway(exchange, why, failure);
  }
}

interface Start {
  readonly head: AnswerHead;
  readonly first: Buffer | undefined;
}

/** Waits for the first bytes: until then a failure can still be answered as one. */
async function startOf(chunks: AsyncIterator<Buffer>, contentType: string): Promise<Start> {
  if (contentType.split(";", 1)[0]?.trim().toLowerCase() === integrationType) {
    const { head, rest } = await readPrelude(chunks);
    return { head, first: rest };
  }
  const next = await chunks.next();
  const head = { status: 200, headers: [["Content-Type", contentType]] } as const;
  return { head, first: next.done ? undefined : next.value };
}

async function sendBody(
  exchange: Exchange,
  { head, first }: Start,
  chunks: AsyncGenerator<Buffer>,
  ended: Promise<FunctionError | undefined>,
): Promise<void> {
  const { response } = exchange;
  const error = first === undefined ? await ended : undefined;
  if (error !== undefined) {
    return sendBadGateway(exchange, `The function failed: ${error.body}`, error);
  }
  if (!response.destroyed) {
    sendHead(exchange, head.status, head.headers);
    // Status and headers need not wait for a body that comes later.
    if (!first?.length) response.flushHeaders();
  }
  const sent = await forwardChunks(startingWith(first, chunks), response);
  const failure = await ended;
  if (failure === undefined) {
    if (sent) response.end();
    return;
  }
  exchange.onFault(`The function failed while it streamed: ${failure.body}`);
  breakOff(response);
}

/** The status is already sent: only an end without the last chunk can show a failure. */
function breakOff(response: ServerResponse): void {
  // What was written before the failure still reaches the client.
  if (response.socket) response.socket.destroySoon();
  else response.destroy();
}

async function* iterate(chunks: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) yield chunk;
}

async function* startingWith(
  first: Buffer | undefined,
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  if (first?.length) yield first;
  yield* chunks;
}

async function drain(chunks: AsyncIterable<Buffer>): Promise<void> {
  for await (const _ of chunks);
}

function invalid(error: InvalidAnswer): string {
  return `The function's answer is not valid: ${error.message}`;
}
