// The caller's side of an environment: an event put in, and the wait for the next one's turn.
import { deliver, type Environment, endOfEnvironment, isIdle } from "./environment.ts";
import type { Invocation, InvocationResult } from "./invocation.ts";

/** Throws while another invocation has no answer. */
export function invoke(
  environment: Environment,
  invocation: Invocation,
): Promise<InvocationResult> {
  const { exit } = environment;
  if (exit !== undefined) {
    const error = endOfEnvironment(environment, exit, invocation.requestId);
    return Promise.resolve({ kind: "error", ...error });
  }
  if (environment.waiting !== undefined || environment.current?.answered === false) {
    throw new Error(
      "This environment has an invocation without an answer; wait for its result, or start another environment",
    );
  }
  return new Promise((settle) => {
    environment.waiting = { invocation, settle, answered: false, failStream: undefined };
    deliver(environment);
  });
}

/** Settles when the runtime waits for an event, or can no longer do so. */
export function idle(environment: Environment): Promise<"ready" | "exited"> {
  if (environment.exit !== undefined) return Promise.resolve("exited");
  if (isIdle(environment)) return Promise.resolve("ready");
  return new Promise((resolve) => environment.idleWaiters.push(resolve));
}
