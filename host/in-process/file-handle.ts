// A FileHandle of /dev/stdin, /dev/stdout or /dev/stderr. Its other methods, such as streams and lines,
// are Node's own and call these.
import type { EventEmitter } from "node:events";
import type { FileHandle } from "node:fs/promises";
import { openedByName, type Standard } from "./standard-files.ts";
import {
  bytesOf,
  bytesOfAll,
  decoded,
  encodingOf,
  pipeStats,
  read,
  readInto,
  readWholeInput,
  writeThen,
} from "./standard-io.ts";

// Taken before mode `main` binds it.
const { open } = process.getBuiltinModule("node:fs").promises;

const handles = new WeakMap<object, Standard>();

export function standardOfHandle(file: unknown): Standard | undefined {
  return typeof file === "object" && file !== null ? handles.get(file) : undefined;
}

export async function openHandle(standard: Standard): Promise<FileHandle> {
  const handle = await open("/dev/null", "r+");
  const { fd } = handle;
  openedByName.set(fd, standard);
  (handle as unknown as EventEmitter).once("close", () => openedByName.delete(fd));
  handles.set(handle, standard);
  return Object.assign(handle, methodsOf(standard)) as unknown as FileHandle;
}

/** The methods of a FileHandle that read and write. */
export function methodsOf(standard: Standard) {
  function put(bytes: Buffer): Promise<void> {
    return new Promise((resolve) => writeThen(standard, bytes, resolve));
  }

  async function writeFile(data: unknown, options?: unknown): Promise<void> {
    const encoding = encodingOf(options);
    const bytes = bytesOf(data, [], encoding);
    if (bytes !== undefined) return put(bytes);
    if (typeof data !== "object" || data === null) refuse(data);
    for await (const piece of data as AsyncIterable<unknown>) {
      await put(bytesOf(piece, [], encoding) ?? refuse(piece));
    }
  }

  return {
    writeFile,
    appendFile: writeFile,
    async read(...args: unknown[]) {
      return plain(read(standard, args));
    },
    async readv(buffers: NodeJS.ArrayBufferView[]) {
      return plain({ bytesRead: readInto(standard, buffers), buffers });
    },
    async readFile(options?: unknown) {
      return decoded(readWholeInput(standard), options);
    },
    async write(data: unknown, ...rest: unknown[]) {
      const bytes = bytesOf(data, rest, rest[1]) ?? refuse(data);
      await put(bytes);
      return plain({ bytesWritten: bytes.length, buffer: data });
    },
    async writev(buffers: NodeJS.ArrayBufferView[]) {
      const bytes = bytesOfAll(buffers);
      await put(bytes);
      return plain({ bytesWritten: bytes.length, buffers });
    },
    async stat(options?: unknown) {
      return pipeStats(options);
    },
  };
}

/** Node's results have no prototype. */
function plain<T extends object>(result: T): T {
  return Object.assign(Object.create(null), result);
}

function refuse(data: unknown): never {
  throw Object.assign(
    new TypeError(
      `Only text and bytes can be written, not ${data === null ? "null" : typeof data}.`,
    ),
    { code: "ERR_INVALID_ARG_TYPE" },
  );
}
