// The place at which JSON breaks off.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { jsonFault } from "../../project/json-fault.ts";

const faults: [string, number, string][] = [
  ["", 0, "a value"],
  ["  ", 2, "a value"],
  ["hello", 0, "a value"],
  ["{", 1, 'a name in " or }'],
  ['{"a"}', 4, "a colon"],
  ['{"a":}', 5, "a value"],
  ['{"a":1,}', 7, 'a name in "'],
  ["[1 2]", 3, "a comma or ]"],
  ['{"a":[}', 6, "a value or ]"],
  ["[1,]", 3, "a value"],
  ["[1}", 2, "a comma or ]"],
  ["1 1", 2, "the end"],
  ["01", 1, "the end"],
  ['"a', 2, 'more of the text, or its closing "'],
  ['"a\nb"', 2, 'more of the text, or its closing "'],
  ['"\\x"', 1, "a valid escape"],
  ["{'a':1}", 1, 'a name in " or }'],
];
for (const [text, offset, expected] of faults) {
  test(`${JSON.stringify(text)} breaks off at ${offset}`, () => {
    assert.deepEqual(jsonFault(text), { offset, expected });
  });
}

test("a fault is found exactly where JSON.parse finds one", () => {
  const snippet = fc.constantFrom(...'{}[],:"\\ 01-.eEtruefalsn\n\t\u0001é');
  const text = fc.oneof(fc.string({ unit: snippet, maxLength: 12 }), fc.json());
  fc.assert(
    fc.property(text, (candidate) => {
      let isJson = true;
      try {
        JSON.parse(candidate);
      } catch {
        isJson = false;
      }
      assert.equal(jsonFault(candidate) === undefined, isJson);
    }),
    { numRuns: 3000 },
  );
});
