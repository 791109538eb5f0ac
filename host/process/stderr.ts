// A script's stderr: every line to the log as it comes, and its end kept for the error report.
import type { Log, LogOrigin } from "../log.ts";
import { createLineCutter } from "./lines.ts";

/** Enough for the longest stack; what an error record of a script may hold. */
const keptBytes = 256 * 1024;

export interface Stderr {
  push(piece: Buffer): undefined;
  /** Logs a last line without its newline. */
  flush(): void;
  /** The last part of what was written. */
  tail(): string;
}

export function createStderr(log: Log, origin: LogOrigin | undefined): Stderr {
  const lines = createLineCutter((line) => log.line(withoutReturn(line), origin));
  let kept: Buffer[] = [];
  let bytes = 0;
  return {
    push(piece) {
      lines.push(piece);
      kept.push(piece);
      bytes += piece.length;
      while (bytes - (kept[0] as Buffer).length >= keptBytes) {
        bytes -= (kept.shift() as Buffer).length;
      }
    },
    flush: lines.flush,
    tail() {
      const all = Buffer.concat(kept);
      kept = [all];
      return all.subarray(Math.max(0, all.length - keptBytes)).toString("utf8");
    },
  };
}

function withoutReturn(line: Buffer): string {
  const text = line.toString("utf8");
  return text.endsWith("\r") ? text.slice(0, -1) : text;
}
