// The unread rest of the event, as a file for a child to read. /proc shows how far the child has
// read, so the script can read the rest.
import { inputScope } from "./standard-io.ts";
import { openTemporaryFile } from "./temporary-file.ts";

// Taken before mode `main` binds them.
const { closeSync, openSync, readFileSync, writeSync } = process.getBuiltinModule("node:fs");

export interface LentStdin {
  readonly fd: number;
  /** Call it once, when the child has ended. */
  giveBack(): void;
}

/** @throws when the temporary folder has no room for the file. */
export function lendStdin(): LentStdin {
  const scope = inputScope();
  const rest = scope?.invocation.event.subarray(scope.stdinRead) ?? Buffer.alloc(0);
  const fd = rest.length === 0 ? openSync("/dev/null", "r") : fileOf(rest);
  const before = scope?.stdinRead ?? 0;
  return {
    fd,
    giveBack() {
      if (scope !== undefined && scope.stdinRead === before) scope.stdinRead += position(fd);
      closeSync(fd);
    },
  };
}

function fileOf(bytes: Buffer): number {
  const fd = openTemporaryFile();
  try {
    // Written at a position, so that the reader starts at the beginning of the file.
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at, at);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function position(fd: number): number {
  const info = readFileSync(`/proc/self/fdinfo/${fd}`, "utf8");
  return Number(/^pos:\s+(\d+)/.exec(info)?.[1] ?? 0);
}
