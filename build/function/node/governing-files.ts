// Files that say how others are read: package.json for its type and its names of files.
import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { isInside } from "../../../project/governing/is-inside.ts";
import { descriptionAbove } from "../../../project/governing/package-description.ts";
import type { PackageFile } from "../../zip/package-file.ts";
import { packageContent, packageText } from "../package-content.ts";

/**
 * Every package.json from the files' folders up to the function's. Where only one above the
 * function counts, the package gets one that says the same of the function's folder.
 */
export function packageDescriptions(files: Iterable<string>, root: string): PackageFile[] {
  const folders = new Set<string>();
  for (const file of files) {
    for (let at = dirname(file); isInside(at, root) && !folders.has(at); at = dirname(at)) {
      folders.add(at);
    }
  }
  const own = [...folders].map((folder) => join(folder, "package.json")).filter(existsSync);
  const found = own.map((file) => packageContent(relative(root, file), file));
  if (folders.size === 0 || own.includes(join(root, "package.json"))) return found;
  const description = descriptionAbove(root);
  if (description === undefined) return found;
  return [...found, packageText("package.json", `${JSON.stringify(description)}\n`)];
}
