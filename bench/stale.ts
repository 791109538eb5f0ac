// Finds out whether the bundle is older than its sources, because figures of an old host would
// mislead.
import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

const sources = join(import.meta.dirname, "../host");

/** Whether a source of the host is newer than the bundle beside this bootstrap. */
export function isStale(bootstrap: string): boolean {
  const bundle = statSync(join(dirname(bootstrap), "main.cjs"), { throwIfNoEntry: false });
  return bundle !== undefined && bundle.mtimeMs < newestSource();
}

// Milliseconds since the epoch.
function newestSource(): number {
  const entries = readdirSync(sources, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Math.max(...files.map((file) => statSync(join(file.parentPath, file.name)).mtimeMs));
}
