// An invocation that its caller waits for, from its way in until its answer is complete.
import type { FunctionError, Invocation, InvocationResult } from "./invocation.ts";

export interface PendingInvocation {
  readonly invocation: Invocation;
  readonly resolve: (result: InvocationResult) => void;
  /** The caller has its result; of a stream that is its beginning. */
  answered: boolean;
  /** Managed Instances: the runtime has begun its response, so that a second one is refused. */
  responding: boolean;
  /** Managed Instances: the deadline came first; the runtime's post is answered with that. */
  timedOut: boolean;
  /** Ends a response that is being streamed. */
  failStream: ((error: FunctionError) => void) | undefined;
}

export function createPending(
  invocation: Invocation,
  resolve: (result: InvocationResult) => void,
): PendingInvocation {
  return {
    invocation,
    resolve,
    answered: false,
    responding: false,
    timedOut: false,
    failStream: undefined,
  };
}

/** Gives the caller its result; only the first one counts. */
export function settle(pending: PendingInvocation, result: InvocationResult): void {
  if (pending.answered) return;
  pending.answered = true;
  pending.resolve(result);
}

/** Fails what is not completely answered yet: the invocation, or the rest of its stream. */
export function fail(pending: PendingInvocation, error: FunctionError): void {
  settle(pending, { kind: "error", ...error });
  pending.failStream?.(error);
}
