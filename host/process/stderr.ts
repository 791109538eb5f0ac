// A script's stderr: every line goes to the log as it comes, and its end is kept for the error
// report.
import type { Log, LogOrigin } from "../log.ts";
import { createLineCutter } from "./lines.ts";
import { createTail } from "./tail.ts";

export interface Stderr {
  push(piece: Buffer): undefined;
  /** Keeps text that has been logged already. */
  keep(text: string): void;
  /** Logs a last line without its newline. */
  flush(): void;
  /** The end of what was written. */
  tail(): string;
}

export function createStderr(log: Log, origin: LogOrigin | undefined): Stderr {
  /** An error record is one line, and may be longer than what is usually kept. */
  let lastLine = "";
  const lines = createLineCutter((line) => {
    const text = withoutReturn(line);
    if (text.trim() !== "") lastLine = text;
    log.line(text, origin);
  });
  const tail = createTail();
  return {
    push(piece) {
      lines.push(piece);
      tail.push(piece);
    },
    keep(text) {
      tail.push(Buffer.from(text));
      lastLine = text.slice(text.trimEnd().lastIndexOf("\n") + 1);
    },
    flush: lines.flush,
    tail() {
      const kept = tail.text();
      return lastLine.length > kept.length ? lastLine : kept;
    },
  };
}

/** A line of the log without the carriage return before its newline. */
export function withoutReturn(line: Buffer): string {
  const text = line.toString("utf8");
  return text.endsWith("\r") ? text.slice(0, -1) : text;
}
