// What an interpreter printed about an uncaught exception, read from the end of stderr.

export interface Report {
  /** Undefined if the language has no error types. */
  readonly errorType?: string;
  readonly errorMessage: string;
  readonly stackTrace: readonly string[];
}

/** How the process was started; its arguments include the script's path. */
export interface StartedAs {
  readonly program: string;
  readonly args: readonly string[];
}

/**
 * Reads a report at the end of stderr, if the exit status fits it. `lines` has no carriage returns,
 * and its last line is not empty.
 */
export type ReadReport = (
  lines: readonly string[],
  status: number,
  startedAs: StartedAs | undefined,
) => Report | undefined;

export function trimmed(lines: readonly string[]): string[] {
  return lines.map((line) => line.trim()).filter((line) => line !== "");
}
