// The value of --since: how far back, or from when on.
import { incorrectUsage } from "../../host/expected-error.ts";

const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** A date alone is its midnight in UTC, a time without a zone is local: the rules of JavaScript. */
const isoTime = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;

/** Epoch milliseconds. Throws an ExpectedError for what is neither a span nor a time, or in the future. */
export function parseSince(text: string, nowMs: number): number {
  const [, count, unit] = /^(\d+)([smhdw])$/.exec(text) ?? [];
  // Nothing is older than the epoch.
  if (unit !== undefined) {
    return Math.max(0, nowMs - Number(count) * units[unit as keyof typeof units]);
  }
  const time = isoTime.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) {
    throw incorrectUsage(`--since is neither a span nor a time: "${text}"`, {
      remedy: "Write it as in 30s, 10m, 2h, 1d, 1w, or 2026-11-21T14:30:00Z",
    });
  }
  if (time > nowMs) {
    throw incorrectUsage(`--since is in the future: "${text}"`, {
      remedy: `It is ${new Date(nowMs).toISOString()} now; give an earlier time`,
    });
  }
  return Math.max(0, time);
}
