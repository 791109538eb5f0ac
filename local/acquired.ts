// What was acquired step by step, released in reverse order: by a start that fails, and at the end.
// Node 22, which the package allows, has no AsyncDisposableStack.

export interface Acquired {
  /** Adds `release`, to be called at the end, before those that were added earlier. */
  add(release: () => void | Promise<void>): void;
  /** Releases everything once, whatever fails on the way; throws the first failure at the end. */
  release(): Promise<void>;
}

export function createAcquired(): Acquired {
  const releases: (() => void | Promise<void>)[] = [];
  return {
    add: (release) => void releases.push(release),
    async release() {
      const failures: unknown[] = [];
      for (let next = releases.pop(); next !== undefined; next = releases.pop()) {
        try {
          await next();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
