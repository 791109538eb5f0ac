// Which event the running code belongs to, in the modes that run it in the host's own process.
// AsyncLocalStorage costs 0.1 to 0.4 us an event (docs/performance.md) and sends a late write of an
// old event to that event, never to a later one.
import { AsyncLocalStorage } from "node:async_hooks";
import type { Readable } from "node:stream";
import type { Environment } from "../event/environment.ts";
import type { Invocation } from "../invocation.ts";

export interface EventScope {
  readonly invocation: Invocation;
  /** Where process.stdin of this event stands; made when it is first read. */
  stdin: Readable | undefined;
  /** How many bytes of the event were read by descriptor. */
  stdinRead: number;
  /** Variables of this event; made when one is first read. */
  environment: Environment | undefined;
  /** False when the reader is behind, as Writable.write says it. */
  writeStdout(piece: Buffer): boolean;
  writeStderr(piece: Buffer): void;
  /** Ends the event with an exit status. */
  exit(status: number): void;
}

export const eventScopes = new AsyncLocalStorage<EventScope>();

/** Thrown by process.exit so that the code after it does not run; nobody reports it. */
export const exitSignal = new Error("process.exit ended this event");
exitSignal.name = "ExitSignal";
