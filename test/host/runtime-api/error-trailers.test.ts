// The trailers of a streamed response that failed.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createErrorReport } from "../../../host/answer/error-report.ts";
import type { Failure } from "../../../host/answer/failure.ts";
import { errorTrailers } from "../../../host/runtime-api/error-trailers.ts";

function read(trailers: string): { type: string; failure: Failure } {
  const parts =
    /^Lambda-Runtime-Function-Error-Type: (.*)\r\nLambda-Runtime-Function-Error-Body: ([\w+/=]*)\r\n$/.exec(
      trailers,
    );
  assert.ok(parts, `two trailers: ${trailers.slice(0, 200)}`);
  const body = Buffer.from(parts[2] as string, "base64").toString("utf8");
  return { type: parts[1] as string, failure: JSON.parse(body) };
}

test("an error is told whole where it fits", () => {
  const failure = { errorType: "TypeError", errorMessage: "x is é", stackTrace: ["at a", "at b"] };
  const { type, failure: told } = read(errorTrailers(createErrorReport(failure)));
  assert.equal(type, "Function.TypeError");
  assert.deepEqual(told, failure);
});

test("an error of any size fits into the 4096 bytes a server may take", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 3000 }),
    fc.constantFrom("\u0001".repeat(100_000), "😀".repeat(50_000), "A".repeat(300_000)),
  );
  const failure = fc.record({
    errorType: text,
    errorMessage: text,
    stackTrace: fc.array(text, { maxLength: 40 }),
  });
  fc.assert(
    fc.property(failure, (told) => {
      const trailers = errorTrailers(createErrorReport(told));
      assert.ok(trailers.length + 2 <= 4096, `${trailers.length} bytes`);
      const { failure: read1 } = read(trailers);
      assert.equal(typeof read1.errorMessage, "string");
      assert.ok(Array.isArray(read1.stackTrace));
    }),
    { numRuns: 60 },
  );
});

test("a long error keeps its type, the beginning of its message and its first frames", () => {
  const stackTrace = Array.from({ length: 200 }, (_, at) => `at frame ${at} (file.js:${at}:1)`);
  const errorMessage = `it failed: ${"x".repeat(10_000)}`;
  const { failure } = read(
    errorTrailers(createErrorReport({ errorType: "RangeError", errorMessage, stackTrace })),
  );
  assert.equal(failure.errorType, "RangeError");
  assert.match(failure.errorMessage, /^it failed: x{1000,}… \(cut\)$/);
  assert.deepEqual(failure.stackTrace, stackTrace.slice(0, 10));
});
