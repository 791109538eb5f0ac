// One frame of application/vnd.amazon.eventstream: lengths, headers, payload, and two checksums.
// https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html shows the layout.
import { crc32 } from "node:zlib";

/** The type byte of a header whose value is a string; no other type is needed here. */
const stringHeader = 7;
/** Total length, headers length, and the checksum of these two. */
const preludeBytes = 12;
const checksumBytes = 4;

/** Encodes the headers of a frame; those of one kind of event are encoded once for all frames. */
export function frameHeaders(headers: Readonly<Record<string, string>>): Buffer {
  const parts = Object.entries(headers).map(([name, value]) => {
    const nameBytes = Buffer.from(name);
    const valueBytes = Buffer.from(value);
    const lengths = Buffer.alloc(2);
    lengths.writeUInt16BE(valueBytes.length);
    return Buffer.concat([
      Buffer.of(nameBytes.length),
      nameBytes,
      Buffer.of(stringHeader),
      lengths,
      valueBytes,
    ]);
  });
  return Buffer.concat(parts);
}

/** The bytes of one frame. */
export function frame(headers: Buffer, payload: Uint8Array): Buffer {
  const total = preludeBytes + headers.length + payload.length + checksumBytes;
  const bytes = Buffer.allocUnsafe(total);
  bytes.writeUInt32BE(total, 0);
  bytes.writeUInt32BE(headers.length, 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
  bytes.set(headers, preludeBytes);
  bytes.set(payload, preludeBytes + headers.length);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, total - checksumBytes)), total - checksumBytes);
  return bytes;
}
