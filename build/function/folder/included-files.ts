// What `--include` takes in: files and folders beside the script that no import names.
import { globSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { isInside } from "../../../project/governing/is-inside.ts";
import type { PackageFile } from "../../zip/package-file.ts";
import { packageContent } from "../package-content.ts";
import { type FolderOptions, folderFiles } from "./folder-files.ts";
import { isSecret, isSecretFile, isTrivial } from "./path-filter.ts";

export interface IncludedFiles {
  readonly files: PackageFile[];
  readonly secrets: string[];
  /** Sentences on patterns that cannot be met. */
  readonly faults: string[];
}

/** A path that is written out is taken whatever it is; a pattern takes no secrets. */
export function includedFiles(
  root: string,
  patterns: readonly string[],
  { isExcluded, outputs = [] }: Pick<FolderOptions, "isExcluded" | "outputs">,
): IncludedFiles {
  const found: IncludedFiles = { files: [], secrets: [], faults: [] };
  for (const pattern of patterns) {
    const names = statSync(join(root, pattern), { throwIfNoEntry: false })
      ? [pattern]
      : globSync(pattern, { cwd: root }).filter(isNotBuilt).sort();
    if (names.length === 0) {
      found.faults.push(
        `--include ${pattern} matches nothing in ${root}; use a path or a pattern relative to that folder`,
      );
    }
    for (const name of names) include(name, name === pattern, found);
  }
  return found;

  function isNotBuilt(name: string): boolean {
    return !outputs.some((output) => isInside(resolve(root, name), output));
  }

  function include(name: string, isWritten: boolean, found: IncludedFiles): void {
    const file = resolve(root, name);
    const path = relative(root, file);
    const segments = path.split("/");
    const stats = statSync(file, { throwIfNoEntry: false });
    if (!isInside(file, root) || path === "") {
      found.faults.push(
        `--include ${name} is not inside ${root}; copy or link it there, or make the parent folder the function's root`,
      );
    } else if (!isWritten && (segments.some(isSecret) || isSecretFile(segments.at(-1) ?? "")))
      found.secrets.push(path);
    else if (!isWritten && segments.some(isTrivial)) return;
    else if (stats?.isDirectory()) {
      const inner = folderFiles(file, {
        ...(isExcluded && { isExcluded }),
        outputs,
        prefix: `${path}/`,
      });
      found.files.push(...inner.files);
      found.secrets.push(...inner.secrets);
    } else if (!stats?.isFile()) {
      found.faults.push(`--include ${name} is neither a file nor a folder; leave it out`);
    } else if (!isExcluded?.(path)) found.files.push(packageContent(path, file));
  }
}
