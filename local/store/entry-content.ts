// Reads one entry of a zip, and checks that it is what the zip says of it.
import type { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import type { ZipFile } from "yauzl";
import type { PackageEntry } from "./package-entries.ts";
import { refuseEntry } from "./refuse-zip.ts";

/**
 * The content piece by piece; never more bytes than the entry declares.
 * @throws ServiceError at the end when the size or the checksum is wrong.
 */
export async function* entryContent(zip: ZipFile, entry: PackageEntry): AsyncGenerator<Buffer> {
  let size = 0;
  let checksum = 0;
  for await (const piece of read(await open(zip, entry), entry)) {
    size += piece.length;
    if (size > entry.size) {
      throw refuseEntry(entry.path, `is larger than the ${entry.size} bytes it declares`);
    }
    checksum = crc32(piece, checksum);
    yield piece;
  }
  if (size < entry.size) {
    throw refuseEntry(entry.path, `has ${size} bytes and not the ${entry.size} it declares`);
  }
  if (checksum !== entry.source.crc32) {
    throw refuseEntry(entry.path, "is damaged: its checksum (CRC-32) does not match");
  }
}

async function open(zip: ZipFile, entry: PackageEntry): Promise<Readable> {
  try {
    return await zip.openReadStreamPromise(entry.source);
  } catch (error) {
    throw damaged(entry, error);
  }
}

/** Only the errors of reading are those of the entry: the consumer's own must stay what they are. */
async function* read(stream: Readable, entry: PackageEntry): AsyncGenerator<Buffer> {
  const pieces = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await pieces.next().catch((error) => {
        throw damaged(entry, error);
      });
      if (done) return;
      yield value;
    }
  } finally {
    stream.destroy();
  }
}

function damaged(entry: PackageEntry, error: unknown) {
  return refuseEntry(entry.path, `is damaged: ${(error as Error).message}`);
}
