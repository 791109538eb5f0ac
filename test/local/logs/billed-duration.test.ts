import assert from "node:assert/strict";
import { test } from "node:test";
import { billedDuration } from "../../../local/logs/billed-duration.ts";

test("a started millisecond is billed whole, once for all parts together", () => {
  assert.equal(billedDuration(1.2), 2);
  assert.equal(billedDuration(1.2, undefined, 1.3), 3);
  assert.equal(billedDuration(900_000, 479.6), 900_480);
  assert.equal(billedDuration(0), 0);
});

test("the error of adding floats is not billed", () => {
  assert.notEqual(16.899 + 0.01 + 0.091, 17);
  assert.equal(billedDuration(16.899, 0.01, 0.091), 17);
});
