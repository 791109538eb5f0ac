// Whatever a script says, a header keeps to its line.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { headerValue } from "../../../host/runtime-api/header-value.ts";

test("a value is printable ASCII and as long as before, in the bytes that are sent", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const value = headerValue(text);
      assert.equal(value.length, text.length);
      assert.match(Buffer.from(value, "latin1").toString("latin1"), /^[\x20-\x7e]*$/);
    }),
  );
});

test("a value of printable ASCII is kept", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[\x20-\x7e]*$/), (text) => {
      assert.equal(headerValue(text), text);
    }),
  );
});
