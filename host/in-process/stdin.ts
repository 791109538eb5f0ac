// process.stdin of the event that the running code belongs to.
import { Readable } from "node:stream";
import { type EventScope, eventScopes, onlyRunning } from "./event-scope.ts";
import { refuseWhileLoading } from "./exit.ts";

/**
 * With the members that process.stdin has in addition to a Readable when it is a pipe; nothing here
 * keeps a process alive.
 */
abstract class Stdin extends Readable {
  readonly fd = 0;

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

/** One push and the end; measured as the cheapest of four ways (docs/performance.md). */
class EventStdin extends Stdin {
  readonly #scope: EventScope;

  constructor(scope: EventScope) {
    super();
    this.#scope = scope;
  }

  override _read(): void {
    const { event } = this.#scope.invocation;
    const rest = event.subarray(this.#scope.stdinRead);
    this.#scope.stdinRead = event.length;
    if (rest.length > 0) this.push(rest);
    this.push(null);
  }
}

/** Stdin while there is no event. */
class NoStdin extends Stdin {
  override _read(): void {
    try {
      refuseWhileLoading();
      this.push(null);
    } catch (error) {
      this.destroy(error as Error);
    }
  }
}

let nothing: Readable | undefined;

/** The stdin of the running event. */
function currentStdin(): Readable {
  const scope = eventScopes.getStore() ?? onlyRunning();
  if (scope === undefined) {
    nothing ??= new NoStdin();
    return nothing;
  }
  scope.stdin ??= new EventStdin(scope);
  return scope.stdin;
}

/**
 * Binds process.stdin once. `import { stdin } from "node:process"` reads it while there is no event,
 * so it gets a stand-in that forwards each use to the event's own stream.
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
    getPrototypeOf: () => Stdin.prototype,
  });
  Object.defineProperty(process, "stdin", {
    configurable: true,
    enumerable: true,
    get: () => (eventScopes.getStore() === undefined ? standIn : currentStdin()),
  });
}
