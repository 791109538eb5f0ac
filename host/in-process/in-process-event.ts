// One event answered by code in the host's own process: scope, deadline, exit, uncaught exceptions.
// It is a class because every event uses all of it: closures for each event were a third of the
// garbage of the hot path, and the young generation grew to twice the size.
import type { Readable } from "node:stream";
import { type Alarm, cancelAlarm, setAlarm } from "../alarm.ts";
import { type Failure, failureFromThrown } from "../answer/failure.ts";
import { failed, type Outcome } from "../answer/outcome.ts";
import { endingTimes } from "../deadline.ts";
import type { Environment } from "../event/environment.ts";
import type { Invocation } from "../invocation.ts";
import type { Log } from "../log.ts";
import { createLineCutter, type LineCutter } from "../process/lines.ts";
import { createStderr, type Stderr, withoutReturn } from "../process/stderr.ts";
import type { Surroundings } from "../runners/runner.ts";
import { type EventScope, eventScopes, exitSignal, onlyRunning, running } from "./event-scope.ts";
import { beforeOwnListeners, failLoading } from "./exit.ts";
import { dropListeners } from "./listeners.ts";
import { timedOut } from "./timed-out.ts";

/** Each kind of event says how the user's code is called, and what its result means. */
export abstract class InProcessEvent implements EventScope {
  readonly invocation: Invocation;
  stdin: Readable | undefined = undefined;
  stdinRead = 0;
  environment: Environment | undefined = undefined;
  console: Console | undefined = undefined;
  exitCode: unknown = undefined;
  over = false;
  readonly #log: Log;
  readonly #onSettled: (outcome: Outcome) => void;
  #stderr: Stderr | undefined = undefined;
  #stdoutLines: LineCutter | undefined = undefined;
  #alarm: Alarm | undefined = undefined;
  #refused = false;
  #warned = false;

  /** `onSettled` is called once. */
  constructor(invocation: Invocation, log: Log, onSettled: (outcome: Outcome) => void) {
    this.invocation = invocation;
    this.#log = log;
    this.#onSettled = onSettled;
  }

  /** Calls the user's code; runs inside the event's scope. */
  protected abstract call(): unknown;

  /** Takes a piece of stdout while the event runs; the return value is Writable.write's. */
  protected abstract stdout(piece: Buffer): boolean;

  /** Makes the outcome from what `call` returned or resolved to. */
  protected abstract returned(value: unknown): Outcome | Promise<Outcome>;

  /** Makes the outcome of process.exit. */
  protected abstract exited(status: number): Outcome;

