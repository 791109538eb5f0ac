// How many environments may start at once: more than the processors can handle only delay each
// other.

/** How many environments may start at once for each processor. */
export const startsPerProcessor = 2;

export interface StartSlots {
  /** Takes a slot, or remembers to call `again` when one is free. */
  tryTake(again: () => void): boolean;
  release(): void;
}

export function createStartSlots(count: number): StartSlots {
  const waiting = new Set<() => void>();
  let free = count;
  return {
    tryTake(again) {
      if (free > 0) {
        free -= 1;
        return true;
      }
      waiting.add(again);
      return false;
    },
    release() {
      free += 1;
      // All are asked: the first may not need one any more.
      const asked = [...waiting];
      waiting.clear();
      for (const again of asked) again();
    },
  };
}
