// One difference between a function as it is and as it is wanted.

export interface Change {
  /** `MemorySize`, `Environment.API_KEY`, `Alias.live`: the API's own words where it has some. */
  readonly field: string;
  /** As JSON has it; undefined when it is new. */
  readonly before?: unknown;
  /** Undefined when it goes away. */
  readonly after?: unknown;
  /** The values are nobody's business but the function's: variables may hold passwords. */
  readonly isSecret?: true;
}

/** What is shown in place of a secret; that it changes is seen all the same. */
const hidden = "(hidden)";

/** The changes with the secret values taken out. */
export function hideSecrets(changes: readonly Change[]): Change[] {
  return changes.map(({ isSecret, ...change }) => {
    if (!isSecret) return change;
    return {
      ...change,
      ...(change.before !== undefined && { before: hidden }),
      ...(change.after !== undefined && { after: hidden }),
    };
  });
}
