// The records of a zip around its files' bytes (PKWARE's APPNOTE, 4.3): no extra fields, no comments,
// one time for all, and Unix modes.

export interface ZipEntry {
  readonly name: Buffer;
  /** As of stat: kind and permissions. */
  readonly mode: number;
  readonly crc32: number;
  readonly compressedBytes: number;
  readonly bytes: number;
}

/** 1980-01-01 00:00, the earliest there is. */
const time = 0;
const date = 0x0021;

const versionNeeded = 20;
/** Made on Unix (3), by version 3.0 of the format. */
const madeBy = (3 << 8) | 30;
const utf8Names = 0x0800;
const deflated = 8;

/** The format's limits without its 64-bit extension; Lambda's limits are lower. */
export const mostEntries = 0xffff;
export const mostBytes = 0xffffffff;

export function localHeader(entry: ZipEntry): Buffer {
  return Buffer.concat([u32(0x04034b50), shared(entry), u16(entry.name.length, 0), entry.name]);
}

/** `offset` is that of the local header. */
export function centralHeader(entry: ZipEntry, offset: number): Buffer {
  return Buffer.concat([
    u32(0x02014b50),
    u16(madeBy),
    shared(entry),
    u16(entry.name.length, 0, 0, 0, 0),
    u32((entry.mode << 16) >>> 0, offset),
    entry.name,
  ]);
}

export function endRecord(entries: number, directoryBytes: number, offset: number): Buffer {
  return Buffer.concat([
    u32(0x06054b50),
    u16(0, 0, entries, entries),
    u32(directoryBytes, offset),
    u16(0),
  ]);
}

function shared({ crc32, compressedBytes, bytes }: ZipEntry): Buffer {
  return Buffer.concat([
    u16(versionNeeded, utf8Names, deflated, time, date),
    u32(crc32, compressedBytes, bytes),
  ]);
}

function u16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [at, value] of values.entries()) bytes.writeUInt16LE(value, at * 2);
  return bytes;
}

function u32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [at, value] of values.entries()) bytes.writeUInt32LE(value, at * 4);
  return bytes;
}
