// Cuts bytes into lines: whole, in order, of any length; a character is never cut in two.
import type { Log, LogOrigin } from "../log.ts";

/** A line longer than this is handed on in parts, so that memory stays bounded (6 MiB). */
const longestLineBytes = 6 * 1024 * 1024;

export interface LineCutter {
  push(piece: Buffer): void;
  /** Hands on what is left, a last line without its newline. */
  flush(): void;
}

export function createLineCutter(onLine: (line: Buffer) => void): LineCutter {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;

  function flush(): void {
    if (waitingBytes === 0) return;
    const line = waiting.length === 1 ? (waiting[0] as Buffer) : Buffer.concat(waiting);
    waiting = [];
    waitingBytes = 0;
    onLine(line);
  }

  return {
    push(piece) {
      let start = 0;
      for (let end = piece.indexOf(0x0a); end !== -1; end = piece.indexOf(0x0a, start)) {
        const line = piece.subarray(start, end);
        start = end + 1;
        if (waitingBytes === 0) {
          onLine(line);
          continue;
        }
        waiting.push(line);
        waitingBytes += line.length;
        flush();
      }
      if (start === piece.length) return;
      waiting.push(piece.subarray(start));
      waitingBytes += piece.length - start;
      if (waitingBytes >= longestLineBytes) flush();
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
