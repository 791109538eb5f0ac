// TypeScript that cannot be erased; typescript.test.ts holds it against Node itself.
import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { blank } from "../../../host/source/blank.ts";
import { findNotErasable } from "../../../host/source/not-erasable.ts";

it("tells what it is and where", () => {
  assert.deepEqual(findNotErasable("const a = 1;\nenum A { a }"), { name: "enum", index: 13 });
  assert.equal(findNotErasable("const a: number = 1;"), undefined);
});

it("finds what stands after something declared", () => {
  const code = "declare enum A { a }\ndeclare global { enum B { b } }\nenum C { c }";
  assert.equal(findNotErasable(code)?.index, code.indexOf("enum C"));
});

it("never throws, whatever the text", () => {
  const piece = fc.constantFrom(
    "declare ",
    "global ",
    "enum A ",
    "namespace A ",
    "constructor",
    "(",
    ")",
    "{",
    "}",
    "<a>",
    "=",
    "private a",
    ",",
    "@d ",
    "\n",
    "import ",
    "export ",
    "accessor a",
  );
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join("")),
  );
  fc.assert(
    fc.property(text, (source) => {
      const found = findNotErasable(blank(source));
      assert.ok(found === undefined || found.index <= source.length);
    }),
    { numRuns: 1000 },
  );
});
