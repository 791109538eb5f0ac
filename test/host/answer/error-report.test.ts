// A failure as the error post needs it.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createErrorReport } from "../../../host/answer/error-report.ts";
import { failureFromThrown } from "../../../host/answer/failure.ts";

const promised = /^(?:Runtime|Function)\.[A-Z][a-zA-Z]+$/;
const maximum = 256 * 1024;

function headerOf(errorType: string): string {
  return createErrorReport({ errorType, errorMessage: "", stackTrace: [] }).headerType;
}

describe("the body", () => {
  it("is the three members that AWS documents", () => {
    const failure = {
      errorType: "OrderError",
      errorMessage: 'no\n"stock" é😀',
      stackTrace: ["at a"],
    };
    assert.deepEqual(JSON.parse(createErrorReport(failure).body.toString()), failure);
  });

  it("keeps type, message and the first frames when it has to be cut", () => {
    const failure = {
      errorType: "OrderError",
      errorMessage: `begin ${"m".repeat(300_000)}`,
      stackTrace: ["at first", ...Array(100_000).fill("at more")],
    };
    const body = JSON.parse(createErrorReport(failure).body.toString());
    assert.equal(body.errorType, "OrderError");
    assert.match(body.errorMessage, /^begin m+… \(cut\)$/);
    assert.equal(body.stackTrace[0], "at first");
    assert.ok(body.stackTrace.length > 100);
  });

  it("is at most 256 KiB and whole JSON for any failure, of the dearest characters too", () => {
    // A control character and half of a pair take six bytes, a quote two, an emoji four.
    const character = fc.constantFrom("\u0001", "\ud800", '"', "\\", "😀", "é", "a", "\n");
    const text = fc
      .tuple(character, fc.integer({ min: 0, max: 300_000 }))
      .map(([one, count]) => one.repeat(count));
    const lines = fc
      .tuple(fc.string({ unit: character, maxLength: 40 }), fc.integer({ min: 0, max: 60_000 }))
      .map(([line, count]) => Array<string>(count).fill(line));
    fc.assert(
      fc.property(
        text,
        text,
        fc.oneof(
          lines,
          text.map((line) => [line]),
        ),
        (errorType, errorMessage, stackTrace) => {
          const { body } = createErrorReport({ errorType, errorMessage, stackTrace });
          assert.ok(body.length <= maximum, String(body.length));
          assert.deepEqual(Object.keys(JSON.parse(body.toString())), [
            "errorType",
            "errorMessage",
            "stackTrace",
          ]);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("the header's type", () => {
  it("is the error's own where that is as the platform demands", () => {
    for (const type of ["Runtime.HandlerNotFound", "Function.Timeout", "Function.SIGSEGV"]) {
      assert.equal(headerOf(type), type);
    }
  });

  it("is a word of the same meaning for what is not", () => {
    assert.equal(headerOf("Function.Exit3"), "Function.NonZeroExit");
    assert.equal(headerOf("Function.SIGRTMIN+3"), "Function.Signal");
    assert.equal(headerOf("TypeError"), "Function.TypeError");
    for (const type of [
      "",
      "orders.NoStock",
      "Überlauf",
      "E",
      "Error 7",
      "Runtime.",
      "Function.x",
      "Runtime.A\n",
      "x Runtime.Abc",
    ]) {
      assert.equal(headerOf(type), "Function.Error", type);
    }
  });

  it("always matches what is promised", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string().map((end) => `Function.${end}`),
      fc.string().map((end) => `Function.SIG${end}`),
      fc.string().map((end) => `Runtime.A${end}`),
    );
    fc.assert(
      fc.property(text, (type) => assert.match(headerOf(type), promised)),
      { numRuns: 1000 },
    );
  });
});

describe("X-Ray's cause", () => {
  it("has a frame for each line of Node's, of Python's and of Ruby's stack", () => {
    const { xrayCause } = createErrorReport({
      errorType: "OrderError",
      errorMessage: "no stock",
      stackTrace: [
        "at Orders.take (/var/task/orders.js:12:7)",
        "at async file:///var/task/index.mjs:3:1",
        'File "/var/task/job.py", line 4, in <module>',
        "raise OrderError()",
        "/var/task/job.rb:7:in 'Job#run'",
      ],
    });
    const { working_directory, exceptions, paths } = JSON.parse(xrayCause ?? "");
    assert.equal(working_directory, process.cwd());
    assert.deepEqual(paths, [
      "/var/task/orders.js",
      "/var/task/index.mjs",
      "/var/task/job.py",
      "/var/task/job.rb",
    ]);
    assert.deepEqual(exceptions, [
      {
        type: "OrderError",
        message: "no stock",
        stack: [
          { label: "Orders.take", path: "/var/task/orders.js", line: 12 },
          { label: "anonymous", path: "/var/task/index.mjs", line: 3 },
          { label: "<module>", path: "/var/task/job.py", line: 4 },
          { label: "Job#run", path: "/var/task/job.rb", line: 7 },
        ],
      },
    ]);
  });

  it("names the exception of a failure without a stack, such as an exit status", () => {
    const { xrayCause } = createErrorReport({
      errorType: "Function.Exit3",
      errorMessage: "exit status 3",
      stackTrace: [],
    });
    const { exceptions, paths } = JSON.parse(xrayCause ?? "");
    assert.deepEqual(exceptions, [{ type: "Function.Exit3", message: "exit status 3", stack: [] }]);
    assert.deepEqual(paths, []);
  });

  it("is one line of ASCII below 64 KiB that JSON reads back, for any failure", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: "binary", minLength: 2000 }),
    );
    fc.assert(
      fc.property(
        text,
        text,
        fc.array(text, { minLength: 1 }),
        (errorType, errorMessage, stackTrace) => {
          const { xrayCause } = createErrorReport({ errorType, errorMessage, stackTrace });
          if (xrayCause === undefined) return;
          assert.match(xrayCause, /^[\x20-\x7e]+$/);
          assert.ok(xrayCause.length < 64 * 1024);
          assert.equal(JSON.parse(xrayCause).exceptions[0].type, errorType);
        },
      ),
    );
  });

  it("takes no long time for a long line", () => {
    const started = performance.now();
    for (const line of [
      `at ${"x (".repeat(100_000)}`,
      `at ${"x:1".repeat(100_000)}`,
      `File "${'", line 1'.repeat(50_000)}`,
    ]) {
      createErrorReport({ errorType: "A", errorMessage: "", stackTrace: [line] });
    }
    assert.ok(performance.now() - started < 1000);
  });
});

it("a thrown error makes a report that says the same", () => {
  const { body, headerType, xrayCause } = createErrorReport(
    failureFromThrown(new RangeError("late")),
  );
  assert.equal(JSON.parse(body.toString()).errorType, "RangeError");
  assert.equal(headerType, "Function.RangeError");
  assert.match(xrayCause ?? "", /error-report\.test\.ts/);
});
