// Brackets in a text without strings.
import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { closingBracket, topLevel } from "../../../host/source/brackets.ts";

it("finds the bracket that closes one, over others inside", () => {
  assert.equal(closingBracket("a(b[c]{d}(e))f", 1), 12);
  assert.equal(closingBracket("()", 0), 1);
});

it("gives the text's end where none closes it", () => {
  assert.equal(closingBracket("a(b", 1), 3);
  assert.equal(closingBracket("([)", 0), 3);
});

it("keeps what stands outside brackets, those of types included", () => {
  assert.equal(topLevel("a: Map<string, B>, c = f(1, 2)"), "a: Map<         >, c = f(    )");
  assert.equal(topLevel("f: (x: A) => B, g"), "f: (    ) => B, g");
});

it("keeps the length of any text", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."([{<>}])=,a😀") }), (text) => {
      assert.equal(topLevel(text).length, text.length);
      assert.ok(closingBracket(text, 0) <= text.length);
    }),
  );
});
