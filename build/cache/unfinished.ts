// Something that is written beside its final place, so that it appears there whole or not at all.
import { randomUUID } from "node:crypto";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

export interface Unfinished extends AsyncDisposable {
  /** In the folder of the final place, under a name that no other build has. */
  readonly path: string;
}

const suffix = ".unfinished";

/** No build takes that long: what is older was left by one that was killed. */
const longestBuildMs = 24 * 60 * 60 * 1000;

/**
 * The caller writes to `path` and renames it to `target`; what is left of it goes with the scope. A
 * process id would not do for the name: one process runs several builds, and containers that share a
 * cache have the same ids.
 */
export async function besideTarget(target: string): Promise<Unfinished> {
  const folder = dirname(target);
  await mkdir(folder, { recursive: true });
  await removeAbandoned(folder);
  const path = join(folder, `.${basename(target)}.${randomUUID()}${suffix}`);
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(".") || !name.endsWith(suffix)) continue;
    const path = join(folder, name);
    const stats = await stat(path).catch(() => undefined); // Finished meanwhile.
    if (stats === undefined || Date.now() - stats.mtimeMs < longestBuildMs) continue;
    await rm(path, { recursive: true, force: true });
  }
}
