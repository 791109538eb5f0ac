// The first checks of a post for an invocation: is it a running one, and may it be answered now? In
// AWS's order: the id (400), then the state (403).
import { apiErrors, invalidStateTransition, refuse } from "./api-error.ts";
import { become, type Environment } from "./environment.ts";
import type { PendingInvocation } from "./pending-invocation.ts";
import type { Reply } from "./reply.ts";

/** The invocation that the post is for; undefined when the post was refused. */
export function claim(
  environment: Environment,
  requestId: string,
  state: "InvocationResponse" | "InvocationErrorResponse",
  reply: Reply,
): PendingInvocation | undefined {
  const pending = environment.running.get(requestId);
  if (pending === undefined) {
    // Answered once, as in AWS's emulator for Managed Instances: for a second post the id is unknown.
    const error = environment.late.delete(requestId)
      ? apiErrors.invokeTimeout
      : apiErrors.invalidRequestId;
    refuse(environment, reply, error);
    return undefined;
  }
  if (environment.maxConcurrency !== undefined) {
    return claimOneOfMany(environment, pending, state, reply);
  }
  if (become(environment, state)) return pending;
  refuse(environment, reply, invalidStateTransition(environment.state, state));
  return undefined;
}

/** An error may still follow the beginning of a response: it ends the response. */
function claimOneOfMany(
  environment: Environment,
  pending: PendingInvocation,
  state: "InvocationResponse" | "InvocationErrorResponse",
  reply: Reply,
): PendingInvocation | undefined {
  if (state === "InvocationErrorResponse") return pending;
  if (pending.responding) {
    refuse(environment, reply, apiErrors.invalidRequestId);
    return undefined;
  }
  pending.responding = true;
  return pending;
}

/** The runtime's post has been taken: its next call is a poll, or the post of another invocation. */
export function finish(environment: Environment, pending: PendingInvocation): void {
  if (environment.maxConcurrency === undefined) {
    become(environment, "RuntimeResponseSentState");
    return;
  }
  environment.running.delete(pending.invocation.requestId);
}
