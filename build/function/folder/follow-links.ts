// Links whose target is not in the package are replaced by the target, or reported.
import { statSync } from "node:fs";
import { basename, join, posix } from "node:path";
import { readStart } from "../../../host/handler/shebang.ts";
import type { PackageFile } from "../../zip/package-file.ts";
import type { Findings } from "../findings.ts";
import { packageContent } from "../package-content.ts";
import { folderFiles } from "./folder-files.ts";
import { isPrivateKey, isSecret, isSecretFile } from "./path-filter.ts";

/** Removes such links from `files` and returns what replaces them. */
export function followLinks(
  files: Map<string, PackageFile>,
  root: string,
  isExcluded: (path: string) => boolean,
  { notices, secrets }: Findings,
): [string, PackageFile][] {
  const folders = new Set([...files.keys()].flatMap(foldersOf));
  const found: [string, PackageFile][] = [];
  for (const [path, { content }] of [...files]) {
    if (content.kind !== "link" || content.target.startsWith("/")) continue;
    const target = posix.join(posix.dirname(path), content.target).replace(/\/$/, "");
    if (files.has(target) || folders.has(target) || target === ".") continue;
    files.delete(path);
    const file = join(root, path);
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats?.isDirectory() && !isUnwanted(target)) {
      const inner = folderFiles(file, { isExcluded, prefix: `${path}/` });
      for (const one of inner.files) found.push([one.path, one]);
      secrets.push(...inner.secrets);
    } else if (stats?.isFile() && !isUnwanted(target) && !isSecretly(target, file)) {
      found.push([path, packageContent(path, file)]);
    } else notices.push(`left out ${path}, a link to ${target}, which is not in the package`);
  }
  return found;

  function isUnwanted(target: string): boolean {
    return isExcluded(target) || target.split("/").includes("node_modules");
  }
}

function isSecretly(target: string, file: string): boolean {
  const name = basename(target);
  return (
    target.split("/").some(isSecret) || isSecretFile(name) || isPrivateKey(name, readStart(file))
  );
}

function foldersOf(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join("/"));
}
