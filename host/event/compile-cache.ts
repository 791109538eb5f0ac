// Where compiled code is kept: with it the second start of a `.ts` is as fast as that of a `.mjs`
// (docs/performance.md).
import { lstatSync, mkdirSync } from "node:fs";
import { join } from "node:path";

/**
 * Whether this is where host/bootstrap keeps the host's own code in a checkout; scripts must not
 * use it.
 */
export function isOwnCompileCache(path: string): boolean {
  return path === join(import.meta.dirname, "../../node_modules/.cache/stdlambda-host");
}

let directory: string | undefined;
let decided = false;

/**
 * A folder in the temporary one that belongs to this user alone, made on the first call. Undefined
 * when it cannot be made, or when another user made it first: code from there would run unchecked.
 */
export function compileCacheDirectory(): string | undefined {
  if (!decided) directory = makePrivateDirectory();
  decided = true;
  return directory;
}

function makePrivateDirectory(): string | undefined {
  const user = process.getuid?.() ?? 0;
  const path = `/tmp/stdlambda-compile-cache-${user}`;
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const stats = lstatSync(path);
    return stats.isDirectory() && stats.uid === user && (stats.mode & 0o022) === 0
      ? path
      : undefined;
  } catch {
    // The disk is read-only or full: scripts start a little slower.
    return undefined;
  }
}
