// POST /runtime/invocation/{id}/error: the function failed, and the runtime says how.

import type { IncomingMessage } from "node:http";
import { maximumConcurrentErrorBytes, maximumPayloadBytes } from "../../lambda/limits.ts";
import { apiErrors, refuse } from "./api-error.ts";
import { claim, finish } from "./claim.ts";
import { deliver } from "./deliver.ts";
import type { Environment } from "./environment.ts";
import { tooLargeError } from "./function-error.ts";
import { fail } from "./pending-invocation.ts";
import { readBody } from "./read-body.ts";
import { readFunctionError } from "./read-function-error.ts";
import { accept, type Reply } from "./reply.ts";

export async function invocationError(
  environment: Environment,
  requestId: string,
  request: IncomingMessage,
  reply: Reply,
): Promise<void> {
  if (environment.maxConcurrency !== undefined) {
    await concurrentError(environment, requestId, request, reply);
    return;
  }
  const pending = claim(environment, requestId, "InvocationErrorResponse", reply);
  if (pending === undefined) return;
  const body = await readBody(request, maximumPayloadBytes);
  if (body.kind === "broken") {
    environment.onFault(`The error post for ${requestId} broke off`);
    return;
  }
  finish(environment, pending);
  // AWS's emulator breaks down over such a body; it is kinder to refuse it, as a response is
  // refused.
  if (body.kind === "too-large") {
    fail(pending, tooLargeError(body.size));
    refuse(environment, reply, apiErrors.requestEntityTooLarge);
    return;
  }
  fail(pending, readFunctionError(request.headers, body.bytes));
  accept(reply);
}

/** The body is read first: one that is too large leaves the invocation open for a smaller one. */
async function concurrentError(
  environment: Environment,
  requestId: string,
  request: IncomingMessage,
  reply: Reply,
): Promise<void> {
  const body = await readBody(request, maximumConcurrentErrorBytes);
  if (body.kind === "broken") {
    environment.onFault(`The error post for ${requestId} broke off`);
    return;
  }
  if (body.kind === "too-large") {
    refuse(environment, reply, apiErrors.requestEntityTooLarge);
    return;
  }
  const pending = claim(environment, requestId, "InvocationErrorResponse", reply);
  if (pending === undefined) return;
  fail(pending, readFunctionError(request.headers, body.bytes));
  finish(environment, pending);
  accept(reply);
  deliver(environment);
}
