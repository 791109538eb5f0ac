// A bounded wait that leaves no timer behind to hold the process.

/** Resolves when the promise settles or the time is over; true if the promise was first. */
export async function settledWithin(
  milliseconds: number,
  promise: Promise<unknown>,
): Promise<boolean> {
  const { promise: timeIsUp, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, milliseconds, false);
  try {
    return await Promise.race([promise.then(() => true), timeIsUp]);
  } finally {
    clearTimeout(timer);
  }
}
