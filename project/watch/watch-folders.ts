// Reports which files of some folders changed, once for changes that belong together.
import { type FSWatcher, watch } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { createDirectoryTree, type DirectoryTree } from "./directory-tree.ts";
import { createNativeTree } from "./native-tree.ts";

export interface WatchOptions {
  /** What cannot be watched, and what to do. @default nothing is reported */
  readonly onWarning?: (message: string) => void;
  /** Whether one call watches a whole tree on this system. @default true except on Linux */
  readonly native?: boolean;
  /** Epoch milliseconds: changes from then on are reported, even if they came before the call. */
  readonly since?: number;
}

export interface Watching {
  /** Resolves when all folders are watched; changes after the call are reported in any case. */
  readonly ready: Promise<void>;
  close(): void;
}

/** An editor's save is two or three events within a few milliseconds. */
const quietMs = 50;

/** The latest time for a report while changes go on: a checkout of thousands of files, a log. */
const patienceMs = 1000;

const pollMs = 1000;

/**
 * Watches folders, and single files such as zipped layers. `onChange` gets absolute paths of files
 * that are new, gone or changed, and of folders that are gone; reading a file is not a change, a
 * `touch` is. Targets of links outside the folders are not watched.
 */
export function watchFolders(
  roots: readonly string[],
  onChange: (paths: readonly string[]) => void,
  { onWarning = () => {}, native = process.platform !== "linux", since }: WatchOptions = {},
): Watching {
  const pending = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let firstEventAt = 0;
  let isClosed = false;
  const createTree = native ? createNativeTree : createDirectoryTree;
  const tree: DirectoryTree = createTree({ onEvent: schedule, onWarning, since });
  const folders = outermost(roots.map((root) => resolve(root)));
  const parents = folders.map((root) => watchParent(root, schedule));

  async function addAll(): Promise<void> {
    for (const folder of folders) tell(await tree.add(folder));
  }

  const ready = addAll();
  // One after another: a folder must not be read twice at a time.
  let last: Promise<void> = ready;

  function schedule(path: string): void {
    if (isClosed) return;
    if (pending.size === 0) firstEventAt = Date.now();
    pending.add(path);
    clearTimeout(timer);
    const patience = Math.max(0, firstEventAt + patienceMs - Date.now());
    timer = setTimeout(flush, Math.min(quietMs, patience));
  }

  function flush(): void {
    const paths = [...pending];
    pending.clear();
    last = last.then(() => tree.changesAt(paths)).then(tell);
  }

  function tell(changed: readonly string[]): void {
    if (!isClosed && changed.length > 0) onChange(changed);
  }

  const poll = setInterval(() => {
    last = last.then(() => tree.poll()).then(tell);
  }, pollMs).unref();

  return {
    ready,
    close() {
      isClosed = true;
      clearTimeout(timer);
      clearInterval(poll);
      tree.close();
      for (const parent of parents) parent?.close();
    },
  };
}

/** A folder within another one is watched with it. */
function outermost(roots: readonly string[]): string[] {
  return [...new Set(roots)].filter(
    (root) => !roots.some((other) => root !== other && root.startsWith(`${other}/`)),
  );
}

// A folder does not report that another one was put in its place; its parent does.
function watchParent(root: string, onEvent: (path: string) => void): FSWatcher | undefined {
  try {
    const watcher = watch(dirname(root), { persistent: false }, (_event, name) => {
      if (name === basename(root)) onEvent(root);
    });
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    // Its parent may not be readable, or there are no watches left: then only the folder's own
    // events are seen.
    return undefined;
  }
}
