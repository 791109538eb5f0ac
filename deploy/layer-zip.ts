// A user's own layer, a folder or a zip on the disk, as a zip that can be published.

import { readdir, readlink, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { PackageFile } from "../build/zip/package-file.ts";
import { writeZip } from "../build/zip/zip.ts";
import { ExpectedError } from "../host/expected-error.ts";
import { readStart } from "../host/handler/shebang.ts";
import { type CodeZip, describeZip } from "./upload.ts";

/** A folder becomes a zip in `output`; the same files give the same bytes, and so the same layer. */
export async function layerZip(path: string, output: string): Promise<CodeZip> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) return describeZip(path);
  if (!found?.isDirectory()) {
    throw new ExpectedError(
      `the layer ${path} ${found ? "is neither a folder nor a file" : "does not exist"}`,
      { remedy: "Name a folder with the layer's content, a zip of it, or a layer's ARN" },
    );
  }
  const files = await filesOf(path, "");
  if (files.length === 0) {
    throw new ExpectedError(`the layer ${path} is empty`, {
      remedy: "Put the files for /opt into it",
    });
  }
  return writeZip(files, join(output, `layer-${basename(path)}.zip`));
}

async function filesOf(folder: string, prefix: string): Promise<PackageFile[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.map(async (entry): Promise<PackageFile[]> => {
    const file = join(folder, entry.name);
    const path = prefix + entry.name;
    if (entry.isDirectory()) return filesOf(file, `${path}/`);
    if (entry.isSymbolicLink()) {
      const content = { kind: "link", target: await readlink(file) } as const;
      return [{ path, content, executable: false }];
    }
    if (!entry.isFile()) return [];
    // By what it is: some disks keep no modes.
    const start = readStart(file).toString("latin1", 0, 4);
    const executable = start.startsWith("#!") || start === "\x7fELF";
    return [{ path, content: { kind: "file", file }, executable }];
  });
  return (await Promise.all(files)).flat();
}
