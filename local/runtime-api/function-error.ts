// Errors that a caller gets from the platform, because the runtime can no longer post one.

import { maximumPayloadBytes } from "../../lambda/limits.ts";
import type { FunctionError } from "./invocation.ts";

/** The environment ended before it answered; `reason` says how. */
export function fatalError(requestId: string, errorType: string, reason: string): FunctionError {
  return platformError(errorType, `RequestId: ${requestId} Error: ${reason}`);
}

/** The deadline passed; `seconds` is the function's timeout. */
export function timeoutError(requestId: string, seconds: number): FunctionError {
  const message = `Task timed out after ${seconds.toFixed(2)} seconds`;
  return platformError("Sandbox.Timedout", `RequestId: ${requestId} Error: ${message}`);
}

/** The response, or the error posted in its place, had `size` bytes. */
export function tooLargeError(size: number, limit: number = maximumPayloadBytes): FunctionError {
  return platformError(
    "Function.ResponseSizeTooLarge",
    `Response payload size (${size} bytes) exceeded maximum allowed payload size (${limit} bytes).`,
  );
}

/** The connection of a streamed response broke before its last chunk. */
export function truncatedError(requestId: string): FunctionError {
  return platformError(
    "Runtime.TruncatedResponse",
    `RequestId: ${requestId} Error: The response ended before it was complete`,
  );
}

/** The mode header of a response was not `streaming`. */
export function responseModeError(requestId: string, mode: string): FunctionError {
  return platformError(
    "Runtime.InvalidResponseModeHeader",
    `RequestId: ${requestId} Error: Lambda-Runtime-Function-Response-Mode is "${mode}"; the only mode is "streaming"`,
  );
}

function platformError(errorType: string, errorMessage: string): FunctionError {
  const body = Buffer.from(JSON.stringify({ errorType, errorMessage }));
  return { errorType, body, contentType: "application/json" };
}
