// Makes a failure of how a script ended: its own error record, its uncaught exception, or its
// status.
import { type Failure, hostFailure } from "./failure.ts";
import type { StartedAs } from "./uncaught/report.ts";
import { uncaughtException } from "./uncaught/uncaught.ts";

/** How a process ended: by itself, by a signal, or it never started. */
export type Ending =
  | { readonly kind: "exit"; readonly status: number }
  | { readonly kind: "signal"; readonly signal: string }
  | { readonly kind: "not-started"; readonly reason: string }
  /** The event failed, but its process goes on. */
  | { readonly kind: "failed"; readonly failure: Failure };

/**
 * `stderr` is the end of what the script wrote there; `startedAs` says whose error reports it may
 * contain. Undefined when the script ended well.
 */
export function failureFromEnding(
  ending: Ending,
  stderr: string,
  startedAs?: StartedAs,
): Failure | undefined {
  if (ending.kind === "failed") return ending.failure;
  if (ending.kind === "not-started") return hostFailure("Function.StartFailed", ending.reason);
  if (ending.kind === "exit" && ending.status === 0) return undefined;
  const last = lastLine(stderr);
  if (ending.kind === "signal") {
    const words = fatalErrorOfV8(stderr) ?? last;
    return {
      errorType: `Function.${ending.signal}`,
      errorMessage: words ? `killed by ${ending.signal}: ${words}` : `killed by ${ending.signal}`,
      stackTrace: [],
    };
  }
  const named = ownRecord(last) ?? uncaughtException(stderr, ending.status, startedAs);
  return {
    errorType: named?.errorType ?? `Function.Exit${ending.status}`,
    errorMessage: named?.errorMessage ?? (last || `exit status ${ending.status}`),
    stackTrace: named?.stackTrace ?? [],
  };
}

/** V8 prints why it gives up, such as a full heap, then a stack of addresses, and aborts. */
function fatalErrorOfV8(stderr: string): string | undefined {
  return stderr.split("\n").findLast((line) => line.startsWith("FATAL ERROR: "));
}

function lastLine(stderr: string): string {
  return stderr.trimEnd().split("\n").at(-1)?.trim() ?? "";
}

/**
 * A script names its error on the last line of stderr:
 * `{"errorType","errorMessage"?,"stackTrace"?}`.
 */
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
