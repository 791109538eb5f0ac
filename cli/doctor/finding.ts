// One thing that the doctor has looked at.

export interface Finding {
  readonly status: "ok" | "warn" | "fail";
  /** What was looked at: `Node`, `hello`, `credentials`. */
  readonly what: string;
  readonly detail: string;
  /** What to do; of a warning or a failure. */
  readonly remedy?: string;
}
