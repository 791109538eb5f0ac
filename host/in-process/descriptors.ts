// The descriptors 0, 1 and 2 in the calls of node:fs that scripts use for their stdio:
// `readFileSync(0)`, `readSync(0, …)`, `readFile("/dev/stdin")`, `writeSync(1, …)`.
import { type EventScope, eventScopes } from "./event-scope.ts";
import { currentStdin } from "./stdin.ts";

const stdinNames: readonly unknown[] = [0, "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"];
const stdoutNames: readonly unknown[] = [1, "/dev/stdout"];
const stderrNames: readonly unknown[] = [2, "/dev/stderr"];

type AnyFunction = (...args: never[]) => unknown;

/** Binds them once; call it before the script is loaded, and node:module's sync after it. */
export function bindDescriptors(): void {
  const fs = process.getBuiltinModule("node:fs") as unknown as Record<string, AnyFunction>;

  replace(fs, "readFileSync", (original) => (path: unknown, options?: unknown) => {
    const scope = eventScopes.getStore();
    if (scope === undefined || !stdinNames.includes(path)) return original(path, options);
    return readStdin(scope, options);
  });

  replace(fs, "readFile", (original) => (path: unknown, ...rest: unknown[]) => {
    const scope = eventScopes.getStore();
    if (scope === undefined || !stdinNames.includes(path)) return original(path, ...rest);
    const callback = rest.at(-1) as (error: null, content: string | Buffer) => void;
    process.nextTick(callback, null, readStdin(scope, rest.length > 1 ? rest[0] : undefined));
  });

  const { promises } = process.getBuiltinModule("node:fs");
  replace(promises as never, "readFile", (original) => async (path: unknown, options?: unknown) => {
    const scope = eventScopes.getStore();
    if (scope === undefined || !stdinNames.includes(path)) return original(path, options);
    return readStdin(scope, options);
  });

  replace(fs, "createReadStream", (original) => (path: unknown, options?: unknown) => {
    const { fd } = (options ?? {}) as { fd?: unknown };
    const known = fd === 0 || (fd === undefined && stdinNames.includes(path));
    return eventScopes.getStore() === undefined || !known
      ? original(path, options)
      : currentStdin();
  });

  replace(fs, "readSync", (original) => (fd: unknown, buffer: unknown, ...rest: unknown[]) => {
    const scope = eventScopes.getStore();
    if (scope === undefined || fd !== 0) return original(fd, buffer, ...rest);
    const target = buffer as NodeJS.ArrayBufferView;
    const { offset, length } = rangeOf(target, rest);
    const bytes = Buffer.from(target.buffer, target.byteOffset, target.byteLength);
    return takeStdin(scope, length).copy(bytes, offset);
  });

  replace(fs, "writeSync", (original) => (fd: unknown, data: unknown, ...rest: unknown[]) => {
    const scope = eventScopes.getStore();
    if (scope === undefined || (fd !== 1 && fd !== 2)) return original(fd, data, ...rest);
    const piece =
      typeof data === "string"
        ? Buffer.from(data, (rest[1] as BufferEncoding) ?? "utf8")
        : slice(data as NodeJS.ArrayBufferView, rest);
    write(scope, fd, piece);
    return piece.length;
  });

  for (const name of ["writeFileSync", "appendFileSync"]) {
    replace(fs, name, (original) => (path: unknown, data: unknown, options?: unknown) => {
      const scope = eventScopes.getStore();
      const known = stdoutNames.includes(path) || stderrNames.includes(path);
      if (scope === undefined || !known) return original(path, data, options);
      const piece =
        typeof data === "string" ? Buffer.from(data) : slice(data as NodeJS.ArrayBufferView, []);
      return write(scope, stdoutNames.includes(path) ? 1 : 2, piece);
    });
  }
}

function replace(
  fs: Record<string, AnyFunction>,
  name: string,
  make: (original: (...args: unknown[]) => unknown) => AnyFunction,
): void {
  fs[name] = make(fs[name] as unknown as (...args: unknown[]) => unknown);
}

function readStdin(scope: EventScope, options: unknown): string | Buffer {
  const rest = takeStdin(scope, scope.invocation.event.length);
  const encoding = typeof options === "string" ? options : encodingOf(options);
  return encoding === undefined ? Buffer.from(rest) : rest.toString(encoding as BufferEncoding);
}

function takeStdin(scope: EventScope, length: number): Buffer {
  const taken = scope.invocation.event.subarray(scope.stdinRead, scope.stdinRead + length);
  scope.stdinRead += taken.length;
  return taken;
}

function write(scope: EventScope, fd: 1 | 2, piece: Buffer): void {
  if (fd === 1) scope.writeStdout(piece);
  else scope.writeStderr(piece);
}

function encodingOf(options: unknown): string | undefined {
  const encoding = (options as { encoding?: string | null } | null | undefined)?.encoding;
  return encoding ?? undefined;
}

/** `(offset, length)` or `({ offset, length })`, as node:fs takes them. */
function rangeOf(
  view: NodeJS.ArrayBufferView,
  [first, second]: unknown[],
): { offset: number; length: number } {
  const options =
    typeof first === "object" && first !== null ? first : { offset: first, length: second };
  const { offset, length } = options as { offset?: number | null; length?: number | null };
  const from = offset ?? 0;
  return { offset: from, length: length ?? view.byteLength - from };
}

function slice(view: NodeJS.ArrayBufferView, rest: unknown[]): Buffer {
  const { offset, length } = rangeOf(view, rest);
  return Buffer.from(new Uint8Array(view.buffer, view.byteOffset + offset, length));
}
