// The folders a handler may come from, and the one check that it does not lead out of them.
import { realpathSync, type Stats, statSync } from "node:fs";
import { malformed } from "./setting.ts";

interface FoundFile {
  /** As the user would write it: below the root, links not resolved. */
  readonly path: string;
  readonly stats: Stats;
}

export interface Roots {
  readonly directories: readonly string[];
  /**
   * Looks a path up in the function, then in the layers.
   * @throws HostError `Runtime.MalformedHandlerName` when it leads outside both.
   */
  find(path: string): FoundFile | undefined;
}

export function createRoots(taskRoot: string, layerRoot = "/opt"): Roots {
  const directories = [taskRoot, layerRoot];

  function inside(file: string): boolean {
    return directories.some((directory) => {
      const root = realPath(directory) ?? directory;
      return file === root || file.startsWith(root.endsWith("/") ? root : `${root}/`);
    });
  }

  return {
    directories,
    find(path) {
      // Concatenated as they are: the first call of node:path's join costs 0.4 ms of a cold start.
      const relative = path.replace(/^(?:\.\/+)+/, "");
      const places = path.startsWith("/")
        ? [path]
        : directories.map((root) => `${root.replace(/\/$/, "")}/${relative}`);
      for (const place of places) {
        const stats = readStats(place);
        if (!stats?.isFile()) continue;
        if (!inside(realPath(place) ?? place)) {
          throw malformed(
            path,
            `it leads to ${realPath(place)}, outside the function (${taskRoot}) and its layers (${layerRoot}); copy the file into the function, or name a program with cmd:`,
          );
        }
        return { path: place, stats };
      }
      return undefined;
    },
  };
}

function readStats(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // A file where the path has a folder, a name that is too long (an expression), a circle of
    // links: in all these cases there is no such file.
    return undefined;
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    // It does not exist, for which the caller has its own message.
    return undefined;
  }
}
