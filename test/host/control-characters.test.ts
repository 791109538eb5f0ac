import assert from "node:assert/strict";
import { it } from "node:test";
import { hasControlCharacter, withoutControlCharacters } from "../../host/control-characters.ts";

it("whatever steers a terminal becomes a space, and each character keeps its column", () => {
  assert.equal(withoutControlCharacters("a\u001b[31mb\tc\u009bd\r\né"), "a [31mb c d  é");
});

it("a name with one is found", () => {
  assert.equal(hasControlCharacter("a\u0007b"), true);
  assert.equal(hasControlCharacter("a b é"), false);
});
