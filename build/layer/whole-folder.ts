// A folder as it is, hidden files and all: a tree of an interpreter, or what npm has installed.

import { type Dirent, readdirSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ExpectedError } from "../../host/expected-error.ts";
import { isInside } from "../function/folder-files.ts";
import { packageContent, packageLink } from "../function/package-content.ts";
import type { PackageFile } from "../zip/package-file.ts";

/**
 * `prefix` ends with a slash. Links inside of the folder stay links.
 * @throws ExpectedError for a link that leaves the folder, and for what is neither file nor folder.
 */
export function wholeFolder(
  folder: string,
  prefix: string,
  isLeftOut: (name: string) => boolean = () => false,
): PackageFile[] {
  const root = realpathSync(folder);
  const entries = readdirSync(root, { withFileTypes: true, recursive: true });
  return entries.flatMap((entry) => {
    const file = join(entry.parentPath, entry.name);
    const name = file.slice(root.length + 1).replaceAll("\\", "/");
    if (entry.isDirectory() || isLeftOut(name)) return [];
    const path = prefix + name;
    return entry.isFile() ? packageContent(path, file) : linkOf(entry, path, file, root);
  });
}

function linkOf(entry: Dirent, path: string, file: string, root: string): PackageFile {
  if (!entry.isSymbolicLink()) {
    throw new ExpectedError(`${file} is neither a file, a folder nor a link; leave it out`);
  }
  const link = packageLink(path, file);
  const target = link.content.kind === "link" ? link.content.target : "";
  if (target.startsWith("/") || !isInside(resolve(dirname(file), target), root)) {
    throw new ExpectedError(
      `${file} is a link to ${target}, which is not in the layer: copy what it leads to in its place`,
    );
  }
  return link;
}
