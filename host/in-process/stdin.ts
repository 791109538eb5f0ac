// process.stdin of the event that the running code belongs to.
import { Readable } from "node:stream";
import { type EventScope, eventScopes, onlyRunning } from "./event-scope.ts";
import { refuseWhileLoading } from "./exit.ts";

/** One push and the end; measured as the cheapest of four (docs/performance.md). */
class EventStdin extends Readable {
  readonly fd = 0;
  readonly #scope: EventScope;

  constructor(scope: EventScope) {
    super();
    this.#scope = scope;
  }

  // What process.stdin has besides, as a pipe; there is nothing here to keep a process alive.
  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  override _read(): void {
    const { event } = this.#scope.invocation;
    const rest = event.subarray(this.#scope.stdinRead);
    this.#scope.stdinRead = event.length;
    if (rest.length > 0) this.push(rest);
    this.push(null);
  }
}

/** The stdin of the running event. */
function currentStdin(): Readable {
  const scope = eventScopes.getStore() ?? onlyRunning();
  if (scope === undefined) {
    nothing ??= new Readable({ read: readNothing });
    return nothing;
  }
  scope.stdin ??= new EventStdin(scope);
  return scope.stdin;
}

/** What is read while there is no event. */
let nothing: Readable | undefined;

function readNothing(this: Readable): void {
  try {
    refuseWhileLoading();
    this.push(null);
  } catch (error) {
    this.destroy(error as Error);
  }
}

/**
 * Binds process.stdin once. `import { stdin } from "node:process"` reads it while no event is there,
 * so what it gets is a stand-in that leads to the event's own stream at each use.
 */
export function bindStdin(): void {
  const standIn = new Proxy({} as Readable, {
    get(_, name) {
      const stream = currentStdin();
      const value: unknown = Reflect.get(stream, name);
      return typeof value === "function" ? value.bind(stream) : value;
    },
    set: (_, name, value) => Reflect.set(currentStdin(), name, value),
    has: (_, name) => Reflect.has(currentStdin(), name),
    getPrototypeOf: () => EventStdin.prototype,
  });
  Object.defineProperty(process, "stdin", {
    configurable: true,
    enumerable: true,
    get: () => (eventScopes.getStore() === undefined ? standIn : currentStdin()),
  });
}
