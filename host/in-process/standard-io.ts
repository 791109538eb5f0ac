// Reading and writing by the descriptors 0, 1 and 2, for every call of node:fs that can.
import type { Stats } from "node:fs";
import { type EventScope, eventScopes, onlyRunning } from "./event-scope.ts";
import { refuseWhileLoading } from "./exit.ts";
import { writeOutput } from "./output.ts";
import type { Standard } from "./standard-files.ts";

/** Up to `length` bytes of the event; none at its end. */
function readInput(standard: Standard, length: number): Buffer {
  if (standard !== 0) throw badDescriptor("read");
  const scope = inputScope();
  if (scope === undefined) return Buffer.alloc(0);
  const taken = scope.invocation.event.subarray(scope.stdinRead, scope.stdinRead + length);
  scope.stdinRead += taken.length;
  return taken;
}

/**
 * Whose stdin is read: an event that is over has only its own rest, so that it can take nothing
 * from the one that runs.
 */
export function inputScope(): EventScope | undefined {
  const scope = eventScopes.getStore() ?? onlyRunning();
  if (scope === undefined) refuseWhileLoading();
  return scope;
}

export function readWholeInput(standard: Standard): Buffer {
  return Buffer.from(readInput(standard, Number.MAX_SAFE_INTEGER));
}

/** Writes a copy; false when the reader of the response is behind. */
export function write(standard: Standard, bytes: Buffer): boolean {
  if (standard === 0) throw badDescriptor("write");
  return writeOutput(standard === 1 ? "stdout" : "stderr", bytes);
}

/** Writes, and calls back when the reader takes more. */
export function writeThen(standard: Standard, bytes: Buffer, done: () => void): void {
  if (write(standard, bytes)) process.nextTick(done);
  else process.stdout.once("drain", done);
}

function badDescriptor(syscall: string): Error {
  return Object.assign(new Error(`EBADF: bad file descriptor, ${syscall}`), {
    errno: -9,
    code: "EBADF",
    syscall,
  });
}

/** Where in a view a call reads or writes: `(offset, length)` or `({ offset, length })`. */
function rangeOf(view: ArrayBufferView, [first, second]: readonly unknown[]): Buffer {
  const options =
    typeof first === "object" && first !== null ? first : { offset: first, length: second };
  const { offset, length } = options as { offset?: number | null; length?: number | null };
  const from = offset ?? 0;
  const size = length ?? view.byteLength - from;
  if (!(from >= 0) || !(size >= 0) || from + size > view.byteLength) {
    throw Object.assign(
      new RangeError(
        `The bytes ${from} to ${from + size} are outside of a buffer of ${view.byteLength}.`,
      ),
      { code: "ERR_OUT_OF_RANGE" },
    );
  }
  return Buffer.from(view.buffer, view.byteOffset + from, size);
}

/**
 * A copy of what a call writes, in the forms of write and writeFile; undefined for anything else.
 */
export function bytesOf(
  data: unknown,
  rest: readonly unknown[],
  encoding: unknown,
): Buffer | undefined {
  if (typeof data === "string") {
    return Buffer.from(data, typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8");
  }
  return ArrayBuffer.isView(data) ? Buffer.from(rangeOf(data, rest)) : undefined;
}

export function bytesOfAll(views: unknown): Buffer {
  return Buffer.concat((views as ArrayBufferView[]).map((view) => rangeOf(view, [])));
}

/** `(buffer, offset, length, position)`, `(buffer, options)`, `(options)` or nothing. */
export function read(
  standard: Standard,
  [first, ...rest]: readonly unknown[],
): { bytesRead: number; buffer: ArrayBufferView } {
  const isView = ArrayBuffer.isView(first);
  const given = isView ? first : (first as { buffer?: ArrayBufferView } | undefined)?.buffer;
  const buffer = given ?? Buffer.alloc(16384);
  const target = rangeOf(buffer, isView ? rest : [first]);
  return { bytesRead: readInput(standard, target.length).copy(target), buffer };
}

export function readInto(standard: Standard, views: readonly ArrayBufferView[]): number {
  let total = 0;
  for (const view of views) total += readInput(standard, view.byteLength).copy(rangeOf(view, []));
  return total;
}

export function decoded(bytes: Buffer, options: unknown): string | Buffer {
  const encoding = encodingOf(options);
  return encoding === undefined || encoding === "buffer"
    ? bytes
    : bytes.toString(encoding as BufferEncoding);
}

export function encodingOf(options: unknown): string | undefined {
  if (typeof options === "string") return options;
  return (options as { encoding?: string | null } | null | undefined)?.encoding ?? undefined;
}

const { statSync } = process.getBuiltinModule("node:fs");

/** The result of fstat for a pipe. */
export function pipeStats(options: unknown): Stats {
  const stats = statSync("/dev/null", options as undefined) as Stats;
  const isBig = typeof stats.mode === "bigint";
  return Object.assign(stats, isBig ? { mode: 0o10600n, rdev: 0n } : { mode: 0o10600, rdev: 0 });
}
