// The descriptors 0, 1 and 2 in the calls of node:fs, by number and by name: they belong to the
// event. Streams need no code here, because they call these functions.
import { methodsOf, openHandle, standardOfHandle } from "./file-handle.ts";
import { close, open, type Standard, standardOf, standardOfPath } from "./standard-files.ts";
import {
  bytesOf,
  bytesOfAll,
  decoded,
  encodingOf,
  pipeStats,
  read,
  readInto,
  readWholeInput,
  write,
  writeThen,
} from "./standard-io.ts";

type Call = (...args: unknown[]) => unknown;
type Calls = Record<string, Call>;
type Callback = (error: Error | null, ...results: unknown[]) => void;

/** Binds them once; call it before the script is loaded, and node:module's sync after it. */
export function bindDescriptors(): void {
  const fs = process.getBuiltinModule("node:fs") as unknown as Calls;
  bindSync(fs);
  bindCallbacks(fs);
  bindPromises(fs.promises as unknown as Calls);
}

/** What is done instead of a call, by the standard descriptor that its first argument means. */
const syncCalls: Readonly<Record<string, (standard: Standard, ...args: unknown[]) => unknown>> = {
  readSync: (standard, _, ...args) => read(standard, args).bytesRead,
  readvSync: (standard, _, views) => readInto(standard, views as NodeJS.ArrayBufferView[]),
  readFileSync: (standard, _, options) => decoded(readWholeInput(standard), options),
  fstatSync: (_, __, options) => pipeStats(options),
  closeSync: (_, fd) => close(fd as number),
};

const syncPathCalls: typeof syncCalls = {
  openSync: (standard) => open(standard),
  statSync: (_, __, options) => pipeStats(options),
};

function bindSync(fs: Calls): void {
  for (const [name, call] of Object.entries(syncCalls)) replace(fs, name, standardOf, call);
  for (const [name, call] of Object.entries(syncPathCalls)) {
    replace(fs, name, standardOfPath, call);
  }
  // Node itself refuses anything but bytes, with its own error.
  replace(fs, "writeSync", standardOf, (standard, _, data, ...rest) => {
    const bytes = bytesOf(data, rest, rest[1]);
    if (bytes === undefined) return refused;
    write(standard, bytes);
    return bytes.length;
  });
  replace(fs, "writevSync", standardOf, (standard, _, views) => {
    const bytes = bytesOfAll(views);
    write(standard, bytes);
    return bytes.length;
  });
  for (const name of ["writeFileSync", "appendFileSync"]) {
    replace(fs, name, standardOf, (standard, _, data, options) => {
      const bytes = bytesOf(data, [], encodingOf(options));
      if (bytes === undefined) return refused;
      write(standard, bytes);
      return undefined;
    });
  }
  bindCopy(fs, "copyFileSync", (from, to) => {
    const { readFileSync, writeFileSync } = fs as unknown as typeof import("node:fs");
    writeFileSync(to, readFileSync(from));
  });
}

function bindCallbacks(fs: Calls): void {
  replaceWithCallback(fs, "read", standardOf, (standard, done, _, ...args) => {
    const { bytesRead, buffer } = read(standard, args);
    done(null, bytesRead, buffer);
  });
  replaceWithCallback(fs, "readv", standardOf, (standard, done, _, views) => {
    done(null, readInto(standard, views as NodeJS.ArrayBufferView[]), views);
  });
  replaceWithCallback(fs, "readFile", standardOf, (standard, done, _, options) => {
    done(null, decoded(readWholeInput(standard), options));
  });
  replaceWithCallback(fs, "fstat", standardOf, (_, done, __, options) => {
    done(null, pipeStats(options));
  });
  replaceWithCallback(fs, "stat", standardOfPath, (_, done, __, options) => {
    done(null, pipeStats(options));
  });
  replaceWithCallback(fs, "open", standardOfPath, (standard, done) => done(null, open(standard)));
  replaceWithCallback(fs, "close", standardOf, (_, done, fd) => {
    close(fd as number);
    done(null);
  });
  replaceWithWriting(fs, "write", (standard, written, _, data, ...rest) => {
    const bytes = bytesOf(data, rest, rest[1]);
    if (bytes === undefined) return refused;
    return writeThen(standard, bytes, () => written(null, bytes.length, data));
  });
  replaceWithWriting(fs, "writev", (standard, written, _, views) => {
    const bytes = bytesOfAll(views);
    return writeThen(standard, bytes, () => written(null, bytes.length, views));
  });
  for (const name of ["writeFile", "appendFile"]) {
    replaceWithWriting(fs, name, (standard, written, _, data, options) => {
      const bytes = bytesOf(data, [], encodingOf(options));
      if (bytes === undefined) return refused;
      return writeThen(standard, bytes, () => written(null));
    });
  }
  bindCopy(fs, "copyFile", (from, to, ...rest) => {
    const done = rest.at(-1) as Callback;
    const { promises } = process.getBuiltinModule("node:fs");
    promises.copyFile(from, to).then(() => done(null), done);
  });
}

