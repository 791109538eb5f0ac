// The result of the bench as text: the table of rows, the table of targets.
import type { RowResult } from "./run.ts";
import { type Spread, spread } from "./statistics.ts";
import { table } from "./table.ts";
import type { Judgement, Target } from "./targets.ts";

const rowTitles = ["row", "p50 (min-max)", "p99", "events/s", "cold ms", "peak MB", "to floor"];
const targetTitles = ["target", "must be", "measured (min-max)", ""];
const nothing = "-";
// The unit in which Lambda counts a function's memory.
const megabyte = 1024 * 1024;

/** The table of rows; `reasons` says why a row could not be measured. */
export function rowTable(results: readonly RowResult[]): string {
  const lines = results.map((result) => [
    `${result.row.name}: ${result.row.what}`,
    ...(missing(result) ?? cells(result, results)),
  ]);
  return table([rowTitles, ...lines]);
}

/** The table of targets: the target, the measured value, whether it is met. */
export function targetTable(judgements: readonly Judgement[]): string {
  const lines = judgements.map(({ target, measured, met }) => [
    target.what,
    bound(target),
    measured === undefined ? nothing : range(measured, (value) => value.toFixed(2)),
    met === undefined ? "not measured" : met ? "met" : "NOT MET",
  ]);
  return table([targetTitles, ...lines], [3]);
}

/** Why rows were not measured, one line for each reason; empty when all were. */
export function reasons(results: readonly RowResult[]): string {
  const names = new Map<string, string[]>();
  for (const { row, absent, failed } of results) {
    const reason = failed ?? absent;
    if (reason !== undefined) names.set(reason, [...(names.get(reason) ?? []), row.name]);
  }
  return [...names].map(([reason, rows]) => `${rows.join(", ")}: ${reason}`).join("\n");
}

function missing({ absent, failed }: RowResult): string[] | undefined {
  if (failed !== undefined) return ["FAILED"];
  return absent === undefined ? undefined : ["not there"];
}

function cells(result: RowResult, results: readonly RowResult[]): string[] {
  const { row } = result;
  const gap = (row.load?.gapMs ?? 0) > 0;
  const p50 = spread(result.p50);
  return [
    p50 === undefined ? nothing : times(p50),
    middle(result.p99, time),
    // With gaps between events their number per second says nothing about the runtime.
    gap ? nothing : middle(result.rate, (value) => value.toFixed(0)),
    middle(result.cold, (value) => (value / 1000).toFixed(1)),
    middle(result.memory, (value) => (value > 0 ? (value / megabyte).toFixed(0) : nothing)),
    floorRatio(result, results),
  ];
}

function floorRatio({ row, p50 }: RowResult, results: readonly RowResult[]): string {
  const floor = results.find((candidate) => candidate.row.name === row.floor);
  if (floor === undefined) return nothing;
  // A floor without events, such as `node -e 0`, is a start from beginning to end.
  const base = floor.row.load === undefined ? floor.cold : floor.p50;
  const ratios = p50
    .slice(0, base.length)
    .map((value, round) => value / (base[round] ?? Number.NaN));
  return middle(ratios, (value) => value.toFixed(2));
}

function middle(values: readonly number[], format: (value: number) => string): string {
  const found = spread(values);
  return found === undefined ? nothing : format(found.median);
}

function range({ median, min, max }: Spread, format: (value: number) => string): string {
  return min === max ? format(median) : `${format(median)} (${format(min)}-${format(max)})`;
}

// Microseconds in the unit that fits the median, one unit for all three.
function times(found: Spread): string {
  if (found.median < 1000) return `${range(found, (value) => value.toFixed(1))} us`;
  return `${range(found, (value) => (value / 1000).toFixed(2))} ms`;
}

function time(microseconds: number): string {
  return times({ median: microseconds, min: microseconds, max: microseconds });
}

function bound({ atMost, atLeast, unit }: Target): string {
  return `${atMost === undefined ? `>= ${atLeast}` : `<= ${atMost}`} ${unit ?? ""}`.trimEnd();
}
