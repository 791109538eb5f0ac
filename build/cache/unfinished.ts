// A file or folder that is written beside its target and then renamed, so that the target is always
// complete.
import { randomUUID } from "node:crypto";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

export interface Unfinished extends AsyncDisposable {
  /** In the target's folder, under a name that no other build uses. */
  readonly path: string;
}

const suffix = ".unfinished";

/** No build takes that long: anything older was left by a build that was killed. */
const longestBuildMs = 24 * 60 * 60 * 1000;

/**
 * The caller writes to `path` and renames it to `target`; if it fails, `path` is removed with the scope.
 * The name is random, because a process id is not unique: one process may run several builds, and
 * containers that share a cache may have the same ids.
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
