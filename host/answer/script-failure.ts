// How a script ended, made a failure: its own error record, the exception it died of, or its status.
import { type Failure, hostFailure } from "./failure.ts";

/** How a process ended: by itself, by a signal, or never began. */
export type Ending =
  | { readonly kind: "exit"; readonly status: number }
  | { readonly kind: "signal"; readonly signal: string }
  | { readonly kind: "not-started"; readonly reason: string };

/** `stderr` is the end of what the script wrote there. Undefined when it ended well. */
export function failureFromEnding(ending: Ending, stderr: string): Failure | undefined {
  if (ending.kind === "not-started") return hostFailure("Function.StartFailed", ending.reason);
  if (ending.kind === "exit" && ending.status === 0) return undefined;
  const last = lastLine(stderr);
  if (ending.kind === "signal") {
    return {
      errorType: `Function.${ending.signal}`,
      errorMessage: last ? `killed by ${ending.signal}: ${last}` : `killed by ${ending.signal}`,
      stackTrace: [],
    };
  }
  const named = ownRecord(last) ?? nodeException(stderr) ?? pythonException(stderr, ending.status);
  if (named !== undefined) return named;
  return {
    errorType: `Function.Exit${ending.status}`,
    errorMessage: thrownInNode(stderr) ?? (last || `exit status ${ending.status}`),
    stackTrace: [],
  };
}

function lastLine(stderr: string): string {
  return stderr.trimEnd().split("\n").at(-1)?.trim() ?? "";
}

/** A script that names its error: `{"errorType","errorMessage"?,"stackTrace"?}` on stderr's last line. */
function ownRecord(line: string): Failure | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const record = JSON.parse(line) as Record<string, unknown>;
    if (typeof record.errorType !== "string" || record.errorType === "") return undefined;
    const stack = Array.isArray(record.stackTrace) ? record.stackTrace : [];
    return {
      errorType: record.errorType,
      errorMessage: typeof record.errorMessage === "string" ? record.errorMessage : line,
      stackTrace: stack.map(String),
    };
  } catch {
    return undefined;
  }
}

/** Where Node's report of an uncaught exception ends: with its own version. */
const nodeVersion = /\n\nNode\.js v\d+\.\d+\.\d+[^\n]*$/;

/**
 * Node prints an uncaught exception as its source line with a caret below, an empty line, the error
 * with its stack, and at last its own version. An error's message may have lines of its own, so it
 * ends at the first frame.
 */
function nodeException(stderr: string): Failure | undefined {
  const lines = nodeReport(stderr);
  if (lines === undefined) return undefined;
  const head = lines.findLastIndex(
    (_, index) =>
      lines[index - 1] === "Uncaught:" || (lines[index - 1] === "" && endsSource(lines, index - 2)),
  );
  if (head === -1) return undefined;
  const firstFrame = lines.findIndex((line, index) => index > head && /^ {4}at /.test(line));
  const messageEnd = firstFrame === -1 ? lines.length : firstFrame;
  const [first = "", ...more] = lines.slice(head, messageEnd);
  // An error without a stack is printed in brackets.
  const name = /^([\w$.]+)(?: \[\w+\])?(?:: ?(.*))?$/.exec(first.replace(/^\[(.*)\]$/, "$1"));
  if (!name) return undefined;
  return {
    errorType: name[1] as string,
    errorMessage: [name[2] ?? "", ...more].join("\n").trimEnd(),
    stackTrace: lines
      .slice(messageEnd)
      .filter((line) => /^ {4}at /.test(line))
      .map((line) => line.replace(/ \{$/, "").trim()),
  };
}

/** What is thrown and is no error, Node prints right below the caret. */
function thrownInNode(stderr: string): string | undefined {
  const lines = nodeReport(stderr);
  const caret = lines?.findLastIndex(isCaret) ?? -1;
  if (lines === undefined || caret === -1) return undefined;
  const below = lines.slice(caret + 1);
  const end = below.findIndex(
    (line) => /^ {4}at /.test(line) || line.startsWith("(Use `node --trace-uncaught"),
  );
  return below
    .slice(0, end === -1 ? undefined : end)
    .join("\n")
    .trim();
}

/** The lines of stderr when it ends with a report of Node's, without the version. */
function nodeReport(stderr: string): string[] | undefined {
  const text = stderr.replaceAll("\r\n", "\n").trimEnd();
  const version = nodeVersion.exec(text);
  return version ? text.slice(0, version.index).split("\n") : undefined;
}

/** Whether the lines up to here are source with a caret; some errors show a few lines below it. */
function endsSource(lines: readonly string[], last: number): boolean {
  for (let index = last; index >= 0 && lines[index] !== ""; index--) {
    if (isCaret(lines[index])) return true;
  }
  return false;
}

function isCaret(line: string | undefined): boolean {
  return line !== undefined && /^\s*\^+\s*$/.test(line);
}

/**
 * Python ends with status 1 after an exception that nothing caught. Its report is the frames, then
 * `module.Name: message`; the last one counts, as it is what ended the script.
 */
function pythonException(stderr: string, status: number): Failure | undefined {
  if (status !== 1) return undefined;
  const lines = pythonReport(stderr.replaceAll("\r\n", "\n"));
  const head = lines.findIndex((line) => /^[A-Za-z_]/.test(line));
  if (head === -1) return undefined;
  const [first = "", ...more] = lines.slice(head);
  const name = /^(?:[\w.<>]*\.)?([A-Za-z_]\w*)(?:: ?(.*))?$/.exec(first);
  if (!name) return undefined;
  return {
    errorType: name[1] as string,
    errorMessage: [name[2] ?? "", ...more].join("\n").trimEnd(),
    stackTrace: lines.slice(0, head).map((line) => line.trim()),
  };
}

/** The lines of the last report, frames first. */
function pythonReport(stderr: string): string[] {
  const group = stderr.lastIndexOf("  + Exception Group Traceback (most recent call last):\n");
  if (group !== -1) {
    // A group is drawn as a tree; its own report is the part before the first branch.
    const [own = ""] = stderr.slice(group).split("\n  +-+-", 1);
    return own
      .split("\n")
      .slice(1)
      .map((line) => line.replace(/^ {2}\| ?/, ""));
  }
  const start = stderr.lastIndexOf("Traceback (most recent call last):\n");
  if (start !== -1) return stderr.slice(start).trimEnd().split("\n").slice(1);
  // A script that does not parse has no traceback, only its place.
  const place = /(?:^|\n)( {2}File "[^"\n]+", line \d+\n(?: {4}.*\n)+\w+Error: [\s\S]*)$/.exec(
    stderr,
  );
  return place ? (place[1] as string).trimEnd().split("\n") : [];
}
