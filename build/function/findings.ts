// What the parts of a package report while it is put together.

export interface Findings {
  /** What was decided for the user and may surprise. */
  readonly notices: string[];
  /** What will fail on Lambda unless something else is done. */
  readonly warnings: string[];
  /** Paths that were left out because they may hold credentials. */
  readonly secrets: string[];
  /** Why there is no package. */
  readonly errors: string[];
}
