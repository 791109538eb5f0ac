// What both posts for an invocation begin with: is it the current one, and may it be answered now?
// In this order, as AWS checks: the id (400), then the state (403).
import type { ServerResponse } from "node:http";
import { apiErrors, invalidStateTransition, refuse } from "./api-error.ts";
import { become, type Environment, type PendingInvocation } from "./environment.ts";

/** The invocation that the post is for; undefined when the post was refused. */
export function claim(
  environment: Environment,
  requestId: string,
  state: "InvocationResponse" | "InvocationErrorResponse",
  response: ServerResponse,
): PendingInvocation | undefined {
  const pending = environment.current;
  if (pending?.invocation.requestId !== requestId) {
    refuse(environment, response, apiErrors.invalidRequestId);
    return undefined;
  }
  if (become(environment, state)) return pending;
  refuse(environment, response, invalidStateTransition(environment.state, state));
  return undefined;
}
