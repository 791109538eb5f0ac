// The end of an output, in bounded memory: pieces, however small, are copied into one buffer, and
// when that is full only its end is kept.

/** Enough for the longest stack, and for the error record of a script. */
const keptBytes = 256 * 1024;
const firstBytes = 1024;

export interface Tail {
  push(piece: Uint8Array): void;
  text(): string;
}

export function createTail(): Tail {
  let buffer: Buffer | undefined;
  let used = 0;

  function makeRoom(bytes: number): Buffer {
    if (buffer !== undefined && used + bytes <= buffer.length) return buffer;
    const kept = Math.min(used, keptBytes);
    const needed = Math.max(firstBytes, 2 * (kept + bytes));
    const larger =
      buffer !== undefined && buffer.length >= needed ? buffer : Buffer.allocUnsafeSlow(needed);
    // This frees half of the buffer, so that on average a byte is moved once.
    buffer?.copy(larger, 0, used - kept, used);
    used = kept;
    buffer = larger;
    return larger;
  }

  return {
    push(piece) {
      const end = piece.subarray(Math.max(0, piece.length - keptBytes));
      makeRoom(end.length).set(end, used);
      used += end.length;
    },
    text: () => buffer?.toString("utf8", Math.max(0, used - keptBytes), used) ?? "",
  };
}
