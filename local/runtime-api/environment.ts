// One execution environment as the Runtime API sees it: its state, its invocation, who waits for it.
import type { ServerResponse } from "node:http";
import { eventHeaders } from "./event-headers.ts";
import { type Extension, extensionsAreWaiting, tellExtensions } from "./extension.ts";
import { exitError } from "./function-error.ts";
import type { Exit, FunctionError, Invocation, InvocationResult } from "./invocation.ts";
import { mayBecome, type State } from "./state.ts";

export interface Environment {
  state: State;
  /** What the runtime works on: from the poll that took it until the poll after it. */
  current: PendingInvocation | undefined;
  /** What has not been given out yet. */
  waiting: PendingInvocation | undefined;
  /** Polls that have no answer yet, oldest first. */
  readonly polls: ServerResponse[];
  readonly extensions: Map<string, Extension>;
  initError: FunctionError | undefined;
  exit: Exit | undefined;
  /** Callers of `idle()`. */
  idleWaiters: ((outcome: "ready" | "exited") => void)[];
  readonly onInitError: (error: FunctionError) => void;
  readonly onFault: (message: string) => void;
}

export interface PendingInvocation {
  readonly invocation: Invocation;
  readonly settle: (result: InvocationResult) => void;
  answered: boolean;
  /** Ends a response that is being streamed. */
  failStream: ((error: FunctionError) => void) | undefined;
}

export function createEnvironment(
  callbacks: Pick<Environment, "onInitError" | "onFault">,
): Environment {
  return {
    state: "Started",
    current: undefined,
    waiting: undefined,
    polls: [],
    extensions: new Map(),
    initError: undefined,
    exit: undefined,
    idleWaiters: [],
    ...callbacks,
  };
}

/** Goes to a state if that is allowed, and says whether it was. */
export function become(environment: Environment, state: State): boolean {
  if (!mayBecome(environment.state, state)) return false;
  environment.state = state;
  return true;
}

/** Whether an event put in now would be given out at once. */
export function isIdle(environment: Environment): boolean {
  return (
    environment.state === "Ready" &&
    environment.waiting === undefined &&
    environment.polls.length > 0 &&
    extensionsAreWaiting(environment.extensions)
  );
}

/** Gives the waiting event to the oldest poll, once the runtime and every extension wait for it. */
export function deliver(environment: Environment): void {
  if (isIdle(environment)) {
    for (const wake of environment.idleWaiters.splice(0)) wake("ready");
  }
  if (environment.state !== "Ready" || !extensionsAreWaiting(environment.extensions)) return;
  if (environment.waiting === undefined) return;
  const poll = environment.polls.shift();
  if (poll === undefined) return;
  environment.current = environment.waiting;
  environment.waiting = undefined;
  become(environment, "Running");
  tellExtensions(environment.extensions, environment.current.invocation);
  sendEvent(environment, poll, environment.current.invocation);
}

/** Answers a poll. */
export function sendEvent(
  environment: Environment,
  poll: ServerResponse,
  invocation: Invocation,
): void {
  // Lambda cannot take an event back either: it went to a poll whose connection was gone.
  if (poll.destroyed) {
    environment.onFault(
      `Event ${invocation.requestId} is lost: the runtime closed the connection of its poll. Never abort or time out a pending GET next`,
    );
    return;
  }
  poll.writeHead(200, {
    ...eventHeaders(invocation),
    "Content-Length": invocation.event.length,
  });
  poll.end(invocation.event);
}

/** Gives the caller its result; the first one counts. */
export function settle(pending: PendingInvocation, result: InvocationResult): void {
  if (pending.answered) return;
  pending.answered = true;
  pending.settle(result);
}

/** Fails what has no complete answer yet: an invocation, or the rest of a stream. */
export function failPending(
  environment: Environment,
  createError: (requestId: string) => FunctionError,
): void {
  for (const pending of [environment.current, environment.waiting]) {
    if (pending === undefined) continue;
    const error = createError(pending.invocation.requestId);
    settle(pending, { kind: "error", ...error });
    pending.failStream?.(error);
  }
  environment.waiting = undefined;
}

/** The process is gone, and with it whatever it owed. */
export function endEnvironment(environment: Environment, exit: Exit): void {
  environment.state = "Exited";
  environment.exit = exit;
  failPending(environment, (requestId) => endOfEnvironment(environment, exit, requestId));
  for (const wake of environment.idleWaiters.splice(0)) wake("exited");
}

/** The error of an environment that has ended: what it posted at init, else how it died. */
export function endOfEnvironment(
  environment: Environment,
  exit: Exit,
  requestId: string,
): FunctionError {
  return environment.initError ?? exitError(requestId, exit);
}
