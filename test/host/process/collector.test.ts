// Output is collected byte for byte, whatever its pieces, up to the size of a response.

import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { createCollector } from "../../../host/process/collector.ts";
import { maximumPayloadBytes } from "../../../lambda/limits.ts";

it("gives back what was pushed, whatever the pieces", () => {
  const sizes = fc.array(fc.oneof(fc.nat(10), fc.nat(2000), fc.constant(70_000)), {
    maxLength: 300,
  });
  fc.assert(
    fc.property(sizes, (lengths) => {
      const collector = createCollector();
      const pieces = lengths.map((length, n) => Buffer.alloc(length, n % 256));
      for (const piece of pieces) collector.push(piece);
      const all = Buffer.concat(pieces);
      if (all.length <= maximumPayloadBytes) assert.ok(collector.bytes().equals(all));
      else assert.equal(collector.bytes().length, 0);
    }),
    { numRuns: 50 },
  );
});

it("may be asked before the end", () => {
  const collector = createCollector();
  for (let n = 0; n < 100; n++) {
    collector.push(Buffer.from("x"));
    assert.equal(collector.bytes().length, n + 1);
  }
});

it("takes exactly the limit and nothing more, ever", () => {
  const collector = createCollector();
  assert.equal(collector.push(Buffer.alloc(maximumPayloadBytes)), true);
  assert.equal(collector.push(Buffer.alloc(1)), false);
  assert.equal(collector.push(Buffer.alloc(0)), false);
  assert.equal(collector.bytes().length, 0);
});

it("holds six million single bytes in little more than their size", () => {
  const collector = createCollector();
  const byte = Buffer.from("x");
  const before = process.memoryUsage();
  for (let n = 0; n < 6_000_000; n++) collector.push(byte);
  const after = process.memoryUsage();
  const grown = after.arrayBuffers - before.arrayBuffers + after.heapUsed - before.heapUsed;
  assert.ok(grown < 30e6, `${Math.round(grown / 1e6)} MB`);
  assert.equal(collector.bytes().length, 6_000_000);
});
