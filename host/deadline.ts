// When a script is told to end and when it is made to end, from its deadline.
import { type Alarm, cancelAlarm, setAlarm } from "./alarm.ts";

/** When to send SIGTERM and when SIGKILL, in epoch milliseconds. */
export interface EndingTimes {
  readonly terminateAt: number;
  readonly killAt: number;
}

// setTimeout fires at once above this; such a deadline (23 days with Lambda's emulator for Managed
// Instances) is out of reach anyway.
const longestTimerMs = 2 ** 31 - 1;

/**
 * The margins leave the host time to reap the script and to post the error before the platform's
 * own limit: a twentieth of the remaining time, at least 50 ms and at most 250 ms for each step.
 */
export function endingTimes(deadlineMs: number | undefined): EndingTimes | undefined {
  if (deadlineMs === undefined) return undefined;
  const remaining = deadlineMs - Date.now();
  if (remaining > longestTimerMs) return undefined;
  const margin = Math.min(Math.max(remaining / 20, 50), 250);
  return { terminateAt: deadlineMs - 2 * margin, killAt: deadlineMs - margin };
}

/**
 * Calls back when the script should end, then when it must end. Returns a function that cancels
 * both.
 */
export function atDeadline(
  deadlineMs: number | undefined,
  act: (signal: "SIGTERM" | "SIGKILL") => void,
): () => void {
  const times = endingTimes(deadlineMs);
  if (times === undefined) return nothingToCancel;
  const kill: Alarm = { at: times.killAt, ring: () => act("SIGKILL") };
  const terminate: Alarm = {
    at: times.terminateAt,
    ring() {
      setAlarm(kill);
      act("SIGTERM");
    },
  };
  setAlarm(terminate);
  return () => {
    cancelAlarm(terminate);
    cancelAlarm(kill);
  };
}

function nothingToCancel(): void {}
