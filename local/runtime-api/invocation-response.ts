// POST /runtime/invocation/{id}/response: the answer of the function, whole or streamed.
import type { IncomingMessage, ServerResponse } from "node:http";
import { maximumResponseBytes } from "../../host/answer/limit.ts";
import { accept, apiErrors, refuse } from "./api-error.ts";
import { claim } from "./claim.ts";
import { become, type Environment, type PendingInvocation, settle } from "./environment.ts";
import { responseModeError, tooLargeError } from "./function-error.ts";
import { readBody } from "./read-body.ts";
import { streamedResponse } from "./streamed-response.ts";

export async function invocationResponse(
  environment: Environment,
  requestId: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const pending = claim(environment, requestId, "InvocationResponse", response);
  if (pending === undefined) return;
  const mode = request.headers["lambda-runtime-function-response-mode"];
  if (mode === "streaming") {
    await streamedResponse(environment, pending, request, response);
  } else if (mode) {
    // The state stays: a runtime that speaks of unknown modes is refused from here on.
    settle(pending, { kind: "error", ...responseModeError(requestId, String(mode)) });
    refuse(environment, response, apiErrors.invalidFunctionResponseMode);
  } else {
    await bufferedResponse(environment, pending, request, response);
  }
}

async function bufferedResponse(
  environment: Environment,
  pending: PendingInvocation,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request, maximumResponseBytes);
  if (body.kind === "broken") {
    // Nobody is left to be answered, and every later call is refused; the caller hears of it when
    // the runtime exits, or at the deadline.
    environment.onFault(`The response to ${pending.invocation.requestId} broke off`);
    return;
  }
  if (body.kind === "too-large") {
    settle(pending, { kind: "error", ...tooLargeError(body.size) });
    become(environment, "RuntimeResponseSentState");
    refuse(environment, response, apiErrors.requestEntityTooLarge);
    return;
  }
  const contentType = request.headers["content-type"] ?? "application/octet-stream";
  settle(pending, { kind: "response", body: body.bytes, contentType });
  become(environment, "RuntimeResponseSentState");
  accept(response);
}