function bindPromises(promises: Calls): void {
  replace(promises, "open", standardOfPath, openHandle);
  replace(promises, "stat", standardOfPath, async (_, __, options) => pipeStats(options));
  const means = (file: unknown) => standardOfPath(file) ?? standardOfHandle(file);
  for (const name of ["readFile", "writeFile", "appendFile"] as const) {
    replace(promises, name, means, (standard, _, ...rest) =>
      (methodsOf(standard)[name] as Call)(...rest),
    );
  }
  bindCopy(promises, "copyFile", async (from, to) => {
    const { readFile, writeFile } = promises as unknown as typeof import("node:fs/promises");
    await writeFile(to, await readFile(from));
  });
}

/** Says that Node should refuse the arguments. */
const refused = Symbol("refused");

type Means = (file: unknown) => Standard | undefined;

function replace(
  calls: Calls,
  name: string,
  means: Means,
  call: (standard: Standard, ...args: unknown[]) => unknown,
): void {
  const original = calls[name] as Call;
  bind(calls, name, (...args) => {
    const standard = means(args[0]);
    if (standard === undefined) return original(...args);
    const result = call(standard, ...args);
    return result === refused ? original(...args) : result;
  });
}

/**
 * `call` returns what to call back with; as in Node that happens later, also with an error that it
 * throws.
 */
function replaceWithCallback(
  calls: Calls,
  name: string,
  means: Means,
  call: (standard: Standard, done: Callback, ...args: unknown[]) => void,
): void {
  const original = calls[name] as Call;
  bind(calls, name, (...args) => {
    const standard = means(args[0]);
    const callback = args.at(-1) as Callback;
    if (standard === undefined || typeof callback !== "function") return original(...args);
    const done: Callback = (...results) => process.nextTick(callback, ...results);
    try {
      call(standard, done, ...args.slice(0, -1));
    } catch (error) {
      if (!isSystemError(error)) throw error;
      done(error);
    }
  });
}

/** As above, but called back when the reader is ready for more. */
function replaceWithWriting(
  calls: Calls,
  name: string,
  call: (standard: Standard, written: Callback, ...args: unknown[]) => unknown,
): void {
  const original = calls[name] as Call;
  bind(calls, name, (...args) => {
    const standard = standardOf(args[0]);
    const callback = args.at(-1) as Callback;
    if (standard === undefined || typeof callback !== "function") return original(...args);
    try {
      if (call(standard, callback, ...args.slice(0, -1)) === refused) original(...args);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      process.nextTick(callback, error);
    }
  });
}

function isSystemError(error: unknown): error is Error {
  return error instanceof Error && "syscall" in error;
}

function bindCopy(
  calls: Calls,
  name: string,
  copy: (from: string, to: string, ...rest: unknown[]) => unknown,
): void {
  const original = calls[name] as Call;
  bind(calls, name, (from, to, ...rest) =>
    standardOfPath(from) === undefined && standardOfPath(to) === undefined
      ? original(from, to, ...rest)
      : copy(from as string, to as string, ...rest),
  );
}

/** The new function has the name of the old one and what util.promisify looks for. */
function bind(calls: Calls, name: string, call: Call): void {
  const descriptors = Object.getOwnPropertyDescriptors(calls[name] as Call);
  const { prototype: _, ...own } = descriptors as PropertyDescriptorMap;
  calls[name] = Object.defineProperties(call, own);
}
