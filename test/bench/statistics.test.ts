// The bench's statistics on lists whose answers are plain to see.
import assert from "node:assert/strict";
import { test } from "node:test";
import { median, percentile, spread } from "../../bench/statistics.ts";

test("the median of an odd number of values is the middle one, whatever their order", () => {
  assert.equal(median([9, 1, 5]), 5);
});

test("the median of an even number of values is the mean of the two middle ones", () => {
  assert.equal(median([4, 1, 2, 9]), 3);
});

test("a percentile is the value below which that share of the values lies", () => {
  const hundred = Float64Array.from({ length: 100 }, (_none, index) => 100 - index);
  assert.equal(percentile(hundred, 0.5), 51);
  assert.equal(percentile(hundred, 0.99), 100);
  assert.equal(percentile([7], 0.99), 7);
});

test("a spread has the rounds' median and both ends, and there is none of nothing", () => {
  assert.deepEqual(spread([3, 1, 2]), { median: 2, min: 1, max: 3 });
  assert.equal(spread([]), undefined);
});
