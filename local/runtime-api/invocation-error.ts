// POST /runtime/invocation/{id}/error: the function failed, and the runtime says how.
import type { IncomingMessage, ServerResponse } from "node:http";
import { maximumResponseBytes } from "../../host/answer/limit.ts";
import { accept, apiErrors, refuse } from "./api-error.ts";
import { claim } from "./claim.ts";
import { become, type Environment, settle } from "./environment.ts";
import { tooLargeError } from "./function-error.ts";
import { readBody } from "./read-body.ts";
import { readFunctionError } from "./read-function-error.ts";

export async function invocationError(
  environment: Environment,
  requestId: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const pending = claim(environment, requestId, "InvocationErrorResponse", response);
  if (pending === undefined) return;
  const body = await readBody(request, maximumResponseBytes);
  if (body.kind === "broken") {
    environment.onFault(`The error post for ${requestId} broke off`);
    return;
  }
  become(environment, "RuntimeResponseSentState");
  // AWS's emulator breaks down over such a body; to refuse it as a response is refused is kinder.
  if (body.kind === "too-large") {
    settle(pending, { kind: "error", ...tooLargeError(body.size) });
    refuse(environment, response, apiErrors.requestEntityTooLarge);
    return;
  }
  settle(pending, { kind: "error", ...readFunctionError(request.headers, body.bytes) });
  accept(response);
}
