// GET /runtime/invocation/next: held open until there is an event; ends the invocation before it.
import type { ServerResponse } from "node:http";
import { invalidStateTransition, refuse } from "./api-error.ts";
import { become, deliver, type Environment, sendEvent } from "./environment.ts";

export function invocationNext(environment: Environment, response: ServerResponse): void {
  if (environment.state === "Running" && environment.current !== undefined) {
    environment.onFault(
      `The runtime polled before it answered ${environment.current.invocation.requestId}: it gets the same event again. Post first, then poll`,
    );
    sendEvent(environment, response, environment.current.invocation);
    return;
  }
  if (!become(environment, "Ready")) {
    refuse(environment, response, invalidStateTransition(environment.state, "Ready"));
    return;
  }
  // An invocation is over only now; a late post for it is one for an unknown id.
  environment.current = undefined;
  environment.polls.push(response);
  deliver(environment);
}
