// A whole folder as files of a package: for scripts whose imports cannot be traced, and for layers.

import {
  type Dirent,
  existsSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  statSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { readStart } from "../../../host/handler/shebang.ts";
import { isInside } from "../../../project/governing/is-inside.ts";
import type { PackageFile } from "../../zip/package-file.ts";
import { packageContent, packageData, packageLink } from "../package-content.ts";
import { isPrivateKey, isSecret, isSecretFile, isTrivial } from "./path-filter.ts";

export interface FolderFiles {
  readonly files: PackageFile[];
  /** Paths that were left out because they may hold credentials. */
  readonly secrets: string[];
  /** Links that lead nowhere, sockets and the like. */
  readonly unusable: string[];
  /** Folders of an interpreter that work only on this machine. */
  readonly environments: string[];
}

export interface FolderOptions {
  /** Paths in the package. */
  readonly isExcluded?: (path: string) => boolean;
  /** Absolute folders that are not sources: where packages are written. */
  readonly outputs?: readonly string[];
  /** Where the files go in the package. */
  readonly prefix?: string;
  /**
   * Which files: `sources` without hidden files, `node_modules`, editors' backup files and the
   * declaration of functions; `all` with them, as in a layer.
   */
  readonly take?: "sources" | "all";
}

/**
 * Without files that may hold credentials. Links inside the folder, and to places that exist only
 * on Lambda, stay links; the targets of others are copied.
 */
export function folderFiles(folder: string, options: FolderOptions = {}): FolderFiles {
  const { isExcluded = () => false, outputs = [], prefix = "", take = "sources" } = options;
  const found: FolderFiles = { files: [], secrets: [], unusable: [], environments: [] };
  const root = realpathSync(folder);
  const written = outputs.map(realPathOf);

  function add(file: string, path: string, entry: Dirent, above: readonly string[]): void {
    const { name } = entry;
    if (isExcluded(path) || written.includes(realPathOf(file))) return;
    if (take === "sources" ? isNotSource(name, above.length === 1) : isVersionControl(name)) {
      if (isSecret(name)) found.secrets.push(path);
    } else if (entry.isDirectory()) addFolder(file, path, name, above);
    else if (entry.isSymbolicLink()) addLink(file, path, name, above);
    else if (entry.isFile()) addFile(file, path, name);
    else found.unusable.push(path);
  }

  function addFolder(file: string, path: string, name: string, above: readonly string[]): void {
    if (isSecret(name)) found.secrets.push(path);
    else if (take === "sources" && isEnvironment(file)) found.environments.push(path);
    else walk(file, `${path}/`, above);
  }

  function addFile(file: string, path: string, name: string): void {
    if (isSecretFile(name) || isPrivateKey(name, readStart(file))) found.secrets.push(path);
    else if (take === "all" && !/(?:^|\/)bin\//.test(path)) {
      // In a layer only programs on PATH are started by name.
      found.files.push(packageData(path, file));
    } else found.files.push(packageContent(path, file));
  }

  function addLink(file: string, path: string, name: string, above: readonly string[]): void {
    const written = readlinkSync(file);
    const target = resolve(realpathSync(dirname(file)), written);
    const stats = readStats(file);
    if (isSecretFile(name)) found.secrets.push(path);
    else if (isOnLambda(written) || (stats && isInside(target, root) && !written.startsWith("/"))) {
      found.files.push(packageLink(path, file));
    } else if (stats === undefined) found.unusable.push(path);
    else if (stats.isDirectory()) addFolder(file, path, name, above);
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

function isNotSource(name: string, isTop: boolean): boolean {
  // Python wheels keep the libraries of their modules in it.
  if (name === ".libs") return false;
  return isTrivial(name) || name === "node_modules" || (isTop && isDeclaration(name));
}

/** Read by this command line, and useless to the function. */
function isDeclaration(name: string): boolean {
  return /^stdlambda\.config\.(?:ts|mjs|js|json)$/.test(name);
}

function isVersionControl(name: string): boolean {
  return /^\.(?:git|hg|svn|DS_Store)$/.test(name);
}

/** A virtual environment of Python or conda: its programs are links to this machine's interpreter. */
function isEnvironment(folder: string): boolean {
  return existsSync(join(folder, "pyvenv.cfg")) || existsSync(join(folder, "conda-meta"));
}

function isOnLambda(target: string): boolean {
  return /^\/(?:opt|tmp|var\/task)(?:\/|$)/.test(target);
}

/** Undefined for a link that leads nowhere or to itself. */
function readStats(file: string) {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    // ELOOP: as useless as a link that leads nowhere.
    return undefined;
  }
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path); // Not there yet, or a link that leads nowhere.
  }
}
