// Writes a zip whose bytes depend only on its files: not on clock, time zone, umask or order.
import { createHash } from "node:crypto";
import { type FileHandle, open, rename, stat } from "node:fs/promises";
import { ExpectedError } from "../../host/expected-error.ts";
import { besideTarget } from "../cache/unfinished.ts";
import { deflate, type ReadPart } from "./deflate.ts";
import type { PackageFile } from "./package-file.ts";
import { checkPaths } from "./package-paths.ts";
import {
  centralHeader,
  endRecord,
  localHeader,
  mostBytes,
  mostEntries,
  type ZipEntry,
} from "./zip-headers.ts";

export interface WrittenZip {
  readonly path: string;
  /** Of the zip. */
  readonly bytes: number;
  /** Of the files in it: what Lambda's limit of 250 MiB counts. */
  readonly unzippedBytes: number;
  /** Base64, as Lambda's `CodeSha256`. */
  readonly codeSha256: string;
}

export interface ZipOptions {
  /** Called often; both in bytes before compression. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Aborts between parts of files; the unfinished zip is removed, and an old one stays. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sorted by name, at zlib's level 9, which Node's own zlib compresses alike on every processor. The
 * zip appears under its name when it is complete, replacing an older one.
 * @throws ExpectedError for a path that is absolute, leaves the package, or occurs twice.
 */
export async function writeZip(
  files: readonly PackageFile[],
  output: string,
  { onProgress, signal }: ZipOptions = {},
): Promise<WrittenZip> {
  const sorted = checkPaths(files);
  if (sorted.length > mostEntries) {
    throw new ExpectedError(
      `there are ${sorted.length} files, and a zip holds at most ${mostEntries}; leave some out (--exclude), or build an image (--format oci)`,
    );
  }
  const sizes = await Promise.all(sorted.map(sizeOf));
  const unzippedBytes = sizes.reduce((sum, size) => sum + size, 0);
  let done = 0;
  const onPart = (bytes: number) => {
    done += bytes;
    onProgress?.(done, unzippedBytes);
  };
  onProgress?.(0, unzippedBytes);

  await using unfinished = await besideTarget(output);
  const handle = await open(unfinished.path, "w");
  try {
    const target = createTarget(handle);
    const directory: Buffer[] = [];
    for (const [at, file] of sorted.entries()) {
      const offset = target.bytes();
      const { parts, ...entry } = await compressed(file, sizes[at] ?? 0, onPart, signal);
      for (const bytes of [localHeader(entry), ...parts]) await target.write(bytes);
      directory.push(centralHeader(entry, offset));
    }
    const start = target.bytes();
    const headers = Buffer.concat(directory);
    if (start > mostBytes)
      throw new ExpectedError("the zip has more than 4 GB; leave something out (--exclude)");
    await target.write(Buffer.concat([headers, endRecord(sorted.length, headers.length, start)]));
    await handle.close();
    signal?.throwIfAborted();
    await rename(unfinished.path, output);
    return { path: output, bytes: target.bytes(), unzippedBytes, codeSha256: target.sha256() };
  } finally {
    await handle.close();
  }
}

async function sizeOf({ content }: PackageFile): Promise<number> {
  if (content.kind === "file") return (await stat(content.file)).size;
  return content.kind === "bytes" ? content.bytes.length : Buffer.byteLength(content.target);
}

async function compressed(
  { path, content, executable }: PackageFile,
  bytes: number,
  onPart: (bytes: number) => void,
  signal: AbortSignal | undefined,
): Promise<ZipEntry & { parts: readonly Buffer[] }> {
  await using source = await openContent(content);
  const read: ReadPart = (start, length) => {
    signal?.throwIfAborted();
    return source.read(start, length);
  };
  const { parts, crc32 } = await deflate(bytes, read, onPart).catch((error: Error) => {
    if (signal?.aborted || "code" in error) throw error;
    throw new ExpectedError(`${path} could not be packed: ${error.message}`, { cause: error });
  });
  return {
    name: Buffer.from(path),
    mode: content.kind === "link" ? 0o120777 : executable ? 0o100755 : 0o100644,
    crc32,
    bytes,
    compressedBytes: parts.reduce((sum, part) => sum + part.length, 0),
    parts,
  };
}

async function openContent(
  content: PackageFile["content"],
): Promise<AsyncDisposable & { read: ReadPart }> {
  if (content.kind !== "file") {
    const bytes = content.kind === "bytes" ? content.bytes : Buffer.from(content.target);
    return {
      read: async (start, length) => bytes.subarray(start, start + length),
      [Symbol.asyncDispose]: async () => {},
    };
  }
  const handle = await open(content.file);
  return {
    read: async (start, length) => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, start);
      return buffer.subarray(0, bytesRead);
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

/** The file, and what to know about it afterwards. */
function createTarget(handle: FileHandle) {
  const hash = createHash("sha256");
  let written = 0;
  return {
    bytes: () => written,
    sha256: () => hash.digest("base64"),
    async write(bytes: Buffer): Promise<void> {
      hash.update(bytes);
      written += bytes.length;
      await handle.writeFile(bytes);
    },
  };
}
