// A whole folder, hidden files included: an interpreter's tree, a user's layer, or what npm has
// installed.

import { ExpectedError } from "../../host/expected-error.ts";
import { folderFiles } from "../function/folder/folder-files.ts";
import type { PackageFile } from "../zip/package-file.ts";

export interface WholeFolder {
  readonly files: readonly PackageFile[];
  /** A sentence about files that may hold credentials and are left out. */
  readonly warnings: readonly string[];
}

/**
 * `prefix` is empty or ends with a slash. Links inside the folder stay links, others are copied.
 * @throws ExpectedError for a link that leads nowhere, and for anything that is neither a file nor
 * a folder.
 */
export function wholeFolder(
  folder: string,
  prefix: string,
  isExcluded: (path: string) => boolean = () => false,
): WholeFolder {
  const { files, secrets, unusable } = folderFiles(folder, { prefix, isExcluded, take: "all" });
  if (unusable.length > 0) {
    throw new ExpectedError(
      `${folder} has links that lead nowhere, or what is neither a file nor a folder: ${unusable.join(", ")}; remove it`,
    );
  }
  const warnings =
    secrets.length === 0
      ? []
      : [
          `left out, because they may hold credentials: ${secrets.join(", ")}; rename a file that holds none`,
        ];
  return { files, warnings };
}
