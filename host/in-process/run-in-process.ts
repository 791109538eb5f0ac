// One event answered by code in the host's own process: scope, deadline, exit, and what nobody caught.
import { type Failure, failureFromThrown, hostFailure } from "../answer/failure.ts";
import { failed, type Outcome } from "../answer/outcome.ts";
import { endingTimes } from "../deadline.ts";
import type { Invocation } from "../invocation.ts";
import type { Log } from "../log.ts";
import { createStderr, type Stderr } from "../process/stderr.ts";
import { type EventScope, eventScopes, exitSignal } from "./event-scope.ts";

/** What differs between a script's main and a function. */
export interface Task {
  readonly invocation: Invocation;
  readonly log: Log;
  /** Calls the user's code; runs inside the event's scope. */
  call(): unknown;
  /** Takes a piece of stdout while the event runs; the return value is Writable.write's. */
  stdout(piece: Buffer): boolean;
  /** Makes the outcome of what `call` returned or resolved to. */
  returned(value: unknown): Outcome | Promise<Outcome>;
  /** Makes the outcome of process.exit. */
  exited(status: number, stderr: string): Outcome;
}

interface Running {
  settle(outcome: Outcome): void;
}

const running = new Set<Running>();

/** The event's handle: lets a task end it before the user's code does. */
export interface Settled {
  readonly outcome: Promise<Outcome>;
  settle(outcome: Outcome): void;
}

export function runInProcess(task: Task): Settled {
  const { invocation, log } = task;
  let stderr: Stderr | undefined;
  let over = false;
  let resolveOutcome: (outcome: Outcome) => void = () => {};
  const outcome = new Promise<Outcome>((resolve) => {
    resolveOutcome = resolve;
  });

  const stderrOfEvent = (): Stderr => {
    stderr ??= createStderr(log, invocation);
    return stderr;
  };
  const self: Running = { settle };
  const times = endingTimes(invocation.deadlineMs);
  const timer =
    times === undefined
      ? undefined
      : setTimeout(() => settle(failed(timedOut)), times.terminateInMs);

  function settle(result: Outcome): void {
    if (over) return;
    over = true;
    clearTimeout(timer);
    running.delete(self);
    stderr?.flush();
    resolveOutcome(result);
  }

  const scope: EventScope = {
    invocation,
    stdin: undefined,
    stdinRead: 0,
    environment: undefined,
    writeStdout(piece) {
      // Written after the answer: it can be no part of this one, and must be none of a later one.
      if (!over) return task.stdout(piece);
      stderrOfEvent().push(piece);
      stderr?.flush();
      return true;
    },
    writeStderr(piece) {
      stderrOfEvent().push(piece);
      if (over) stderr?.flush();
    },
    exit(status) {
      if (!over) settle(task.exited(status, stderr?.tail() ?? ""));
    },
  };

  running.add(self);
  eventScopes.run(scope, async () => {
    try {
      const result = await task.returned(await task.call());
      settle(result);
    } catch (error) {
      if (error !== exitSignal) settle(failed(failureFromThrown(error)));
    }
  });
  return { outcome, settle };
}

const timedOut = hostFailure(
  "Function.Timeout",
  "The function had not answered just before its timeout. It goes on in the background, and what it still writes goes to the log. Raise the timeout, or make it faster.",
);

/**
 * Fails the running events for an exception that nothing caught. The host answers them and then ends,
 * so that no broken state serves a later event; `broken` is told when there is none to fail.
 */
export function watchUncaught(broken: (failure: Failure) => void): void {
  process.on("uncaughtException", (error: unknown) => {
    if (error === exitSignal) return;
    const failure = failureFromThrown(error);
    if (running.size === 0) broken(failure);
    for (const event of [...running]) event.settle({ kind: "failure", failure, hostBroken: true });
  });
}
