// POST /runtime/invocation/{id}/response: the answer of the function, whole or streamed.

import type { IncomingMessage } from "node:http";
import { maximumPayloadBytes } from "../../lambda/limits.ts";
import { apiErrors, refuse } from "./api-error.ts";
import { claim, finish } from "./claim.ts";
import { deliver } from "./deliver.ts";
import type { Environment } from "./environment.ts";
import { responseModeError, tooLargeError, truncatedError } from "./function-error.ts";
import { type PendingInvocation, settle } from "./pending-invocation.ts";
import { readBody } from "./read-body.ts";
import { accept, type Reply } from "./reply.ts";
import { streamedResponse } from "./streamed-response.ts";

export async function invocationResponse(
  environment: Environment,
  requestId: string,
  request: IncomingMessage,
  reply: Reply,
): Promise<void> {
  const pending = claim(environment, requestId, "InvocationResponse", reply);
  if (pending === undefined) return;
  const mode = request.headers["lambda-runtime-function-response-mode"];
  if (mode === "streaming") {
    await streamedResponse(environment, pending, request, reply);
  } else if (mode) {
    settle(pending, { kind: "error", ...responseModeError(requestId, String(mode)) });
    // Classic: the state stays, a runtime that speaks of unknown modes is refused from here on.
    if (environment.maxConcurrency !== undefined) finish(environment, pending);
    refuse(environment, reply, apiErrors.invalidFunctionResponseMode);
  } else {
    await bufferedResponse(environment, pending, request, reply);
  }
  deliver(environment);
}

async function bufferedResponse(
  environment: Environment,
  pending: PendingInvocation,
  request: IncomingMessage,
  reply: Reply,
): Promise<void> {
  const body = await readBody(request, maximumPayloadBytes);
  if (body.kind === "broken") {
    environment.onFault(`The response to ${pending.invocation.requestId} broke off`);
    // Classic: nobody is left to answer, and every later call is refused; the caller gets an error
    // when the runtime exits, or at the deadline.
    if (environment.maxConcurrency === undefined) return;
    settle(pending, { kind: "error", ...truncatedError(pending.invocation.requestId) });
    finish(environment, pending);
    return;
  }
  if (pending.timedOut) {
    refuse(environment, reply, apiErrors.invokeTimeout);
    return;
  }
  if (body.kind === "too-large") {
    settle(pending, { kind: "error", ...tooLargeError(body.size) });
    finish(environment, pending);
    refuse(environment, reply, apiErrors.requestEntityTooLarge);
    return;
  }
  settle(pending, {
    kind: "response",
    body: body.bytes,
    contentType: request.headers["content-type"] || "application/octet-stream",
  });
  finish(environment, pending);
  accept(reply);
}
