// Zips a folder so that equal folders give equal bytes.
import { lstat, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { getStreamAsBuffer } from "get-stream";
import { ZipFile } from "yazl";
import { ServiceError } from "../service-error.ts";
import { diskFailure } from "./disk-failure.ts";
import { entryPath } from "./entry-path.ts";
import { checkUnpackedSize } from "./package-limits.ts";

/** The first time a zip can say; local, since a zip's time has no zone (and none is written). */
const mtime = new Date(1980, 0, 1);
const fixed = { mtime, forceDosTimestamp: true };
/** The bytes stay on this machine, so time counts more than size. */
const compressionLevel = 1;

const skippedNames = [".git", ".stdlambda"];
const skippedPath = /(?:^|\/)node_modules\/\.cache$/;

interface Found {
  readonly path: string;
  readonly kind: "file" | "directory" | "link";
  readonly mode: number;
  readonly size: number;
}

/**
 * Sockets, fifos and devices are left out: they are the traces of running programs, not code.
 * @throws ServiceError InvalidParameterValueException for more than Lambda takes.
 */
export async function zipDirectory(root: string): Promise<Buffer> {
  try {
    return await write(root, await find(root));
  } catch (error) {
    throw error instanceof ServiceError ? error : diskFailure(`pack ${root}`, error);
  }
}

/** Everything that belongs in the zip, sorted by path. */
async function find(root: string): Promise<Found[]> {
  const found: Found[] = [];
  let total = 0;
  const walk = async (folder: string) => {
    for (const name of await readdir(join(root, folder))) {
      const path = folder === "" ? name : `${folder}/${name}`;
      if (skippedNames.includes(name) || skippedPath.test(path)) continue;
      const stats = await lstat(join(root, path));
      const { mode, size } = stats;
      if (stats.isDirectory()) {
        found.push({ path, kind: "directory", mode, size: 0 });
        await walk(path);
      } else if (stats.isFile() || stats.isSymbolicLink()) {
        total += size;
        checkUnpackedSize(total);
        found.push({ path, kind: stats.isFile() ? "file" : "link", mode, size });
      }
    }
  };
  await walk("");
  for (const { path } of found) entryPath(path);
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function write(root: string, entries: readonly Found[]): Promise<Buffer> {
  const zip = new ZipFile();
  const stream = zip.outputStream as NodeJS.ReadableStream & { destroy(error: Error): void };
  zip.on("error", (error) => stream.destroy(error));
  const bytes = getStreamAsBuffer(stream);
  // A failure of the loop is reported by the loop.
  bytes.catch(() => {});
  for (const { path, kind, mode } of entries) {
    const compressed = { ...fixed, compressionLevel };
    if (kind === "directory") zip.addEmptyDirectory(path, { ...fixed, mode: 0o40755 });
    else if (kind === "file") {
      const permissions = mode & 0o111 ? 0o100755 : 0o100644;
      zip.addFile(join(root, path), path, { ...compressed, mode: permissions });
    } else {
      const target = await readlink(join(root, path), "buffer");
      zip.addBuffer(target, path, { ...compressed, mode: 0o120777 });
    }
  }
  zip.end();
  return bytes;
}
