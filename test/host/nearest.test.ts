// "Did you mean …".
import assert from "node:assert/strict";
import { it } from "node:test";
import { nearest } from "../../host/nearest.ts";

it("gives the names with the fewest changes, nearest first, in any case", () => {
  assert.deepEqual(nearest("PREFROK", ["spawn", "prefork", "prestart"], 2), [
    "prefork",
    "prestart",
  ]);
  assert.deepEqual(nearest("a", ["b", "a"], 1), ["a"]);
});

it("gives what there is", () => {
  assert.deepEqual(nearest("a", [], 3), []);
  assert.deepEqual(nearest("", ["abc"], 3), ["abc"]);
});
