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
  /** An error record is one line, and may be longer than what is kept. */
  let lastLine: string | undefined;
  const lines = createLineCutter((line) => {
    const text = withoutReturn(line);
    if (text.trim() !== "") lastLine = text;
    log.line(text, origin);
  });
  // Two halves: the older is dropped whole when the newer is as large as what is kept.
  let older: Buffer[] = [];
  let newer: Buffer[] = [];
  let newerBytes = 0;
  return {
    push(piece) {
      lines.push(piece);
      newer.push(piece);
      newerBytes += piece.length;
      if (newerBytes < keptBytes) return;
      older = newer;
      newer = [];
      newerBytes = 0;
    },
    flush: lines.flush,
    tail() {
      const all = Buffer.concat([...older, ...newer]);
      const kept = all.subarray(Math.max(0, all.length - keptBytes)).toString("utf8");
      return lastLine !== undefined && lastLine.length > kept.length ? lastLine : kept;
    },
  };
}

function withoutReturn(line: Buffer): string {
  const text = line.toString("utf8");
  return text.endsWith("\r") ? text.slice(0, -1) : text;
}
