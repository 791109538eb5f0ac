// The last part of an output, in bounded memory: however small the pieces, they are copied one behind
// the other into one buffer, and only its end is kept when that is full.

/** Enough for the longest stack; what an error record of a script may hold. */
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
    // Half of the buffer is free afterwards, so that a byte is moved once for each byte that comes.
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
