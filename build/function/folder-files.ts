// A whole folder as a package: for scripts whose imports nobody can trace.
import { type Dirent, readdirSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { readStart } from "../../host/handler/shebang.ts";
import type { PackageFile } from "../zip/package-file.ts";
import { packageContent, packageLink } from "./package-content.ts";
import { isPrivateKey, isSecret, isTrivial } from "./path-filter.ts";

export interface FolderFiles {
  readonly files: PackageFile[];
  /** Paths that were left out because they may hold credentials. */
  readonly secrets: string[];
  /** Links that lead nowhere, sockets and the like. */
  readonly unusable: string[];
}

export interface FolderOptions {
  /** Paths in the package. */
  readonly isExcluded: (path: string) => boolean;
  /** Absolute folders that are no sources: where packages are written. */
  readonly outputs?: readonly string[];
  /** Where the files go in the package. */
  readonly prefix?: string;
}

/**
 * Without `node_modules`, hidden files, editors' drafts, secrets and the declaration of functions.
 * Links inside the folder stay links; what others lead to is copied.
 */
export function folderFiles(folder: string, options: FolderOptions): FolderFiles {
  const { isExcluded, outputs = [], prefix = "" } = options;
  const found: FolderFiles = { files: [], secrets: [], unusable: [] };
  const root = realpathSync(folder);

  function add(file: string, path: string, entry: Dirent, above: readonly string[]): void {
    const { name } = entry;
    if (isExcluded(path) || outputs.includes(resolve(file))) return;
    if (isSecret(name)) found.secrets.push(path);
    else if (isTrivial(name) || name === "node_modules") return;
    else if (above.length === 1 && isDeclaration(name)) return;
    else if (entry.isSymbolicLink()) addLink(file, path, name, above);
    else if (entry.isDirectory()) walk(file, `${path}/`, above);
    else if (entry.isFile()) addFile(file, path, name);
    else found.unusable.push(path);
  }

  function addFile(file: string, path: string, name: string): void {
    if (isPrivateKey(name, readStart(file))) found.secrets.push(path);
    else found.files.push(packageContent(path, file));
  }

  function addLink(file: string, path: string, name: string, above: readonly string[]): void {
    const target = resolve(realpathSync(dirname(file)), readlinkSync(file));
    const stats = readStats(file);
    if (stats === undefined) found.unusable.push(path);
    else if (isInside(target, root) && !readlinkSync(file).startsWith("/")) {
      found.files.push(packageLink(path, file));
    } else if (stats.isDirectory()) walk(file, `${path}/`, above);
    else if (stats.isFile()) addFile(file, path, name);
    else found.unusable.push(path);
  }

  function walk(directory: string, path: string, above: readonly string[]): void {
    const real = realpathSync(directory);
    // A link to a folder above would never end.
    if (above.includes(real)) return void found.unusable.push(path.slice(0, -1));
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      add(join(directory, entry.name), path + entry.name, entry, [...above, real]);
    }
  }

  walk(folder, prefix, []);
  return found;
}

/** Read by this command line, and of no use to the function. */
function isDeclaration(name: string): boolean {
  return /^stdlambda\.config\.(?:ts|mjs|js|json)$/.test(name);
}

/** Undefined for a link that leads nowhere or in a circle. */
function readStats(file: string) {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    // ELOOP: no more to be had of it than of one that leads nowhere.
    return undefined;
  }
}

export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !way.startsWith(sep);
}
