// One request on its way to the room that answers it, and what the rooms work on.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { EventQueue } from "../invoke/event-queue.ts";
import type { InvokeContext } from "../invoke/invoke-function.ts";
import type { LogStore } from "../logs/log-store.ts";
import type { Guard } from "./guard.ts";

export interface ServiceContext {
  readonly guard: Guard;
  readonly invoke: InvokeContext;
  readonly queue: EventQueue;
  readonly logs: LogStore;
  readonly concurrencyLimit: number;
  /** Origins whose pages may call every function URL; `*` for all. */
  readonly allowedOrigins: readonly string[];
  /** Called with a sentence for the person who runs the service. */
  readonly onFault: (message: string) => void;
}

export interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** As it came, without the query. */
  readonly path: string;
  /** As it came, without `?`. */
  readonly query: string;
  /** What the groups of the route's pattern matched. */
  readonly groups: readonly (string | undefined)[];
}
