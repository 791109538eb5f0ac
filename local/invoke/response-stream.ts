// The answer of InvokeWithResponseStream: an event stream whose last frame says whether it
// succeeded. https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html
import type { ServerResponse } from "node:http";
import { exception } from "../event-stream/exception.ts";
import { type Completion, invokeComplete } from "../event-stream/invoke-complete.ts";
import { payloadChunk } from "../event-stream/payload-chunk.ts";
import { fatalError } from "../runtime-api/function-error.ts";
import type { FunctionError } from "../runtime-api/invocation.ts";
import { forwardChunks } from "./forward-chunks.ts";
import type { InvokeOutcome } from "./outcome.ts";

/** Settles when everything is written, or when the client has gone and the function has ended. */
export async function sendResponseStream(
  response: ServerResponse,
  outcome: InvokeOutcome,
  options: { readonly logTail: boolean },
): Promise<void> {
  const { result } = outcome;
  response.writeHead(200, {
    "Content-Type": "application/vnd.amazon.eventstream",
    "X-Amz-Executed-Version": outcome.executedVersion,
    "x-amzn-RequestId": outcome.requestId,
    "X-Amzn-Trace-Id": outcome.traceId,
    "X-Amzn-Remapped-Content-Type": result.contentType,
  });
  // The first byte of a stream may take long; the client learns at once that the function runs.
  response.flushHeaders();
  const { sent, error } = await sendPayload(response, outcome);
  if (!sent) return;
  try {
    const log = options.logTail ? { LogResult: (await outcome.logTail()).toString("base64") } : {};
    response.end(invokeComplete({ ...error, ...log }));
  } catch (fault) {
    // The status is already sent; an event stream reports a fault of the service in this way.
    response.end(exception("ServiceException", `The log is lost: ${(fault as Error).message}`));
  }
}

async function sendPayload(
  response: ServerResponse,
  { requestId, result }: InvokeOutcome,
): Promise<{ sent: boolean; error: Completion }> {
  switch (result.kind) {
    case "error":
      // What Lambda sends for an error before the first byte is documented nowhere; its Invoke
      // calls every function error "Unhandled".
      return { sent: !response.destroyed, error: completion("Unhandled", result, requestId) };
    case "response":
      return { sent: await forwardChunks(only(result.body), response, payloadChunk), error: {} };
    case "stream": {
      const sent = await forwardChunks(result.chunks, response, payloadChunk);
      const error = await result.ended;
      if (error === undefined) return { sent, error: {} };
      return { sent, error: completion(error.errorType, error, requestId) };
    }
  }
}

function completion(ErrorCode: string, error: FunctionError, requestId: string): Completion {
  // A runtime may break off without a body for its error.
  const { body } =
    error.body.length > 0 ? error : fatalError(requestId, ErrorCode, "The response broke off");
  return { ErrorCode, ErrorDetails: body.toString() };
}

async function* only(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
