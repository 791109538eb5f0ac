// A failure as a value, from whatever was thrown.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { failureFromThrown, hostFailure } from "../../../host/answer/failure.ts";
import { HostError } from "../../../host/errors.ts";

describe("a thrown error", () => {
  it("gives its name, its message and its stack as lines", () => {
    const failure = failureFromThrown(new TypeError("no\nstock"));
    assert.equal(failure.errorType, "TypeError");
    assert.equal(failure.errorMessage, "no\nstock");
    assert.match(failure.stackTrace.at(-1) ?? "", /^at /);
  });

  it("gives frames alone as its stack, however many lines its message has", () => {
    const { stackTrace } = failureFromThrown(new Error("one\ntwo\n\nfour"));
    assert.ok(stackTrace.length > 0);
    for (const line of stackTrace) assert.match(line, /^at /);
  });

  it("gives the name it was given", () => {
    const error = Object.assign(new Error("x"), { name: "OrderError" });
    assert.equal(failureFromThrown(error).errorType, "OrderError");
    assert.equal(failureFromThrown(Object.assign(new Error("x"), { name: "" })).errorType, "Error");
  });

  it("is taken from another realm too", () => {
    const foreign = {
      name: "OrderError",
      message: "no stock",
      stack: "OrderError: no stock\n    at a (b.js:1:2)",
    };
    assert.deepEqual(failureFromThrown(foreign), {
      errorType: "OrderError",
      errorMessage: "no stock",
      stackTrace: ["at a (b.js:1:2)"],
    });
  });

  it("of the host keeps its type and has no stack to show", () => {
    assert.deepEqual(
      failureFromThrown(new HostError("Runtime.HandlerNotFound", "names nothing")),
      hostFailure("Runtime.HandlerNotFound", "names nothing"),
    );
  });
});

it("what is thrown and is not an error gives its kind and its text", () => {
  const thrown: readonly [unknown, string, string][] = [
    ["text", "string", "text"],
    [7, "number", "7"],
    [7n, "bigint", "7"],
    [null, "object", "null"],
    [undefined, "undefined", "undefined"],
    [{ code: 1 }, "object", '{"code":1}'],
    [Symbol("a"), "symbol", "Symbol(a)"],
  ];
  for (const [value, errorType, errorMessage] of thrown) {
    assert.deepEqual(failureFromThrown(value), { errorType, errorMessage, stackTrace: [] });
  }
});

describe("reporting never fails", () => {
  it("for an error whose parts throw", () => {
    const hostile = {
      get name(): string {
        throw new Error("name");
      },
      get message(): string {
        throw new Error("message");
      },
      get stack(): string {
        throw new Error("stack");
      },
    };
    const failure = failureFromThrown(hostile);
    assert.equal(typeof failure.errorType, "string");
    assert.equal(typeof failure.errorMessage, "string");
  });

  it("for a proxy, an object without a prototype and parts that are not text", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const thrown = [
      proxy,
      Object.create(null),
      { name: Symbol("a"), message: 1n, stack: 7 },
      Object.assign(new Error("x"), { stack: undefined }),
      Object.assign(new Error("x"), { message: { toString: null } }),
    ];
    for (const value of thrown) {
      const failure = failureFromThrown(value);
      assert.notEqual(failure.errorType, "");
      assert.equal(typeof JSON.stringify(failure), "string");
    }
  });

  it("for anything", () => {
    fc.assert(
      fc.property(
        fc.anything({ withNullPrototype: true, withBigInt: true, withMap: true }),
        (value) => {
          const { errorType, errorMessage, stackTrace } = failureFromThrown(value);
          assert.equal(typeof errorType, "string");
          assert.equal(typeof errorMessage, "string");
          assert.ok(stackTrace.every((line) => typeof line === "string"));
        },
      ),
    );
  });
});
