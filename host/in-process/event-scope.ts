// Which event the running code belongs to, in the modes that run it in the host's own process.
// AsyncLocalStorage costs 0.1 to 0.4 us an event (docs/performance.md).
import { AsyncLocalStorage } from "node:async_hooks";
import type { Readable } from "node:stream";
import type { Environment } from "../event/environment.ts";
import type { Invocation } from "../invocation.ts";

export interface EventScope {
  readonly invocation: Invocation;
  /** Already answered: what its code still writes is not part of any response. */
  readonly over: boolean;
  /** How far process.stdin of this event has been read; made when it is first read. */
  stdin: Readable | undefined;
  /** How many bytes of the event were read by descriptor. */
  stdinRead: number;
  /** Variables of this event; made when one is first read. */
  environment: Environment | undefined;
  /** Holds the groups, counters and timers of this event; made when it has one. */
  console: Console | undefined;
  /** process.exitCode, where events run side by side. */
  exitCode: unknown;
  /** False when the reader is behind, as Writable.write says it. */
  writeStdout(piece: Buffer): boolean;
  /** What was written to stdout by code of another event or of none, while this one runs. */
  writeStrayStdout(piece: Buffer): void;
  writeStderr(piece: Buffer): void;
  /** Keeps what was logged other than by writing to stderr, for the error report. */
  keepStderr(text: string): void;
  /** Ends the event with an exit status. */
  exit(status: number): void;
}

/** The event in which the running code was started; it may be over. */
export const eventScopes = new AsyncLocalStorage<EventScope>();

/** The events that are not yet answered. */
export const running = new Set<EventScope>();

/**
 * The event that the running code works for: its own, or, for code of an event that is over or of
 * none, the one that runs. A connection that stays open calls back in the scope in which it was
 * opened, so its callbacks would otherwise belong to that event forever. If several events run,
 * there is no way to tell.
 */
export function currentScope(): EventScope | undefined {
  const own = eventScopes.getStore();
  return own !== undefined && !own.over ? own : (onlyRunning() ?? own);
}

export function onlyRunning(): EventScope | undefined {
  if (running.size !== 1) return undefined;
  for (const scope of running) return scope;
  return undefined;
}

/** Thrown by process.exit so that the code after it does not run; it is never reported. */
export const exitSignal = new Error("process.exit ended this event");
exitSignal.name = "ExitSignal";
