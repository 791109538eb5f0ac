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

/** Each problem on a line, as a compiler writes it. */
export function configurationError(
  file: string,
  problems: readonly Problem[],
  options?: ErrorOptions,
): ExpectedError {
  return incorrectUsage(
    problems.map((problem) => problemLine(file, problem)),
    options,
  );
}

/** `stdlambda.config.json:3:5: …` */
export function problemLine(file: string, { place, message }: Problem): string {
  return place ? `${file}:${place.line}:${place.column}: ${message}` : `${file}: ${message}`;
}
