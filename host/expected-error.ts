// The one kind of error that a user can do something about; anything else that is thrown is a bug
// of ours. cli/terminal/report-error.ts prints both.

export interface ErrorFacts extends ErrorOptions {
  /** What to do about it, on lines of its own. */
  readonly remedy?: string | undefined;
  /** The exit status of the command: 2 for incorrect usage, 0 when there is nothing to report. */
  readonly exitStatus?: 0 | 1 | 2 | undefined;
  /** AWS's name for it, or the host's. */
  readonly type?: string | undefined;
}

export class ExpectedError extends Error {
  override name = "ExpectedError";
  /** Each single problem; `message` has a line for each. */
  readonly problems: readonly string[];
  readonly remedy: string | undefined;
  readonly exitStatus: 0 | 1 | 2;
  readonly type: string | undefined;

  constructor(what: string | readonly string[], facts: ErrorFacts = {}) {
    const problems = typeof what === "string" ? [what] : what;
    super(problems.join("\n"), facts);
    this.problems = problems;
    this.remedy = facts.remedy;
    this.exitStatus = facts.exitStatus ?? 1;
    this.type = facts.type;
  }
}

/** The caller of the command has to write something else. */
export function incorrectUsage(
  what: string | readonly string[],
  facts?: ErrorFacts,
): ExpectedError {
  return new ExpectedError(what, { ...facts, exitStatus: 2 });
}

/** The same error, with the name of its subject before each problem. */
export function withSubject(subject: string, error: ExpectedError): ExpectedError {
  const { problems, remedy, exitStatus, type } = error;
  const named = problems.map((problem) => `${subject}: ${problem}`);
  return new ExpectedError(named, { remedy, exitStatus, type, cause: error });
}
