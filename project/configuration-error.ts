// What is wrong with the files that declare functions: which file, where in it, and what to write.

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

/** The message has a line for each problem: `stdlambda.config.json:3:5: …`. */
export class ConfigurationError extends Error {
  override name = "ConfigurationError";
  readonly file: string;
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[], options?: ErrorOptions) {
    super(problems.map((problem) => describe(file, problem)).join("\n"), options);
    this.file = file;
    this.problems = problems;
  }
}

function describe(file: string, { place, message }: Problem): string {
  return place ? `${file}:${place.line}:${place.column}: ${message}` : `${file}: ${message}`;
}
