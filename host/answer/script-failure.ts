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
  return (
    ownRecord(last) ??
    nodeException(stderr) ??
    pythonException(stderr) ?? {
      errorType: `Function.Exit${ending.status}`,
      errorMessage: last || `exit status ${ending.status}`,
      stackTrace: [],
    }
  );
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

/**
 * Node prints an uncaught exception as its source line, the error with its stack, and at last its own
 * version. An error's message may have lines of its own, so it ends at the first frame.
 */
function nodeException(stderr: string): Failure | undefined {
  const text = stderr.replaceAll("\r\n", "\n").trimEnd();
  const version = /\n\nNode\.js v\d+\.\d+\.\d+[^\n]*$/.exec(text);
  if (!version) return undefined;
  const lines = text.slice(0, version.index).split("\n");
  const head = lines.findLastIndex(
    (line, index) =>
      /^(?:Uncaught )?[A-Z][\w$]*(?: \[\w+\])?(?::|$)/.test(line) &&
      (index === 0 || lines[index - 1] === "" || lines[index - 1] === "Uncaught:"),
  );
  if (head === -1) return undefined;
  const firstFrame = lines.findIndex((line, index) => index > head && /^ {4}at /.test(line));
  const messageEnd = firstFrame === -1 ? lines.length : firstFrame;
  const [first = "", ...more] = lines.slice(head, messageEnd);
  const name = /^(?:Uncaught )?([A-Z][\w$]*)(?: \[\w+\])?(?:: ?(.*))?$/.exec(first);
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

/** Python's traceback: the frames, then `module.Name: message`. The last one counts, as it is the cause. */
function pythonException(stderr: string): Failure | undefined {
  const start = stderr.lastIndexOf("Traceback (most recent call last):\n");
  if (start === -1) return undefined;
  const lines = stderr.slice(start).trimEnd().split("\n").slice(1);
  const head = lines.findIndex((line) => /^[A-Za-z_]/.test(line));
  if (head === -1) return undefined;
  const [first = "", ...more] = lines.slice(head);
  const name = /^(?:[\w.]*\.)?([A-Za-z_]\w*)(?:: ?(.*))?$/.exec(first);
  if (!name) return undefined;
  return {
    errorType: name[1] as string,
    errorMessage: [name[2] ?? "", ...more].join("\n").trimEnd(),
    stackTrace: lines.slice(0, head).map((line) => line.trim()),
  };
}
