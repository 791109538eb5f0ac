// Waits for an environment to reach some point: checked again at each change.

/** Returns true once it has found what it waited for and has settled. */
export type Waiter = () => boolean;

/** The part of an environment that a waiter needs. */
interface Awaited {
  /** Set by its end. */
  readonly end: unknown;
  waiters: Waiter[];
}

/** Settles with what `look` finds, as soon as it finds anything; `exited` if the end is first. */
export function until<Found>(
  environment: Awaited,
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

/** Call it after each change that somebody may wait for. */
export function wake(environment: Awaited): void {
  if (environment.waiters.length === 0) return;
  environment.waiters = environment.waiters.filter((waiter) => !waiter());
}
