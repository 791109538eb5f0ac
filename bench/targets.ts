// What we promise about the host's speed, each as a ratio within one interleaved run, and how a run
// is judged by it.
import type { RowResult } from "./run.ts";
import { type Spread, spread } from "./statistics.ts";

type Metric = "cold" | "p50" | "rate" | "memory";

/** One promise: `of[0]` of the row named `of[1]`, divided by the same of `to` if there is one. */
export type Target = {
  what: string;
  of: readonly [Metric, string];
  to?: readonly [Metric, string];
  atMost?: number;
  atLeast?: number;
  unit?: "MB";
};

/** Met, not met, or unknown because a row it needs was not run. */
export type Judgement = { target: Target; measured: Spread | undefined; met: boolean | undefined };

export const targets: readonly Target[] = [
  {
    what: "cold start, function / node -e 0",
    of: ["cold", "function"],
    to: ["cold", "node"],
    atMost: 1.15,
  },
  {
    what: "cold start, function / aws-lambda-ric",
    of: ["cold", "function"],
    to: ["cold", "ric"],
    atMost: 0.95,
  },
  {
    what: "p50, function / aws-lambda-ric",
    of: ["p50", "function"],
    to: ["p50", "ric"],
    atMost: 0.35,
  },
  {
    what: "events per second, function / aws-lambda-ric",
    of: ["rate", "function"],
    to: ["rate", "ric"],
    atLeast: 2.5,
  },
  { what: "p50, main / direct call", of: ["p50", "main"], to: ["p50", "call"], atMost: 1.4 },
  { what: "p50, loop / direct call", of: ["p50", "loop"], to: ["p50", "call"], atMost: 2.5 },
  {
    what: "p50, spawn of cat / bare Node spawn",
    of: ["p50", "spawn"],
    to: ["p50", "bare-spawn"],
    atMost: 1.2,
  },
  {
    what: "p50, spawn of bash / spawn of cat",
    of: ["p50", "spawn-bash"],
    to: ["p50", "spawn"],
    atMost: 1.4,
  },
  {
    what: "p50, spawn of .ts with cache / node -e 0",
    of: ["p50", "spawn-ts"],
    to: ["cold", "node"],
    atMost: 1.35,
  },
  {
    what: "p50, prefork of .ts, gaps / node -e 0",
    of: ["p50", "prefork-ts-gap"],
    to: ["cold", "node"],
    atMost: 0.35,
  },
  {
    what: "p50, prestart of cat / bare Node spawn, gaps",
    of: ["p50", "prestart-gap"],
    to: ["p50", "bare-spawn-gap"],
    atMost: 0.25,
  },
  {
    what: "p50, 5 MB, string function / bare client",
    of: ["p50", "string-5mb"],
    to: ["p50", "text-5mb"],
    atMost: 1.1,
  },
  {
    what: "p50, 5 MB, function / direct call",
    of: ["p50", "function-5mb"],
    to: ["p50", "call-5mb"],
    atMost: 1.1,
  },
  {
    what: "p50, main through dev / http echo",
    of: ["p50", "dev"],
    to: ["p50", "http-echo"],
    atMost: 4.5,
  },
  { what: "calls per second, main through dev", of: ["rate", "dev"], atLeast: 1500 },
  { what: "peak memory, function, 200 B", of: ["memory", "function"], atMost: 60, unit: "MB" },
];

/**
 * Judges a run by the targets whose rows were to be measured: the ratio of each round, then the
 * median of the ratios.
 */
export function judge(results: readonly RowResult[]): Judgement[] {
  const names = new Set(results.map((result) => result.row.name));
  const asked = targets.filter(({ of, to }) => names.has(of[1]) && (!to || names.has(to[1])));
  return asked.map((target) => {
    const measured = spread(ratios(target, results));
    return { target, measured, met: measured && meets(target, measured.median) };
  });
}

function ratios({ of, to, unit }: Target, results: readonly RowResult[]): number[] {
  const values = rounds(of, results);
  if (to === undefined) return values.map((value) => (unit === "MB" ? value / 1024 / 1024 : value));
  const bases = rounds(to, results);
  // Only rounds in which both rows were measured, because the machine changes between rounds.
  return values.slice(0, bases.length).map((value, round) => value / (bases[round] ?? Number.NaN));
}

function rounds([metric, name]: readonly [Metric, string], results: readonly RowResult[]) {
  return results.find((result) => result.row.name === name)?.[metric] ?? [];
}

function meets({ atMost, atLeast }: Target, value: number): boolean {
  return value <= (atMost ?? Number.POSITIVE_INFINITY) && value >= (atLeast ?? 0);
}
