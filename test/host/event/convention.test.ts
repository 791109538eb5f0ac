// How a function is called, and what its result means.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type FunctionContext,
  functionArguments,
  functionContext,
  parseEvent,
  resultBytes,
} from "../../../host/event/convention.ts";
import { textEncoding, utf8 } from "../../../host/event/text-encoding.ts";
import { invocationOf, platform } from "../invocation.ts";

type Convention = Parameters<typeof functionArguments>[1];

const aws: Convention = { convention: "aws", text: utf8 };
const string: Convention = { convention: "string", text: utf8 };
const json: Convention = { convention: "json", text: utf8 };
const headers = { "lambda-runtime-aws-request-id": "id-1", "content-type": "text/plain" };

function call(settings: Convention, event: string | Buffer): unknown[] {
  return functionArguments(
    invocationOf({ "content-type": "text/plain" }, event),
    settings,
    platform,
  );
}

describe("a call", () => {
  it("by aws gets the event and the context", () => {
    const [event, context] = call(aws, '{"a":[1]}') as [unknown, FunctionContext];
    assert.deepEqual(event, { a: [1] });
    assert.equal(context.awsRequestId, "id-1");
    assert.equal(context.functionName, "orders");
  });

  it("by string gets the text and the headers", () => {
    assert.deepEqual(call(string, "é\n{half"), ["é\n{half", headers]);
  });

  it("by string reads the encoding that is set", async () => {
    const latin1 = { ...string, text: await textEncoding("latin1") };
    assert.equal(call(latin1, Buffer.from([0xe9]))[0], "é");
  });

  it("by json gets the event and the headers", () => {
    assert.deepEqual(call(json, "[1]"), [[1], headers]);
  });

  it("by stdio gets nothing", () => {
    assert.deepEqual(call({ ...aws, convention: "stdio" }, "not parsed"), []);
  });
});

describe("the remaining time", () => {
  it("counts down to the deadline", () => {
    const deadline = { "lambda-runtime-deadline-ms": String(Date.now() + 5000) };
    const left = functionContext(invocationOf(deadline), platform).getRemainingTimeInMillis();
    assert.ok(left > 4000 && left <= 5000, String(left));
  });

  it("is none without a deadline", () => {
    const left = functionContext(invocationOf(), platform).getRemainingTimeInMillis();
    assert.ok(left <= 0 && left > -1000, String(left));
  });
});

describe("the event", () => {
  it("is undefined when it is empty, null when it says so", () => {
    assert.equal(parseEvent(Buffer.alloc(0)), undefined);
    assert.equal(parseEvent(Buffer.from("null")), null);
  });

  it("that is no JSON is Runtime.UnmarshalError with a way out", () => {
    assert.throws(() => parseEvent(Buffer.from("{")), {
      type: "Runtime.UnmarshalError",
      message: /STDLAMBDA_CONVENTION=string/,
    });
  });
});

describe("a result", () => {
  const text = (value: unknown, settings: Convention) =>
    Buffer.from(resultBytes(value, settings)).toString("latin1");

  it("is JSON, and null where there is none", () => {
    assert.equal(text({ a: 1 }, aws), '{"a":1}');
    assert.equal(text("a", aws), '"a"');
    for (const value of [undefined, () => 1, Symbol("a")]) assert.equal(text(value, aws), "null");
  });

  it("by string and json is itself where it is text or bytes", () => {
    for (const settings of [string, json]) {
      assert.equal(text("a", settings), "a");
      assert.equal(text(Buffer.from([0, 255]), settings), "\0ÿ");
      assert.equal(text(new Uint8Array([65]), settings), "A");
      assert.equal(text({ a: 1 }, settings), '{"a":1}');
      assert.equal(text(undefined, settings), "null");
    }
  });

  it("that JSON cannot hold is Runtime.JSONStringifyError with a way out", () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    for (const value of [circle, 1n, { toJSON: () => assert.fail("thrown by toJSON") }]) {
      assert.throws(() => resultBytes(value, aws), {
        type: "Runtime.JSONStringifyError",
        message: /Return plain data/,
      });
    }
  });
});
