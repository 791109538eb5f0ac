// Judges a soak: whether memory, descriptors and processes stay constant once warm.
import type { Observation } from "./process-table.ts";
import { median } from "./statistics.ts";

// V8 gives memory back late: a heap of this size varies by a few megabytes. A leak of 100 bytes an
// event shows as 10 MB over the 100,000 events of a soak.
const memoryTolerance = 6e6;

/** How much more the last quarter may have than the second one, in bytes. */
const quarterTolerance = 5e6;

/**
 * What grew in a service from the second quarter to the last, each as a sentence that begins with
 * `who`; the first quarter fills what is bounded, such as its logs.
 */
export function quarterGrowth(who: string, observations: readonly Observation[]): string[] {
  const quarter = Math.floor(observations.length / 4);
  const [second, last] = [observations.slice(quarter, 2 * quarter), observations.slice(-quarter)];
  const memory = (part: readonly Observation[]) => median(part.map((at) => at.memory));
  const grown = memory(last) - memory(second);
  const found = grown > quarterTolerance ? [`${who} grew by ${(grown / 1e6).toFixed(1)} MB`] : [];
  for (const what of ["fds", "children"] as const) {
    const most = (part: readonly Observation[]) => Math.max(...part.map((at) => at[what]));
    if (most(last) > most(second)) {
      found.push(`${what} of ${who} grew from ${most(second)} to ${most(last)}`);
    }
  }
  return found;
}

/** What grew, each as a sentence; none means flat. Observations are evenly spaced in time. */
export function growth(observations: readonly Observation[]): string[] {
  // The first fifth warms up; then the halves of the rest are compared.
  const warm = observations.slice(Math.ceil(observations.length / 5));
  const middle = Math.ceil(warm.length / 2);
  const [early, late] = [warm.slice(0, middle), warm.slice(middle)];
  const found: string[] = [];

  const memory = (half: readonly Observation[]) => median(half.map((at) => at.memory));
  const grown = memory(late) - memory(early);
  if (grown > memoryTolerance) found.push(`memory grew by ${(grown / 1e6).toFixed(1)} MB`);

  for (const what of ["fds", "children", "zombies"] as const) {
    const most = (half: readonly Observation[]) => Math.max(...half.map((at) => at[what]));
    if (most(late) > most(early)) {
      found.push(`${what} grew from ${most(early)} to ${most(late)}`);
    }
  }
  const zombies = warm.at(-1)?.zombies ?? 0;
  if (zombies > 0) found.push(`${zombies} zombies at the end`);
  return found;
}
