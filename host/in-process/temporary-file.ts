// A file without a name: for what a child reads or writes as a whole.
import { tmpdir } from "node:os";
import { join } from "node:path";

// Taken before mode `main` binds them.
const { openSync, unlinkSync } = process.getBuiltinModule("node:fs");

let files = 0;

/** @throws when the folder for temporary files has no room. */
export function openTemporaryFile(): number {
  files++;
  const path = join(tmpdir(), `stdlambda-${process.pid}-${files}`);
  const fd = openSync(path, "wx+", 0o600);
  unlinkSync(path);
  return fd;
}
