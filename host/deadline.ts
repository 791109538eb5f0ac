// From a deadline to the moments at which a script is told to end and made to end.

/** When to send SIGTERM and when SIGKILL, in milliseconds from now. */
export interface EndingTimes {
  readonly terminateInMs: number;
  readonly killInMs: number;
}

// setTimeout fires at once above this; such a deadline (Lambda's emulator for Managed Instances is
// 23 days off) is out of every function's reach anyway.
const longestTimerMs = 2 ** 31 - 1;

/**
 * The margins leave the host time to reap the script and to post the error before the platform's own
 * limit: a twentieth of what remains, at least 50 ms and at most 250 ms for each step.
 */
export function endingTimes(deadlineMs: number | undefined): EndingTimes | undefined {
  if (deadlineMs === undefined) return undefined;
  const remaining = deadlineMs - Date.now();
  if (remaining > longestTimerMs) return undefined;
  const margin = Math.min(Math.max(remaining / 20, 50), 250);
  return {
    terminateInMs: Math.max(remaining - 2 * margin, 0),
    killInMs: Math.max(remaining - margin, 0),
  };
}
