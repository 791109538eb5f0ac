// One watch for each folder of a tree, and the known state of each folder, so that real changes are
// told from apparent ones. On Linux, Node's own recursive watch takes one for each file as well,
// which uses up the system's limit (fs.inotify.max_user_watches) on a node_modules folder.
import { type Dirent, type FSWatcher, watch } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isIgnored } from "./ignored.ts";
import { signatureOf, statOrNothing } from "./signature.ts";

export interface DirectoryTree {
  /** Watches a folder and everything below, and returns the files that changed after `since`. */
  add(root: string): Promise<string[]>;
  /** Returns the files that changed, given the paths from events; an unknown folder is added. */
  changesAt(paths: readonly string[]): Promise<string[]>;
  /** Changes in the folders that could not be watched. */
  poll(): Promise<string[]>;
  close(): void;
}

export interface DirectoryTreeOptions {
  /** A path that may have changed. */
  readonly onEvent: (path: string) => void;
  /** Called once for each reason for which folders are not watched. */
  readonly onWarning: (message: string) => void;
  /** Epoch milliseconds; without it existing files are not reported. */
  readonly since?: number | undefined;
  /** Replaces node:fs in tests: a system that gives no more watches. */
  readonly watch?: typeof watch;
}

interface Folder {
  /** Undefined if the system gave no watch. */
  watcher: FSWatcher | undefined;
  /** The names in it; a file's signature once it was checked. */
  readonly names: Map<string, string | undefined>;
  /** Milliseconds since 1970; what changed later changed after it was read. */
  readonly readAt: number;
}

/** Called for a file in a folder that is read; `known`: the folder as it was before. */
type IsOther = (
  path: string,
  names: Map<string, string | undefined>,
  known: Folder | undefined,
) => Promise<boolean>;

/** The kernel stamps files by a clock that ticks every 1 to 10 ms. */
const clockTickMs = 20;

/** A user usually has 65,536 watches or more; one project should not take all of them. */
const maximumPackageFolders = 10_000;

