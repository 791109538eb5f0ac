// The judgement of a soak, on made-up observations.
import assert from "node:assert/strict";
import { test } from "node:test";
import { growth, quarterGrowth } from "../../bench/flatness.ts";
import type { Observation } from "../../bench/process-table.ts";

const calm: Observation = { memory: 50e6, fds: 20, children: 1, zombies: 0 };

function course(at: (index: number) => Partial<Observation>): Observation[] {
  return Array.from({ length: 50 }, (_none, index) => ({ ...calm, ...at(index) }));
}

test("what only grows while it warms up is flat", () => {
  assert.deepEqual(growth(course((index) => ({ memory: 40e6 + Math.min(index, 8) * 3e6 }))), []);
});

test("a heap that breathes is flat", () => {
  assert.deepEqual(growth(course((index) => ({ memory: 50e6 + (index % 5) * 4e6 }))), []);
});

test("memory that grows steadily is found", () => {
  assert.match(growth(course((index) => ({ memory: 50e6 + index * 1e6 }))).join(), /^memory grew/);
});

test("one descriptor more in the second half is found", () => {
  const found = growth(course((index) => ({ fds: index > 40 ? 21 : 20 })));
  assert.deepEqual(found, ["fds grew from 20 to 21"]);
});

test("a zombie that stays is found even when it was there from the start", () => {
  assert.deepEqual(growth(course(() => ({ zombies: 1 }))), ["1 zombies at the end"]);
});

test("a service that only fills what is bounded, in its first quarter, is flat", () => {
  const observations = course((index) => ({ memory: 100e6 + Math.min(index, 12) * 10e6 }));
  assert.deepEqual(quarterGrowth("the service", observations), []);
});

test("a service that goes on growing is found, with its processes", () => {
  const observations = course((index) => ({ memory: index * 1e6, children: index > 45 ? 3 : 2 }));
  const [memory, children] = quarterGrowth("the service", observations);
  assert.match(memory ?? "", /^the service grew by \d+\.\d MB$/);
  assert.equal(children, "children of the service grew from 2 to 3");
});
