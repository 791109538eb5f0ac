// What the parts of a package report while it is put together.

export interface Findings {
  /** Decisions that may surprise the user. */
  readonly notices: string[];
  /** What will fail on Lambda unless the user does something. */
  readonly warnings: string[];
  /** Paths that were left out because they may hold credentials. */
  readonly secrets: string[];
  /** Why the package cannot be built. */
  readonly errors: string[];
}
