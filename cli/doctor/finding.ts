// One result of the doctor's checks.

export interface Finding {
  readonly status: "ok" | "warn" | "fail";
  /** What was checked: `Node`, `hello`, `credentials`. */
  readonly what: string;
  readonly detail: string;
  /** What to do about a warning or a failure. */
  readonly remedy?: string;
}
