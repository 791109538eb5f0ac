// One execution environment as the Runtime API sees it: its state, its invocations, and who waits
// for it.

import { type Extension, type Shutdown, startedExtension } from "./extensions/extension.ts";
import { fatalError } from "./function-error.ts";
import type { FunctionError } from "./invocation.ts";
import { fail, type PendingInvocation } from "./pending-invocation.ts";
import type { PlatformErrorType } from "./platform-error-types.ts";
import type { Reply } from "./reply.ts";
import { mayBecome, type State } from "./state.ts";
import { type Waiter, wake } from "./waiter.ts";

export interface Environment {
  /** Managed Instances: invocations at a time. Undefined: one, in the strict order of calls. */
  readonly maxConcurrency: number | undefined;
  readonly snapStart: boolean;
  /** Forgets a classic runtime's poll whose connection is gone, where Lambda would lose the event. */
  readonly toleratesRestarts: boolean;
  state: State;
  /**
   * The invocations that the runtime has, by request id. Classic: from the poll that took one until
   * the poll after it; Managed Instances: until it is answered.
   */
  readonly running: Map<string, PendingInvocation>;
  /** Invocations that have not been given out yet, oldest first. */
  readonly waiting: PendingInvocation[];
  /** Managed Instances: ids of those that timed out and may still be posted. */
  readonly late: Set<string>;
  /** Polls that have no answer yet, oldest first. */
  readonly polls: Reply[];
  /** The external ones from the start, the internal ones as they register. */
  readonly extensions: Extension[];
  /** The call of restore/next that is held open. */
  snapshot: Reply | undefined;
  shutdown: Shutdown | undefined;
  /** What the runtime posted of its init, or of its restore. */
  initError: FunctionError | undefined;
  /** The type of the first error that an extension posted. */
  extensionError: PlatformErrorType | undefined;
  /** Set at the end of the environment: the error for everything that is unanswered by then. */
  end: ((requestId: string) => FunctionError) | undefined;
  waiters: Waiter[];
  readonly onInitError: (error: FunctionError) => void;
  readonly onExtensionError: (name: string, errorType: string) => void;
  readonly onFault: (message: string) => void;
}

type EnvironmentOptions = Pick<
  Environment,
  | "maxConcurrency"
  | "snapStart"
  | "toleratesRestarts"
  | "onInitError"
  | "onExtensionError"
  | "onFault"
>;

export function createEnvironment(
  options: EnvironmentOptions,
  externalExtensions: readonly string[],
): Environment {
  return {
    state: "Started",
    running: new Map(),
    waiting: [],
    late: new Set(),
    polls: [],
    extensions: externalExtensions.map(startedExtension),
    snapshot: undefined,
    shutdown: undefined,
    initError: undefined,
    extensionError: undefined,
    end: undefined,
    waiters: [],
    ...options,
  };
}

/** Goes to a state if that is allowed, and says whether it was. */
export function become(environment: Environment, state: State): boolean {
  if (!mayBecome(environment.state, state)) return false;
  environment.state = state;
  return true;
}

/**
 * A process of the environment has ended, so everything that is unanswered fails. An error that was
 * posted before says more than `reason`, and the first end counts.
 */
export function endEnvironment(
  environment: Environment,
  errorType: PlatformErrorType,
  reason: string,
): void {
  if (environment.end !== undefined) return;
  const end = (requestId: string) =>
    environment.initError ?? fatalError(requestId, environment.extensionError ?? errorType, reason);
  environment.end = end;
  environment.state = "Exited";
  for (const pending of [...environment.running.values(), ...environment.waiting.splice(0)]) {
    fail(pending, end(pending.invocation.requestId));
  }
  wake(environment);
}
