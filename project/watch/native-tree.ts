// Folders on systems that watch a whole tree by themselves: macOS and Windows.
import { type FSWatcher, watch } from "node:fs";
import { join } from "node:path";
import type { DirectoryTree, DirectoryTreeOptions } from "./directory-tree.ts";
import { holdsIgnored } from "./ignored.ts";
import { signatureOf, statOrNothing } from "./signature.ts";

/** Events may be from shortly before the watch; the clocks of files are coarse too. */
const slackMs = 20;

export function createNativeTree({ onEvent, onWarning }: DirectoryTreeOptions): DirectoryTree {
  const startedAt = Date.now();
  const watchers: FSWatcher[] = [];
  const known = new Map<string, string | undefined>();

  async function isChanged(path: string): Promise<boolean> {
    const stats = await statOrNothing(path);
    const before = known.get(path);
    const signature = stats && signatureOf(stats);
    // A folder's time changes with each file in it, for which there are events too.
    if (stats?.isDirectory()) return false;
    const isKnown = known.has(path);
    known.set(path, signature);
    if (isKnown) return before !== signature;
    return stats === undefined || stats.ctimeMs >= startedAt - slackMs;
  }

  return {
    async add(root) {
      try {
        const watcher = watch(root, { recursive: true, persistent: false }, (_event, name) => {
          if (typeof name === "string" && !holdsIgnored(name)) onEvent(join(root, name));
        });
        watcher.on("error", (error) => onWarning(`${root} is no longer watched: ${error.message}`));
        watchers.push(watcher);
      } catch (error) {
        onWarning(
          `${root} cannot be watched: ${(error as Error).message}. Restart after a change.`,
        );
      }
      // The system also reports what happened a moment ago.
      return [];
    },
    async changesAt(paths) {
      const changes = await Promise.all(paths.map(isChanged));
      return paths.filter((_path, index) => changes[index]);
    },
    async poll() {
      return [];
    },
    close() {
      for (const watcher of watchers) watcher.close();
    },
  };
}
