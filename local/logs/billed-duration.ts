// The billed part of an invocation's time.

/**
 * Whole milliseconds, rounded up, of the init (billed since August 2025), the hooks of a restore
 * and the invocation together.
 * See https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/
 */
export function billedDuration(...durationsMs: readonly (number | undefined)[]): number {
  const sum = durationsMs.reduce<number>((total, duration) => total + (duration ?? 0), 0);
  // Microseconds are as fine as the clock is; the sum of two floats must not cost a millisecond.
  return Math.ceil(Math.round(sum * 1000) / 1000);
}
