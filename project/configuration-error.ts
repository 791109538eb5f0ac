// What is wrong with the files that declare functions: which file, where in it, and what to write.
import { type ExpectedError, incorrectUsage } from "../host/expected-error.ts";

export interface Place {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

export interface Problem {
  readonly place?: Place | undefined;
  /** What is wrong, and what to write instead. */
  readonly message: string;
}

/** Each problem as a compiler writes it: `stdlambda.config.json:3:5: …`. */
export function configurationError(
  file: string,
  problems: readonly Problem[],
  options?: ErrorOptions,
): ExpectedError {
  return incorrectUsage(
    problems.map(({ place, message }) =>
      place ? `${file}:${place.line}:${place.column}: ${message}` : `${file}: ${message}`,
    ),
    options,
  );
}
