// Those who wait until the environment has come to some point: looked at again at each change.
import type { Environment } from "./environment.ts";

/** True once it has found what it waited for and told so. */
export type Waiter = () => boolean;

/** Settles with what `look` finds, as soon as it finds anything; `exited` if the end is first. */
export function until<Found>(
  environment: Environment,
  look: () => Found | undefined,
): Promise<Found | "exited"> {
  return new Promise((resolve) => {
    const waiter = () => {
      const found = environment.end === undefined ? look() : "exited";
      if (found === undefined) return false;
      resolve(found);
      return true;
    };
    if (!waiter()) environment.waiters.push(waiter);
  });
}

/** To be called after each change that somebody may wait for. */
export function wake(environment: Environment): void {
  if (environment.waiters.length === 0) return;
  environment.waiters = environment.waiters.filter((waiter) => !waiter());
}
