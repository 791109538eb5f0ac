// process.stdout and process.stderr of the event that the running code belongs to. The write
// methods of the real streams are bound once, so the global console is caught too; a Console or a
// Writable for each event would cost nine times as much (docs/performance.md).
import type { Writable } from "node:stream";
import type { Log } from "../log.ts";
import { createLineCutter } from "../process/lines.ts";
import { type EventScope, eventScopes, onlyRunning } from "./event-scope.ts";
import { watchListeners } from "./listeners.ts";

type Callback = (error?: Error | null) => void;

/** Binds both streams to the event; output that belongs to no event becomes log lines. */
export function bindOutput(log: Log): void {
  bind("stdout", log, writeStdout);
  bind("stderr", log, (scope, piece) => {
    scope.writeStderr(piece);
    return true;
  });
}

function writeStdout(scope: EventScope, piece: Buffer): boolean {
  if (eventScopes.getStore() !== undefined) return scope.writeStdout(piece);
  scope.writeStrayStdout(piece);
  return true;
}

type Write = (scope: EventScope, piece: Buffer) => boolean;
type Name = "stdout" | "stderr";

const writers: Record<Name, (piece: Buffer) => boolean> = {
  stdout: () => true,
  stderr: () => true,
};

/** Takes ownership of the bytes; false when the reader is behind. */
export function writeOutput(name: Name, piece: Buffer): boolean {
  return writers[name](piece);
}

function bind(name: Name, log: Log, toEvent: Write): void {
  const descriptor = Object.getOwnPropertyDescriptor(process, name);
  const getReal = descriptor?.get?.bind(process) as () => Writable;
  let real: Writable | undefined;
  const lines = createLineCutter((line) => log.line(line.toString("utf8"), undefined));

  writers[name] = (piece) => {
    // A scope that is over knows where its output goes; code without a scope writes to the running
    // event.
    const scope = eventScopes.getStore() ?? onlyRunning();
    if (scope !== undefined) return toEvent(scope, piece);
    lines.push(piece);
    return true;
  };

  function write(chunk: unknown, encoding?: unknown, callback?: unknown): boolean {
    const flowing = writers[name](bytesOf(chunk, encoding));
    const done = typeof encoding === "function" ? encoding : callback;
    if (typeof done === "function") callBack(done as Callback);
    return flowing;
  }

  // Ending the shared stream would end it for every later event; the event's own end is main's
  // return. A pipeline into it waits for "finish".
  function end(this: Writable, chunk?: unknown, encoding?: unknown, callback?: unknown): Writable {
    if (chunk !== undefined && chunk !== null && typeof chunk !== "function")
      write(chunk, encoding);
    const done = [chunk, encoding, callback].find((value) => typeof value === "function");
    process.nextTick(() => {
      (done as Callback | undefined)?.();
      this.emit("finish");
    });
    return this;
  }

  // Made on first use: it loads node:net or node:tty, 2 ms of the cold start.
  Object.defineProperty(process, name, {
    configurable: true,
    enumerable: true,
    get() {
      if (real === undefined) {
        real = getReal();
        Object.assign(real, { write, end });
        watchListeners(real);
      }
      return real;
    },
  });
}

// Bytes are copied, because the caller may reuse the buffer before the response is posted.
function bytesOf(chunk: unknown, encoding: unknown): Buffer {
  if (typeof chunk === "string") {
    return Buffer.from(chunk, typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8");
  }
  if (chunk instanceof Uint8Array) return Buffer.from(chunk);
  if (ArrayBuffer.isView(chunk)) {
    return Buffer.from(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  }
  throw Object.assign(
    new TypeError(
      'The "chunk" argument must be of type string or an instance of Buffer, TypedArray, or DataView.',
    ),
    { code: "ERR_INVALID_ARG_TYPE" },
  );
}

/** Tells writers that the reader of the response has caught up. */
export function emitDrain(): void {
  process.stdout.emit("drain");
}

interface Repeated {
  readonly done: Callback;
  readonly scope: EventScope | undefined;
  times: number;
}

let last: Repeated | undefined;

// One tick for many calls of the same function: console passes its own with each line.
function callBack(done: Callback): void {
  const scope = eventScopes.getStore();
  if (last?.done === done && last.scope === scope) {
    last.times++;
    return;
  }
  const repeated = { done, scope, times: 1 };
  last = repeated;
  process.nextTick(() => {
    if (last === repeated) last = undefined;
    for (; repeated.times > 0; repeated.times--) done(null);
  });
}
