// What an interpreter printed of an exception that nothing caught, read from the end of stderr.

export interface Report {
  /** Undefined where the language names no type. */
  readonly errorType?: string;
  readonly errorMessage: string;
  readonly stackTrace: readonly string[];
}

/** How the process was started; its arguments hold the script's path. */
export interface StartedAs {
  readonly program: string;
  readonly args: readonly string[];
}

/**
 * Reads a report that ends stderr and comes with the status that such an end has. `lines` has no
 * carriage returns, and its last line is not empty.
 */
export type ReadReport = (
  lines: readonly string[],
  status: number,
  startedAs: StartedAs | undefined,
) => Report | undefined;

export function trimmed(lines: readonly string[]): string[] {
  return lines.map((line) => line.trim()).filter((line) => line !== "");
}
