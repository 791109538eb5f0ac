// Cuts bytes into lines: whole, in order, of any length, without cutting a character in two.
import type { Log, LogOrigin } from "../log.ts";

/** A longer line is passed on in parts, so that memory stays bounded (6 MiB). */
const longestLineBytes = 6 * 1024 * 1024;

export interface LineCutter {
  push(piece: Buffer): void;
  /** Passes on the rest, a last line without its newline. */
  flush(): void;
}

export function createLineCutter(onLine: (line: Buffer) => void): LineCutter {
  // The start of a line: the piece it came in, or a buffer that grows, because a line may come in
  // pieces of one byte.
  let begun: Buffer = Buffer.alloc(0);
  let length = 0;

  function flush(): void {
    if (length === 0) return;
    const line = begun.subarray(0, length);
    begun = Buffer.alloc(0);
    length = 0;
    onLine(line);
  }

  function keep(part: Buffer): void {
    if (length === 0) begun = part;
    else {
      if (length + part.length > begun.length) {
        const larger = Buffer.allocUnsafeSlow(2 * (length + part.length));
        begun.copy(larger, 0, 0, length);
        begun = larger;
      }
      part.copy(begun, length);
    }
    length += part.length;
  }

  return {
    push(piece) {
      let start = 0;
      for (let end = piece.indexOf(0x0a); end !== -1; end = piece.indexOf(0x0a, start)) {
        const line = piece.subarray(start, end);
        start = end + 1;
        if (length === 0) {
          onLine(line);
          continue;
        }
        keep(line);
        flush();
      }
      if (start === piece.length) return;
      keep(piece.subarray(start));
      if (length >= longestLineBytes) flush();
    },
    flush,
  };
}

/** Logs whole output of an event, line by line; the last one may lack its newline. */
export function logLines(bytes: Buffer, log: Log, origin: LogOrigin): void {
  const lines = createLineCutter((line) => log.line(line.toString("utf8"), origin));
  lines.push(bytes);
  lines.flush();
}
