// A failure as a value: what the caller of the function will get.
import type { ErrorType } from "../errors.ts";
import { HostError } from "../errors.ts";
import { ownDirectory } from "../own-directory.ts";

export interface Failure {
  /** Any text; a Catch in Step Functions matches it. */
  readonly errorType: string;
  readonly errorMessage: string;
  readonly stackTrace: readonly string[];
  /** Where AWS's own client of the language names it. */
  readonly requestId?: string;
}

/** A failure that the host itself found. */
export function hostFailure(type: ErrorType, message: string): Failure {
  return { errorType: type, errorMessage: message, stackTrace: [] };
}

/** The answer to an event when the host ends before the function is done. */
export const shutDown = hostFailure(
  "Function.Shutdown",
  "The execution environment was shut down before the event was answered. Send it again.",
);

/** Carries a failure through code that reports whatever was thrown. */
export class FailureError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.errorMessage);
    this.failure = failure;
  }
}

/** A failure from whatever a function, a module or an expression threw; never throws itself. */
export function failureFromThrown(thrown: unknown): Failure {
  if (!isErrorLike(thrown)) {
    return { errorType: typeof thrown, errorMessage: readable(() => thrown), stackTrace: [] };
  }
  if (thrown instanceof FailureError) return thrown.failure;
  if (thrown instanceof HostError) return hostFailure(thrown.type, thrown.message);
  return {
    errorType: readable(() => thrown.name ?? "") || "Error",
    errorMessage: readable(() => thrown.message ?? ""),
    stackTrace: frames(readable(() => thrown.stack ?? "")),
  };
}

// V8 puts the name and the message, which may have several lines, before the frames. The frames
// after the call from the host are the host's own and are left out.
function frames(stack: string): string[] {
  const lines = stack.split("\n");
  const first = lines.findIndex((line) => /^ {4}at /.test(line));
  if (first === -1) return [];
  const own = lines.findIndex((line, at) => at > first && line.includes(`${ownDirectory}/`));
  return lines.slice(first, own === -1 ? undefined : own).map((line) => line.trim());
}

function isErrorLike(
  thrown: unknown,
): thrown is { name: unknown; message: unknown; stack: unknown } {
  if (typeof thrown !== "object" || thrown === null) return false;
  try {
    return thrown instanceof Error || ("name" in thrown && "message" in thrown);
  } catch {
    // Even this question may throw for a proxy.
    return false;
  }
}

// Anything may be thrown, even an object whose getters throw; reporting it must not fail.
function readable(read: () => unknown): string {
  try {
    const value = read();
    if (typeof value === "object" && value !== null) return JSON.stringify(value) ?? String(value);
    return String(value);
  } catch {
    return "(unreadable)";
  }
}
