// A temporary file without a name, for the whole input or output of a child.
import { tmpdir } from "node:os";
import { join } from "node:path";

// Taken before mode `main` binds them.
const { openSync, unlinkSync } = process.getBuiltinModule("node:fs");

let files = 0;

/** @throws when the temporary folder cannot be written. */
export function openTemporaryFile(): number {
  files++;
  const path = join(tmpdir(), `stdlambda-${process.pid}-${files}`);
  const fd = openSync(path, "wx+", 0o600);
  unlinkSync(path);
  return fd;
}
