// Bytes are cut into lines: whole, in order, of any length.
import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { createLineCutter } from "../../../host/process/lines.ts";

function cut(pieces: readonly Buffer[]): Buffer[] {
  const lines: Buffer[] = [];
  const cutter = createLineCutter((line) => lines.push(Buffer.from(line)));
  for (const piece of pieces) cutter.push(piece);
  cutter.flush();
  cutter.flush();
  return lines;
}

it("is the same however the bytes were cut into pieces", () => {
  const text = fc.stringMatching(/^[aé😀\r\n\0]{0,60}$/u);
  fc.assert(
    fc.property(text, fc.array(fc.nat(20), { minLength: 1 }), (all, sizes) => {
      const bytes = Buffer.from(all);
      const pieces: Buffer[] = [];
      for (let at = 0, n = 0; at < bytes.length; n++) {
        const size = Math.max(1, sizes[n % sizes.length] ?? 1);
        pieces.push(bytes.subarray(at, at + size));
        at += size;
      }
      const expected = all.split("\n");
      if (expected.at(-1) === "") expected.pop();
      assert.deepEqual(cut(pieces).map(String), expected);
    }),
  );
});

it("keeps empty lines", () => {
  assert.deepEqual(cut([Buffer.from("\n\na\n\n")]).map(String), ["", "", "a", ""]);
});

it("hands on a line of any length, in parts of bounded size", () => {
  const lines = cut(Array.from({ length: 320 }, () => Buffer.alloc(65536, "x")));
  assert.equal(
    lines.reduce((sum, line) => sum + line.length, 0),
    320 * 65536,
  );
  assert.ok(lines.length > 1 && lines.every((line) => line.length <= 7 * 1024 * 1024));
});
