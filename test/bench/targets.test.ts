// The judgement of a run by its targets, on made-up measurements.
import assert from "node:assert/strict";
import { test } from "node:test";
import { rows } from "../../bench/rows.ts";
import type { RowResult } from "../../bench/run.ts";
import { judge, targets } from "../../bench/targets.ts";

function measured(name: string, figures: Partial<RowResult>): RowResult {
  const row = rows.find((candidate) => candidate.name === name);
  assert.ok(row, `there is a row ${name}`);
  return { row, cold: [], p50: [], p99: [], rate: [], memory: [], ...figures };
}

function verdict(what: string, results: readonly RowResult[]) {
  const found = judge(results).find(({ target }) => target.what === what);
  assert.ok(found, `${what} was judged`);
  return found;
}

test("every target names rows that exist", () => {
  for (const { of, to } of targets) {
    for (const [, name] of to === undefined ? [of] : [of, to]) {
      assert.ok(
        rows.some((row) => row.name === name),
        name,
      );
    }
  }
});

test("a ratio is taken within each round before the median is", () => {
  const results = [
    measured("main", { p50: [10, 40, 30] }),
    measured("call", { p50: [10, 20, 30] }),
  ];
  const { measured: ratio, met } = verdict("p50, main / direct call", results);
  assert.deepEqual(ratio, { median: 1, min: 1, max: 2 });
  assert.equal(met, true);
});

test("a lower bound fails below and holds at the bound", () => {
  const what = "events per second, function / aws-lambda-ric";
  const peer = measured("ric", { rate: [100] });
  assert.equal(verdict(what, [measured("function", { rate: [249] }), peer]).met, false);
  assert.equal(verdict(what, [measured("function", { rate: [250] }), peer]).met, true);
});

test("memory is judged in Lambda's megabytes", () => {
  const result = measured("function", { memory: [60 * 1024 * 1024] });
  assert.equal(verdict("peak memory, function, 200 B", [result]).met, true);
});

test("a target whose row was not measured is neither met nor missed", () => {
  const results = [measured("main", {}), measured("call", { p50: [1] })];
  assert.equal(verdict("p50, main / direct call", results).met, undefined);
});
