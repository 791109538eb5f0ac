// Writes a package as a folder: the same modes and times as in the zip, whatever the umask.

import {
  chmod,
  copyFile,
  lutimes,
  mkdir,
  readdir,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { ExpectedError } from "../../host/expected-error.ts";
import { replaceFolder } from "../cache/replace-folder.ts";
import { besideTarget } from "../cache/unfinished.ts";
import type { PackageFile } from "../zip/package-file.ts";
import { checkPaths } from "../zip/package-paths.ts";

/** Also how a folder of ours is recognized. */
const epoch = new Date("1980-01-01T00:00:00Z");

/**
 * The folder appears whole, and replaces one that this function has written.
 * @throws ExpectedError when a file in it was made or changed by anything else.
 */
export async function writeFolder(files: readonly PackageFile[], folder: string): Promise<void> {
  const sorted = checkPaths(files);
  await refuseForeign(folder);
  await using unfinished = await besideTarget(folder);
  await mkdir(unfinished.path);
  await chmod(unfinished.path, 0o755);
  for (const file of sorted) await write(file, unfinished.path);
  await replaceFolder(unfinished.path, folder);
}

async function write({ path, content, executable }: PackageFile, folder: string): Promise<void> {
  const target = join(folder, path);
  await mkdir(dirname(target), { recursive: true, mode: 0o755 });
  if (content.kind === "link") await symlink(content.target, target);
  else {
    if (content.kind === "file") await copyFile(content.file, target);
    else await writeFile(target, content.bytes);
    await chmod(target, executable ? 0o755 : 0o644);
  }
  await lutimes(target, epoch, epoch);
}

async function refuseForeign(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error.code === "ENOTDIR" ? foreign(folder, "it is a file") : error;
    },
  );
  for (const entry of entries) {
    if (entry.isDirectory() || entry.isSymbolicLink()) continue;
    const file = join(entry.parentPath, entry.name);
    const { mtimeMs } = await stat(file);
    if (mtimeMs !== epoch.getTime())
      throw foreign(folder, `${file} was not written by stdlambda build`);
  }
}

function foreign(folder: string, why: string): ExpectedError {
  return new ExpectedError(
    `${folder} would be replaced, but ${why}; remove it, or choose another place with --out`,
  );
}
