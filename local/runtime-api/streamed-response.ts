// A response that reaches its caller as it is written, with its failure in the trailers.

import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { maximumStreamedBytes } from "../../lambda/limits.ts";
import { apiErrors, refuse } from "./api-error.ts";
import { finish } from "./claim.ts";
import type { Environment } from "./environment.ts";
import { errorTypeForMetrics } from "./error-type.ts";
import { tooLargeError, truncatedError } from "./function-error.ts";
import type { FunctionError } from "./invocation.ts";
import { type PendingInvocation, settle } from "./pending-invocation.ts";
import { accept, type Reply } from "./reply.ts";

const errorTypeTrailer = "lambda-runtime-function-error-type";
const errorBodyTrailer = "lambda-runtime-function-error-body";

/** Settles the invocation at once; returns when the post has been answered or broke off. */
export async function streamedResponse(
  environment: Environment,
  pending: PendingInvocation,
  request: IncomingMessage,
  reply: Reply,
): Promise<void> {
  const chunks = new PassThrough();
  const ended = Promise.withResolvers<FunctionError | undefined>();
  // The first to end the stream gives the reason: the runtime, its death, or the deadline.
  const end = (error?: FunctionError) => {
    chunks.end();
    ended.resolve(error);
  };
  pending.failStream = end;
  const contentType = request.headers["content-type"] || "application/octet-stream";
  settle(pending, { kind: "stream", contentType, chunks, ended: ended.promise });
  const { complete, size } = await forward(request, chunks);
  pending.failStream = undefined;
  if (!complete) {
    end(truncatedError(pending.invocation.requestId));
    environment.onFault(`The streamed response to ${pending.invocation.requestId} broke off`);
    // Classic: the state stays, and every later call is refused.
    if (environment.maxConcurrency !== undefined) finish(environment, pending);
    return;
  }
  finish(environment, pending);
  if (pending.timedOut) {
    refuse(environment, reply, apiErrors.invokeTimeout);
    return;
  }
  if (size > maximumStreamedBytes) {
    end(tooLargeError(size, maximumStreamedBytes));
    refuse(environment, reply, apiErrors.requestEntityTooLarge);
    return;
  }
  end(trailerError(request.trailers));
  accept(reply);
}

/** Forwards chunks no faster than they are read; drops them once the reader is gone. */
function forward(
  request: IncomingMessage,
  chunks: PassThrough,
): Promise<{ complete: boolean; size: number }> {
  return new Promise((resolve) => {
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > maximumStreamedBytes || !chunks.writable) return;
      if (!chunks.write(chunk)) request.pause();
    });
    chunks.on("drain", () => request.resume());
    chunks.on("close", () => request.resume());
    request.on("end", () => resolve({ complete: true, size }));
    request.on("error", () => resolve({ complete: false, size }));
    request.on("close", () => resolve({ complete: false, size }));
  });
}

function trailerError(trailers: NodeJS.Dict<string>): FunctionError | undefined {
  const errorType = trailers[errorTypeTrailer];
  if (!errorType) return undefined;
  return {
    errorType: errorTypeForMetrics(errorType),
    body: Buffer.from(trailers[errorBodyTrailer] ?? "", "base64"),
    contentType: "application/json",
  };
}