export function createDirectoryTree(options: DirectoryTreeOptions): DirectoryTree {
  const {
    onEvent,
    onWarning,
    since = Number.POSITIVE_INFINITY,
    watch: watchFolder = watch,
  } = options;
  const folders = new Map<string, Folder>();
  const roots = new Set<string>();
  /** Roots that are files, by path. */
  const files = new Map<string, string | undefined>();
  /** Folders without a watch that should be checked now and then. */
  const unwatched = new Set<string>();
  const warned = new Set<string>();
  let packageFolders = 0;
  let isClosed = false;

  function warnOnce(reason: string, message: string): void {
    if (warned.has(reason)) return;
    warned.add(reason);
    onWarning(message);
  }

  function open(path: string): FSWatcher | undefined {
    if (isInPackages(path) && packageFolders >= maximumPackageFolders) {
      warnOnce(
        "packages",
        `node_modules has more than ${maximumPackageFolders} folders; changes in the deepest of them are not seen. Restart after editing there.`,
      );
      return undefined;
    }
    try {
      const watcher = watchFolder(path, { persistent: false }, (_event, name) => {
        // The folder's own name means the folder itself, when it is deleted or moved.
        if (typeof name === "string" && !isIgnored(name)) onEvent(join(path, name));
      });
      // The folder was deleted; its parent's event says the same.
      watcher.on("error", () => watcher.close());
      if (isInPackages(path)) packageFolders++;
      return watcher;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOSPC" || code === "EMFILE") {
        warnOnce(
          code,
          `The system gives no more watches (${code}); the other folders are looked at every second, but node_modules is not. Raise fs.inotify.max_user_watches (or max_user_instances), or close other watchers.`,
        );
      }
      // Anything else: the folder is gone or not readable, as reading it will show.
      return undefined;
    }
  }

  function close(path: string): void {
    const folder = folders.get(path);
    if (folder === undefined) return;
    folder.watcher?.close();
    if (folder.watcher !== undefined && isInPackages(path)) packageFolders--;
    folders.delete(path);
    unwatched.delete(path);
  }

  function closeTree(path: string): void {
    close(path);
    for (const other of [...folders.keys()]) if (other.startsWith(`${path}/`)) close(other);
  }

  /**
   * Reads folders again, packages last, so that those are the ones without watches. Adds to
   * `changed` the files that `isOther` considers changed since the folder was read before, and what
   * is gone.
   */
  async function read(root: string, changed: string[], isOther: IsOther): Promise<void> {
    const own = [root];
    const packages: string[] = [];
    for (;;) {
      const path = own.shift() ?? packages.shift();
      if (path === undefined || isClosed) return;
      for (const inner of await readFolder(path, changed, isOther)) {
        if (isInPackages(inner)) packages.push(inner);
        else own.push(inner);
      }
    }
  }

  /** Returns the folders in it. */
  async function readFolder(path: string, changed: string[], isOther: IsOther): Promise<string[]> {
    const before = folders.get(path);
    close(path);
    // First the watch and then the names, so that a change in between is seen twice, not never.
    const readAt = Date.now();
    const watcher = open(path);
    const entries = await readEntries(path);
    if (entries === undefined || isClosed) {
      watcher?.close();
      return [];
    }
    const folder: Folder = { watcher, names: new Map(), readAt };
    folders.set(path, folder);
    if (watcher === undefined && !isInPackages(path)) unwatched.add(path);
    const inner: string[] = [];
    for (const entry of entries) {
      if (isIgnored(entry.name)) continue;
      folder.names.set(entry.name, before?.names.get(entry.name));
      const entryPath = join(path, entry.name);
      if (entry.isDirectory()) inner.push(entryPath);
      else if (await isOther(entryPath, folder.names, before)) changed.push(entryPath);
    }
    for (const name of before?.names.keys() ?? []) {
      if (folder.names.has(name)) continue;
      changed.push(join(path, name));
      closeTree(join(path, name));
    }
    return inner;
  }

  /** At the start packages are not checked, because they have very many files and seldom change. */
  async function isOtherSince(path: string): Promise<boolean> {
    if (since === Number.POSITIVE_INFINITY || isInPackages(path)) return false;
    const stats = await statOrNothing(path);
    return stats !== undefined && stats.ctimeMs >= since - clockTickMs;
  }

  /** Whether the file differs from what `known` says; its state is stored in `names`. */
  async function isChanged(
    path: string,
    names: Map<string, string | undefined>,
    known: Folder | undefined,
  ): Promise<boolean> {
    const stats = await statOrNothing(path);
    if (stats === undefined) return false;
    const name = basename(path);
    const before = known?.names.get(name);
    const wasThere = known?.names.has(name) === true;
    const signature = signatureOf(stats);
    names.set(name, signature);
    if (before !== undefined) return before !== signature;
    return known === undefined || !wasThere || stats.ctimeMs >= known.readAt - clockTickMs;
  }

  async function changesOf(path: string): Promise<string[]> {
    const parent = folders.get(dirname(path));
    const stats = await statOrNothing(path);
    if (files.has(path)) return changesOfFile(path, stats && signatureOf(stats));
    const name = basename(path);
    if (stats === undefined) {
      const wasThere = parent?.names.delete(name) || folders.has(path);
      closeTree(path);
      return wasThere ? [path] : [];
    }
    if (parent === undefined && !roots.has(path)) return [];
    // A folder was made, or deleted and made again: then its old watch is dead, whatever the inode
    // says. If only its time or mode differs, reading it shows that nothing changed.
    if (await isFolder(path)) {
      parent?.names.set(name, undefined);
      const changed: string[] = [];
      await read(path, changed, isChanged);
      return changed;
    }
    return parent && (await isChanged(path, parent.names, parent)) ? [path] : [];
  }

  function changesOfFile(path: string, signature: string | undefined): string[] {
    const before = files.get(path);
    files.set(path, signature);
    return before === signature ? [] : [path];
  }

  return {
    async add(root) {
      const stats = await statOrNothing(root);
      const changed: string[] = [];
      if (stats?.isFile()) {
        files.set(root, signatureOf(stats));
        if (await isOtherSince(root)) changed.push(root);
      } else {
        roots.add(root);
        await read(root, changed, isOtherSince);
      }
      return changed;
    },
    async changesAt(paths) {
      const changed = new Set<string>();
      for (const path of paths) {
        for (const file of await changesOf(path)) changed.add(file);
      }
      return [...changed];
    },
    async poll() {
      const changed: string[] = [];
      for (const path of [...unwatched]) {
        const inner = await readFolder(path, changed, isChanged);
        for (const folder of inner)
          if (!folders.has(folder)) await read(folder, changed, isChanged);
      }
      return changed;
    },
    close() {
      isClosed = true;
      for (const path of [...folders.keys()]) close(path);
    },
  };
}

/** Undefined if it is no longer a folder, or cannot be read. */
async function readEntries(path: string): Promise<Dirent[] | undefined> {
  // Its parent's event reports that it is gone; what may not be read cannot be loaded either.
  return readdir(path, { withFileTypes: true }).catch(() => undefined);
}

/** Only within the tree: links are not followed. */
async function isFolder(path: string): Promise<boolean> {
  const stats = await lstat(path).catch(() => undefined);
  // Gone since it was looked at: another event is on its way.
  return stats?.isDirectory() === true;
}

function isInPackages(path: string): boolean {
  return /\/node_modules(?:\/|$)/.test(path);
}
