// GET /runtime/invocation/next: held open until there is an event; ends the invocation before it.
import { invalidStateTransition, refuse } from "./api-error.ts";
import { deliver, sendEvent } from "./deliver.ts";
import { become, type Environment } from "./environment.ts";
import type { Reply } from "./reply.ts";

export function invocationNext(environment: Environment, reply: Reply): void {
  if (environment.state === "Running") {
    const [pending] = environment.running.values();
    if (pending === undefined) return;
    environment.onFault(
      `The runtime polled before it answered ${pending.invocation.requestId}: it gets the same event again. Post first, then poll`,
    );
    sendEvent(environment, reply, pending.invocation);
    return;
  }
  if (!become(environment, "Ready")) {
    refuse(environment, reply, invalidStateTransition(environment.state, "Ready"));
    return;
  }
  // Only now is an invocation over; a late post for it has an unknown id.
  if (environment.maxConcurrency === undefined) environment.running.clear();
  environment.polls.push(reply);
  deliver(environment);
}
