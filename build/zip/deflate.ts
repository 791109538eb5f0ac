// Deflates a file in parts that are compressed at the same time, as pigz does: Node's binary takes
// 8 s otherwise. The parts are cut by size alone, so the bytes are the same on any number of processors.
import { availableParallelism } from "node:os";
import { promisify } from "node:util";
import { constants, crc32, deflateRaw } from "node:zlib";

const compress = promisify(deflateRaw);

const partBytes = 4 * 1024 * 1024;
/** How far back deflate can refer. */
const windowBytes = 32 * 1024;

/** Returns the bytes from `start` on, `length` of them or as many as there are. */
export type ReadPart = (start: number, length: number) => Promise<Buffer>;

export interface Deflated {
  readonly parts: readonly Buffer[];
  readonly crc32: number;
}

/**
 * `size` in bytes; `onPart` gets the number of bytes that are done. Rejects when there are fewer.
 */
export async function deflate(
  size: number,
  read: ReadPart,
  onPart: (bytes: number) => void,
): Promise<Deflated> {
  const parts: Promise<Buffer>[] = [];
  let crc = 0;
  let before: Buffer = Buffer.alloc(0);
  for (let start = 0; start === 0 || start < size; start += partBytes) {
    const part = await read(start, Math.min(partBytes, size - start));
    if (part.length < Math.min(partBytes, size - start))
      throw new Error("it became shorter meanwhile; build again when nothing writes to it");
    crc = crc32(part, crc);
    const compressed = compress(part, {
      level: 9,
      // A part ends on a whole byte, the last one with the end of the stream.
      finishFlush: start + partBytes < size ? constants.Z_SYNC_FLUSH : constants.Z_FINISH,
      ...(before.length > 0 && { dictionary: before }),
    }).finally(() => onPart(part.length));
    // Awaited below; until then a failure must not count as an unhandled rejection.
    compressed.catch(() => {});
    parts.push(compressed);
    before = part.subarray(-windowBytes);
    await parts[parts.length - availableParallelism()];
  }
  return { parts: await Promise.all(parts), crc32: crc };
}
