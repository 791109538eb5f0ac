// Gives events to polls: the oldest waiting event goes to the oldest poll as soon as both may meet.
import type { Environment } from "./environment.ts";
import { become } from "./environment.ts";
import { eventHeaders } from "./event-headers.ts";
import { extensionsAreReady, tellOfInvocation } from "./extensions/extension.ts";
import type { Invocation } from "./invocation.ts";
import type { Reply } from "./reply.ts";
import { wake } from "./waiter.ts";

/** How many more events would be given out at once. */
export function countFree(environment: Environment): number {
  const { maxConcurrency, polls, running, waiting } = environment;
  if (waiting.length > 0 || polls.length === 0 || !mayGive(environment)) return 0;
  if (maxConcurrency === undefined) return 1;
  return Math.max(0, Math.min(dropGone(environment), maxConcurrency - running.size));
}

/** Whether an event may be given to a runtime that polls. */
function mayGive({ extensions, shutdown, state }: Environment): boolean {
  return state === "Ready" && shutdown === undefined && extensionsAreReady(extensions);
}

/** Gives out whatever can be given out; call it after each change that may allow more. */
export function deliver(environment: Environment): void {
  const { maxConcurrency = 1, polls, running, waiting } = environment;
  const isConcurrent = environment.maxConcurrency !== undefined;
  while (waiting.length > 0 && polls.length > 0 && mayGive(environment)) {
    if (isConcurrent && running.size >= maxConcurrency) break;
    const forgets = isConcurrent || environment.toleratesRestarts;
    if (forgets && dropGone(environment) === 0) break;
    const pending = waiting.shift();
    const poll = polls.shift();
    if (pending === undefined || poll === undefined) break;
    const { invocation } = pending;
    running.set(invocation.requestId, pending);
    if (!isConcurrent) become(environment, "Running");
    if (environment.extensions.length > 0) tellOfInvocation(environment.extensions, invocation);
    sendEvent(environment, poll, invocation);
  }
  wake(environment);
}

/** Answers a poll. */
export function sendEvent(environment: Environment, poll: Reply, invocation: Invocation): void {
  // Lambda cannot take an event back either if it went to a poll whose connection was gone.
  if (poll.isGone()) {
    environment.onFault(
      `Event ${invocation.requestId} is lost: the runtime closed the connection of its poll. Never abort or time out a pending GET next`,
    );
    return;
  }
  const headers = eventHeaders(invocation, environment.maxConcurrency !== undefined);
  poll.send(200, headers, invocation.event);
}

/**
 * With many polls one may end with its worker while the others go on; returns how many are left.
 */
function dropGone(environment: Environment): number {
  const { polls } = environment;
  for (let index = polls.length - 1; index >= 0; index--) {
    if (polls[index]?.isGone()) polls.splice(index, 1);
  }
  return polls.length;
}
