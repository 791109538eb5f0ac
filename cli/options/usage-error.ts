// What the caller has to put right: exit status 2, and no stack.

/** The message says what is wrong and what to do about it. */
export class UsageError extends Error {
  override name = "UsageError";
}
