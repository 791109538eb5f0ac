// Collects output up to the size of a response. Many small writes cost no more memory than their
// bytes: a Buffer for each byte of 6 MB would take half a gigabyte.
import { maximumPayloadBytes } from "../../lambda/limits.ts";

export interface Collector {
  /** False once there is more than a response may hold; from then on nothing is kept. */
  push(piece: Buffer): boolean;
  /** Everything that was pushed, or nothing if it was too much. */
  bytes(): Buffer;
}

/** Most responses are one piece, or a few: these are kept as they came. */
const keptPieces = 16;
const smallBytes = 1024;
const blockBytes = 64 * 1024;

export function createCollector(): Collector {
  let pieces: Buffer[] = [];
  let total = 0;
  // Small pieces are copied one after another into blocks; from `start` on the block is not yet a
  // piece.
  let block: Buffer | undefined;
  let start = 0;
  let end = 0;

  function closeRun(): void {
    if (block !== undefined && end > start) pieces.push(block.subarray(start, end));
    start = end;
  }

  return {
    push(piece) {
      total += piece.length;
      if (total > maximumPayloadBytes) {
        pieces = [];
        block = undefined;
        return false;
      }
      if (pieces.length < keptPieces || piece.length >= smallBytes) {
        closeRun();
        pieces.push(piece);
        return true;
      }
      if (block === undefined || end + piece.length > blockBytes) {
        closeRun();
        block = Buffer.allocUnsafeSlow(blockBytes);
        start = 0;
        end = 0;
      }
      end += piece.copy(block, end);
      return true;
    },
    bytes() {
      closeRun();
      const [first] = pieces;
      return first !== undefined && pieces.length === 1 ? first : Buffer.concat(pieces);
    },
  };
}
