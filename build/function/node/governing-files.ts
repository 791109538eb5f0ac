// Files that say how others are read: package.json for its type and its names of files.
import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import type { PackageFile } from "../../zip/package-file.ts";
import { isInside } from "../folder/folder-files.ts";
import { readDescription } from "../npm/npm-location.ts";
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
  const above = folderAbove(dirname(root));
  const description = above === undefined ? {} : descriptionFor(root, above);
  if (Object.keys(description).length === 0) return found;
  return [...found, packageText("package.json", `${JSON.stringify(description)}\n`)];
}

function folderAbove(folder: string): string | undefined {
  if (existsSync(join(folder, "package.json"))) return folder;
  return folder === dirname(folder) ? undefined : folderAbove(dirname(folder));
}

/** What a package.json above says of files in `root`: its type, and names that lead into it. */
function descriptionFor(root: string, above: string): object {
  const { type, imports, exports, name } = readDescription(above);
  const inside = (targets: unknown) => rebased(targets, above, root);
  const [ownImports, ownExports] = [inside(imports), inside(exports)];
  return {
    ...(ownExports !== undefined && { name, exports: ownExports }),
    ...((type === "module" || type === "commonjs") && { type }),
    ...(ownImports !== undefined && { imports: ownImports }),
  };
}

/** Undefined where nothing of it leads into `root`; names of packages stay. */
function rebased(targets: unknown, above: string, root: string): unknown {
  if (typeof targets === "string") {
    if (!targets.startsWith("./")) return targets;
    const file = resolve(above, targets);
    return isInside(file, root) ? `./${relative(root, file)}` : undefined;
  }
  if (Array.isArray(targets)) {
    const kept = targets
      .map((target) => rebased(target, above, root))
      .filter((target) => target !== undefined);
    return kept.length > 0 ? kept : undefined;
  }
  if (typeof targets !== "object" || targets === null) return undefined;
  const kept = Object.entries(targets)
    .map(([name, target]) => [name, rebased(target, above, root)] as const)
    .filter(([, target]) => target !== undefined);
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}