  run(): void {
    const times = endingTimes(this.invocation.deadlineMs);
    if (times !== undefined) {
      this.#alarm = { at: times.terminateAt, ring: () => this.settle(failed(timedOut)) };
      setAlarm(this.#alarm);
    }
    running.add(this);
    eventScopes.run(this, enter, this);
  }

  /**
   * Calls the user's code within the scope; adds no promise to those that the code makes itself.
   */
  enter(): void {
    try {
      const value = this.call();
      const promise = promiseOf(value);
      if (promise === undefined) this.#finish(value);
      else {
        promise.then(
          (result) => this.#finish(result),
          (error) => this.#fail(error),
        );
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #finish(value: unknown): void {
    try {
      const result = this.returned(value);
      if (result instanceof Promise) {
        result.then(
          (outcome) => this.settle(outcome),
          (error) => this.#fail(error),
        );
      } else this.settle(result);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (error !== exitSignal) this.settle(failed(failureFromThrown(error)));
  }

  /** Ends the event; the first outcome counts. */
  settle(outcome: Outcome): void {
    if (this.over) return;
    this.over = true;
    if (this.#alarm !== undefined) cancelAlarm(this.#alarm);
    running.delete(this);
    dropListeners(this);
    this.#stdoutLines?.flush();
    this.#stderr?.flush();
    this.#onSettled(outcome);
  }

  /** Ends the event, and stops whoever writes for it, as process.exit stops its caller. */
  protected refuse(outcome: Outcome): never {
    this.#refused = true;
    this.settle(outcome);
    throw exitSignal;
  }

  writeStdout(piece: Buffer): boolean {
    if (this.#refused) throw exitSignal;
    if (!this.over) return this.stdout(piece);
    // Written after the answer: it cannot be part of this response, and must not be part of a later one.
    (onlyRunning() ?? this).writeStrayStdout(piece);
    return true;
  }

  writeStrayStdout(piece: Buffer): void {
    const warning = this.strayWarning();
    if (warning !== undefined && !this.#warned) {
      this.#warned = true;
      this.#log.warn(warning, this.invocation);
    }
    this.logStdout(piece);
  }

  /** The warning for stdout that cannot be in the response; undefined where stdout is log. */
  protected strayWarning(): string | undefined {
    return undefined;
  }

  writeStderr(piece: Buffer): void {
    const other = this.over ? onlyRunning() : undefined;
    if (other !== undefined) {
      other.writeStderr(piece);
      return;
    }
    this.#stderr ??= createStderr(this.#log, this.invocation);
    this.#stderr.push(piece);
    if (this.over) this.#stderr.flush();
  }

  keepStderr(text: string): void {
    if (this.over) return;
    this.#stderr ??= createStderr(this.#log, this.invocation);
    this.#stderr.keep(text);
  }

  /** A piece of stdout where that is log, as on AWS's Node runtime. */
  protected logStdout(piece: Buffer): boolean {
    this.#stdoutLines ??= createLineCutter((line) =>
      this.#log.line(withoutReturn(line), this.invocation),
    );
    this.#stdoutLines.push(piece);
    if (this.over) this.#stdoutLines.flush();
    return true;
  }

  exit(status: number): void {
    if (!this.over) this.settle(this.exited(status));
  }

  /** The end of what the event wrote to stderr. */
  protected stderrTail(): string {
    return this.#stderr?.tail() ?? "";
  }
}

function enter(event: InProcessEvent): void {
  event.enter();
}

/**
 * The promise that `await` would wait for; undefined for a plain value. A native promise is
 * returned as it is.
 */
export function promiseOf(value: unknown): Promise<unknown> | undefined {
  if ((typeof value !== "object" || value === null) && typeof value !== "function")
    return undefined;
  const { then } = value as { then?: unknown };
  if (typeof then !== "function") return undefined;
  if (value instanceof Promise && then === Promise.prototype.then) return value;
  // A thenable may resolve with another promise, call back twice, or throw; a promise handles all
  // of that.
  return new Promise((resolve, reject) => Reflect.apply(then, value, [resolve, reject]));
}

/**
 * Fails the event of an uncaught exception. The host answers it and then ends, so that no broken
 * state serves a later event. An exception that belongs to no event fails all that run, except
 * where events run side by side; `broken` is called when there is none to fail. Returns a function
 * that does the same for a given error.
 */
export function watchUncaught({
  broken,
  sideBySide,
}: Pick<Surroundings, "broken" | "sideBySide">): (error: unknown) => void {
  function eventsOfError(): InProcessEvent[] {
    const own = eventScopes.getStore() as InProcessEvent | undefined;
    if (own !== undefined && !own.over) return [own];
    return sideBySide ? [] : ([...running] as InProcessEvent[]);
  }

  function breakHost(error: unknown): void {
    const failure = failureFromThrown(error);
    uncaught ??= failure;
    const events = eventsOfError();
    if (events.length === 0) broken(failure);
    for (const event of events) event.settle({ kind: "failure", failure, hostBroken: true });
  }

  process.on("uncaughtException", (error: unknown) => {
    // The user's code has its own listener, so the exception counts as caught.
    if (process.listenerCount("uncaughtException") > 1) beforeOwnListeners();
    else if (error !== exitSignal && !failLoading(error)) breakHost(error);
  });
  return breakHost;
}

/** The first uncaught exception: after it the process must not serve another event. */
let uncaught: Failure | undefined;

/**
 * For an event whose response had begun: its failure went into the stream, but the host must still end.
 * @throws Error when an exception was not caught.
 */
export function refuseAfterUncaught(): void {
  if (uncaught === undefined) return;
  throw new Error(
    `The host ends, because nothing caught ${uncaught.errorType}: ${uncaught.errorMessage}. Await each promise, or catch its error.`,
  );
}
