// A file that grows with what this process prints (`stdlambda dev > log`, `| tee log`): its changes
// must not be reported, because each report would change it again.
import { open } from "node:fs/promises";
import type { Writable } from "node:stream";

/** Printed text is kept up to this size, and a file is recognised by this much of its end. */
const keptBytes = 65_536;
const comparedBytes = 200;

/**
 * Remembers what is written to the streams from now on. Returns whether a file ends with part of
 * it.
 */
export function rememberOutput(streams: readonly Writable[]): (file: string) => Promise<boolean> {
  // A file may get one of them, or both.
  const together = createTail();
  const tails = streams.map((stream) => {
    const own = createTail();
    const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
    stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
      const bytes = Buffer.from(chunk as string);
      own.add(bytes);
      together.add(bytes);
      return write(chunk, ...rest);
    }) as Writable["write"];
    return own;
  });
  return async (file) => {
    const end = await endOf(file).catch(() => undefined);
    // Text that is too short may be anything; a log is longer after the first screen.
    if (end === undefined || end.length < 20) return false;
    return [together, ...tails].some((tail) => tail.bytes().includes(end));
  };
}

interface Tail {
  add(bytes: Buffer): void;
  bytes(): Buffer;
}

function createTail(): Tail {
  let chunks: Buffer[] = [];
  let size = 0;
  const bytes = () => {
    const all = Buffer.concat(chunks).subarray(-keptBytes);
    chunks = [all];
    size = all.length;
    return all;
  };
  return {
    add(chunk) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > 2 * keptBytes) bytes();
    },
    bytes,
  };
}

async function endOf(path: string): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const length = Math.min(size, comparedBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
