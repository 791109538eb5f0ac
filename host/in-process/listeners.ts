// Listeners that an event leaves on the streams that all events share, as each pipeline into
// process.stdout does. In a script run by hand they end with the process, so here they end with
// their event.
import type { EventEmitter } from "node:events";
import { currentScope, type EventScope } from "./event-scope.ts";

type Listener = (...args: unknown[]) => void;

const streams: EventEmitter[] = [];
const owners = new WeakMap<Listener, EventScope>();
let added = false;

/** Notes which event adds a listener; one that is added outside of every event stays. */
export function watchListeners(stream: EventEmitter): void {
  streams.push(stream);
  // `once` calls these too.
  for (const method of ["on", "addListener", "prependListener"] as const) {
    const original = stream[method];
    stream[method] = function (this: EventEmitter, name: string | symbol, listener: Listener) {
      const scope = currentScope();
      if (scope !== undefined) {
        owners.set(listener, scope);
        added = true;
      }
      return original.call(this, name, listener);
    } as typeof original;
  }
}

/** Removes what the event has added and not removed itself. */
export function dropListeners(scope: EventScope): void {
  if (!added) return;
  added = false;
  for (const stream of streams) {
    for (const name of stream.eventNames()) {
      for (const listener of stream.rawListeners(name) as Listener[]) {
        const owner = owners.get(listener);
        if (owner === scope) stream.removeListener(name, listener);
        else added ||= owner !== undefined;
      }
    }
  }
}
