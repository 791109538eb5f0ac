// The caller's side of an environment: adds an event, fails it at its deadline, and waits for a
// turn.
import { countFree, deliver } from "./deliver.ts";
import type { Environment } from "./environment.ts";
import { timeoutError } from "./function-error.ts";
import type { Invocation, InvocationResult } from "./invocation.ts";
import { createPending, fail } from "./pending-invocation.ts";
import { until } from "./waiter.ts";

/** As many ids as AWS's emulator for Managed Instances remembers (invoke/timeout_cache.go). */
const maximumLateIds = 1000;

/** Throws while there is no room for another invocation. */
export function invoke(
  environment: Environment,
  invocation: Invocation,
): Promise<InvocationResult> {
  const { end, waiting } = environment;
  if (end !== undefined) {
    return Promise.resolve({ kind: "error", ...end(invocation.requestId) });
  }
  refuseTooMany(environment);
  refuseUsedId(environment, invocation.requestId);
  return new Promise((resolve) => {
    waiting.push(createPending(invocation, resolve));
    deliver(environment);
  });
}

function refuseTooMany({ maxConcurrency, running, waiting }: Environment): void {
  if (maxConcurrency !== undefined) {
    if (running.size + waiting.length < maxConcurrency) return;
    throw new Error(
      `This environment has ${maxConcurrency} invocations without an answer, which is its maximum; wait for a result, or start another environment`,
    );
  }
  const [current] = running.values();
  if (waiting.length > 0 || current?.answered === false) {
    throw new Error(
      "This environment has an invocation without an answer; wait for its result, or start another environment",
    );
  }
}

/** With one invocation at a time the last one's id may come again: a retry keeps it. */
function refuseUsedId(environment: Environment, requestId: string): void {
  const { maxConcurrency, running, waiting } = environment;
  if (maxConcurrency === undefined) return;
  if (running.has(requestId) || waiting.some((one) => one.invocation.requestId === requestId)) {
    throw new Error(`Request id ${requestId} is in use; each invocation needs an id of its own`);
  }
}

/** Settles when the environment waits for an event, or can no longer do so. */
export function idle(environment: Environment): Promise<"ready" | "exited"> {
  return until(environment, () => (countFree(environment) > 0 ? "ready" : undefined));
}

/** Fails one invocation; `seconds` is the function's timeout. */
export function timedOut(environment: Environment, requestId: string, seconds: number): void {
  const { late, running, waiting } = environment;
  const index = waiting.findIndex(({ invocation }) => invocation.requestId === requestId);
  const pending = index >= 0 ? waiting.splice(index, 1)[0] : running.get(requestId);
  if (pending === undefined) return;
  fail(pending, timeoutError(requestId, seconds));
  if (environment.maxConcurrency === undefined || index >= 0) return;
  // The runtime keeps working on it; its late post gets a special answer (410).
  running.delete(requestId);
  if (pending.responding) pending.timedOut = true;
  else late.add(requestId);
  for (const oldest of late) {
    if (late.size <= maximumLateIds) break;
    late.delete(oldest);
  }
  deliver(environment);
}
