// One difference between a function as it is and as it should be.

export interface Change {
  /** `MemorySize`, `Environment.API_KEY`, `Alias.live`: the API's own names if it has any. */
  readonly field: string;
  /** As JSON has it; undefined when it is new. */
  readonly before?: unknown;
  /** Undefined when it is removed. */
  readonly after?: unknown;
  /** The values are secret: variables may hold passwords. */
  readonly isSecret?: true;
}

/** Shown instead of a secret; that it changes is still visible. */
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
