// Reads what a zip says it contains, and refuses it before a byte is written if that is not
// allowed.
import { isUtf8 } from "node:buffer";
import { type Entry, fromBufferPromise, getFileNameLowLevel, type ZipFile } from "yauzl";
import { entryKind, unixSystems } from "./entry-kind.ts";
import { entryPath } from "./entry-path.ts";
import { checkUnpackedSize, maximumEntries } from "./package-limits.ts";
import { refuseEmptyZip, refuseEntry, refuseZip } from "./refuse-zip.ts";

export interface PackageEntry {
  /** Inside the package, with `/` between its segments. */
  readonly path: string;
  readonly kind: "file" | "directory" | "link";
  readonly isExecutable: boolean;
  /** Bytes, as declared; reading it gives no more. */
  readonly size: number;
  readonly source: Entry;
}

export interface Package {
  readonly zip: ZipFile;
  /** A directory comes before its contents, whether the zip has an entry for it or not. */
  readonly directories: readonly string[];
  readonly files: readonly PackageEntry[];
  readonly links: readonly PackageEntry[];
  /** Bytes of all entries. */
  readonly size: number;
}

/** @throws ServiceError */
export async function readPackage(bytes: Buffer): Promise<Package> {
  if (bytes.length === 0) throw refuseEmptyZip();
  // Sizes and names are checked here, where the error can name the entry.
  const options = { decodeStrings: false, validateEntrySizes: false };
  const zip = await fromBufferPromise(bytes, options).catch(() => {
    throw refuseZip();
  });
  if (zip.entryCount === 0) throw refuseEmptyZip();
  if (zip.entryCount > maximumEntries) {
    throw refuseZip(`It has ${zip.entryCount} entries; at most ${maximumEntries} are unpacked.`);
  }
  const entries = await readEntries(zip);
  const size = entries.reduce((sum, entry) => sum + entry.size, 0);
  checkUnpackedSize(size);
  return { zip, size, ...arrange(entries) };
}

async function readEntries(zip: ZipFile): Promise<PackageEntry[]> {
  const entries: PackageEntry[] = [];
  const iterator = zip.eachEntry();
  for (;;) {
    const next = await iterator.next().catch((error: Error) => {
      throw refuseZip(`Its entry ${zip.entriesRead + 1} cannot be read: ${error.message}.`);
    });
    if (next.done) return entries;
    entries.push(describe(next.value));
  }
}

function describe(source: Entry): PackageEntry {
  const name = entryName(source);
  const path = entryPath(name);
  if (source.isEncrypted()) throw refuseEntry(name, "is encrypted");
  if (source.compressionMethod !== 0 && source.compressionMethod !== 8) {
    throw refuseEntry(name, `is compressed by method ${source.compressionMethod}; use deflate`);
  }
  return { path, ...entryKind(name, source), size: source.uncompressedSize, source };
}

/** Linux's PATH_MAX. */
const maximumPathLength = 4096;

/** Bit 11 of the flags: the name is UTF-8 (APPNOTE.TXT 4.4.4). */
const utf8Flag = 0x800;

function entryName({ versionMadeBy, generalPurposeBitFlag, fileNameRaw, extraFields }: Entry) {
  // Info-ZIP sets no flag in the C locale; on Unix a name is its bytes all the same.
  const isPlainUtf8 = unixSystems.includes(versionMadeBy >>> 8) && isUtf8(fileNameRaw);
  const flags = isPlainUtf8 ? generalPurposeBitFlag | utf8Flag : generalPurposeBitFlag;
  // Strict: yauzl would turn each backslash into a slash.
  return getFileNameLowLevel(flags, fileNameRaw, extraFields, true);
}

/** Gives each path one meaning, so that nothing is written twice, or through a link. */
function arrange(
  entries: readonly PackageEntry[],
): Pick<Package, "directories" | "files" | "links"> {
  const directories = new Set<string>();
  const known = new Set<string>();
  for (const { path, kind } of entries) {
    if (path.length > maximumPathLength) throw refuseEntry(path, "has a path that is too long");
    if (kind === "directory" && path !== "") directories.add(path);
    // From the inside out: what is known has all of its parents already.
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
      const parent = path.slice(0, end);
      if (known.has(parent)) break;
      directories.add(parent);
      known.add(parent);
    }
    if (directories.size > maximumEntries) {
      throw refuseZip(
        `It has more than ${maximumEntries} folders; at most ${maximumEntries} are unpacked.`,
      );
    }
  }
  const names = new Set<string>();
  const leaves = entries.filter(({ kind }) => kind !== "directory");
  for (const { path, kind } of leaves) {
    if (path === "") throw refuseEntry(path, `is a ${kind} where the package's own folder must be`);
    if (names.has(path)) throw refuseEntry(path, "is in the zip twice");
    if (directories.has(path)) {
      throw refuseEntry(path, `is a ${kind}, and a directory of this name is in the zip as well`);
    }
    names.add(path);
  }
  return {
    directories: [...directories].sort(),
    files: leaves.filter(({ kind }) => kind === "file"),
    links: leaves.filter(({ kind }) => kind === "link"),
  };
}
