// process.stdout and process.stderr of the event that the running code belongs to. The write methods of
// the real streams are bound once, so the global console is caught too (+2 us an event; a Console or
// a Writable for each event costs 18 us, docs/performance.md).
import type { Writable } from "node:stream";
import type { Log } from "../log.ts";
import { createLineCutter } from "../process/lines.ts";
import { eventScopes } from "./event-scope.ts";
import { watchListeners } from "./listeners.ts";

type Callback = (error?: Error | null) => void;

/** Makes both streams lead to their event; what belongs to none is a line of the log. */
export function bindOutput(log: Log): void {
  bind("stdout", log, (scope, piece) => scope.writeStdout(piece));
  bind("stderr", log, (scope, piece) => {
    scope.writeStderr(piece);
    return true;
  });
}

type Write = (
  scope: NonNullable<ReturnType<typeof eventScopes.getStore>>,
  piece: Buffer,
) => boolean;

function bind(name: "stdout" | "stderr", log: Log, toEvent: Write): void {
  const descriptor = Object.getOwnPropertyDescriptor(process, name);
  const getReal = descriptor?.get?.bind(process) as () => Writable;
  let real: Writable | undefined;
  const lines = createLineCutter((line) => log.line(line.toString("utf8"), undefined));

  function write(chunk: unknown, encoding?: unknown, callback?: unknown): boolean {
    const scope = eventScopes.getStore();
    const piece = bytesOf(chunk, encoding);
    let flowing = true;
    if (scope === undefined) lines.push(piece);
    else flowing = toEvent(scope, piece);
    const done = typeof encoding === "function" ? encoding : callback;
    if (typeof done === "function") process.nextTick(done as Callback);
    return flowing;
  }

  // Ending the shared stream would end it for every later event; the event's own end is main's return.
  // "finish" is what a pipeline into it waits for.
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

// Bytes are copied, because their owner may use them again before the response is posted.
function bytesOf(chunk: unknown, encoding: unknown): Buffer {
  if (typeof chunk === "string") {
    return Buffer.from(chunk, typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8");
  }
  if (chunk instanceof Uint8Array) return Buffer.from(chunk);
  if (ArrayBuffer.isView(chunk)) {
    return Buffer.from(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  }
  throw new TypeError(
    'The "chunk" argument must be of type string or an instance of Buffer, TypedArray, or DataView.',
  );
}

/** Tells whoever waits for it that the reader of the response has caught up. */
export function emitDrain(): void {
  process.stdout.emit("drain");
}
