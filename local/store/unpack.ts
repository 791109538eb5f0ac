// Unpacks a zip into a new folder, or leaves nothing behind.
import {
  chmod,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
} from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { ZipFile } from "yauzl";
import { ServiceError } from "../service-error.ts";
import { diskFailure, errorCode } from "./disk-failure.ts";
import { entryContent } from "./entry-content.ts";
import { checkLinkTargets } from "./link-target.ts";
import { type PackageEntry, readPackage } from "./package-entries.ts";
import { refuseEntry } from "./refuse-zip.ts";

/** Files written at a time: enough to hide the waits for the disk, few enough for its queue. */
const filesAtATime = 8;
/** Linux's PATH_MAX. */
const maximumTarget = 4096;

/**
 * Files get mode 0755 when the zip says that anybody may execute them and 0644 otherwise (so does
 * a zip without Unix modes, and setuid is lost); their times are the zip's, read as UTC.
 * @param target A folder that does not exist yet.
 * @returns Bytes of the unpacked files.
 * @throws ServiceError InvalidParameterValueException naming the entry that is refused.
 */
export async function unpack(bytes: Buffer, target: string): Promise<number> {
  const { zip, directories, files, links, size } = await readPackage(bytes);
  const targets = new Map<string, string>();
  for (const link of links) targets.set(link.path, await readTarget(zip, link));
  checkLinkTargets(targets);
  try {
    await makeDirectory(target);
    for (const path of directories) {
      await blaming(path, () => makeDirectory(join(target, path)));
    }
    await writeFiles(zip, files, target);
    // Last, so that nothing is ever written through one.
    for (const [path, destination] of targets) {
      await blaming(path, () => symlink(destination, join(target, path)));
    }
  } catch (error) {
    await rm(target, { recursive: true, force: true });
    throw error instanceof ServiceError ? error : diskFailure("unpack the code", error);
  }
  return size;
}

/** The number of bytes that unpacking writes. */
export async function declaredSize(bytes: Buffer): Promise<number> {
  return (await readPackage(bytes)).size;
}

/**
 * Whether a folder has exactly the contents of the zip, byte for byte: if so, the number of bytes,
 * else undefined.
 */
export async function unpackedAs(bytes: Buffer, folder: string): Promise<number | undefined> {
  const { zip, directories, files, links, size } = await readPackage(bytes);
  const found = await readdir(folder, { recursive: true });
  if (found.length !== directories.length + files.length + links.length) return undefined;
  try {
    for (const path of directories) {
      if (!(await lstat(join(folder, path))).isDirectory()) return undefined;
    }
    for (const file of files)
      if (!(await isUnpacked(file, join(folder, file.path)))) return undefined;
    for (const link of links) {
      if ((await readlink(join(folder, link.path))) !== (await readTarget(zip, link)))
        return undefined;
    }
  } catch {
    // Not there, or something else in its place.
    return undefined;
  }
  return size;
}

async function isUnpacked(entry: PackageEntry, path: string): Promise<boolean> {
  const stats = await lstat(path);
  const mode = entry.isExecutable ? 0o755 : 0o644;
  if (!stats.isFile() || stats.size !== entry.size || (stats.mode & 0o777) !== mode) return false;
  return crc32(await readFile(path)) === entry.source.crc32;
}

/** Whatever the umask: on Lambda another user reads the code. */
async function makeDirectory(path: string): Promise<void> {
  await mkdir(path);
  await chmod(path, 0o755);
}

async function writeFiles(
  zip: ZipFile,
  files: readonly PackageEntry[],
  target: string,
): Promise<void> {
  // One iterator for all: each takes the next file when it has written its own.
  const queue = files.values();
  const failures: unknown[] = [];
  const work = async () => {
    for (const file of queue) {
      if (failures.length > 0) return;
      await blaming(file.path, () => writeEntry(zip, file, join(target, file.path))).catch(
        (error) => failures.push(error),
      );
    }
  };
  // Only when all have ended may the folder be removed.
  await Promise.all(Array.from({ length: filesAtATime }, work));
  if (failures.length > 0) throw failures[0];
}

async function writeEntry(zip: ZipFile, entry: PackageEntry, path: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    for await (const piece of entryContent(zip, entry)) await file.writeFile(piece);
    await file.chmod(entry.isExecutable ? 0o755 : 0o644);
    const time = entry.source.getLastModDate({ timezone: "UTC" });
    if (!Number.isNaN(time.getTime())) await file.utimes(time, time);
  } finally {
    await file.close();
  }
}

async function readTarget(zip: ZipFile, link: PackageEntry): Promise<string> {
  if (link.size > maximumTarget) throw refuseEntry(link.path, "is a link whose target is too long");
  const pieces: Buffer[] = [];
  for await (const piece of entryContent(zip, link)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

/** Distinguishes a disk that refuses this entry from one that refuses everything. */
async function blaming(path: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    switch (errorCode(error)) {
      case "EEXIST":
        throw refuseEntry(path, "has a name that this disk cannot tell from another entry's");
      case "ENAMETOOLONG":
        throw refuseEntry(path, "has a name that is too long for this disk");
      case "EILSEQ":
      case "EINVAL":
        throw refuseEntry(path, "has a name that this disk does not allow");
      default:
        throw error;
    }
  }
}
