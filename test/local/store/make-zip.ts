// Writes zips byte by byte, so that they can say what no honest tool writes (APPNOTE.TXT).
import { crc32, deflateRawSync } from "node:zlib";

export interface ZipEntry {
  readonly name: string | Buffer;
  readonly content?: string | Buffer;
  /** With its type bits, as in stat; undefined for a tool that keeps none. */
  readonly mode?: number;
  /** 8 deflates; anything else stores the content as it is. */
  readonly method?: number;
  readonly flags?: number;
  /** What the zip says, where it is not the truth. */
  readonly declared?: { readonly size?: number; readonly checksum?: number };
  /** Bytes in the place of the compressed content. */
  readonly raw?: Buffer;
}

const utf8 = 0x800;

export function makeZip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const content = Buffer.from(entry.content ?? "");
    const method = entry.method ?? 8;
    const data = entry.raw ?? (method === 8 ? deflateRawSync(content) : content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(entry.flags ?? utf8, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt16LE((12 << 11) | (30 << 5), 6); // 12:30
    common.writeUInt16LE(((2001 - 1980) << 9) | (2 << 5) | 3, 8); // 3 February 2001
    common.writeUInt32LE(entry.declared?.checksum ?? crc32(content), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(entry.declared?.size ?? content.length, 18);
    common.writeUInt16LE(name.length, 22);
    parts.push(Buffer.from("PK\x03\x04"), common, name, data);
    const madeBy = Buffer.from([20, entry.mode === undefined ? 0 : 3]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((entry.mode ?? 0) * 0x10000, 6);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02"), madeBy, common, rest, name);
    offset += 4 + 26 + name.length + data.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, central, Buffer.from("PK\x05\x06"), end]);
}

export const file = (name: string, content = "content"): ZipEntry => ({
  name,
  content,
  mode: 0o100644,
});

export const link = (name: string, target: string): ZipEntry => ({
  name,
  content: target,
  mode: 0o120777,
});
