// Functions that answer by a callback, where AWS's runtime still takes them: Node.js 22 and older.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { functionFolder } from "./function-folder.ts";

const folder = functionFolder({
  "index.cjs": `const fs = require("node:fs");
const events = [];
exports.atOnce = (event, context, callback) => callback(null, { event });
exports.later = (event, context, callback) => setTimeout(() => callback(null, "later"), 20);
exports.reads = (event, context, callback) => { fs.readFile(__filename, (error, data) => callback(error, data.length > 0)); };
exports.fails = (event, context, callback) => callback(new RangeError("refused"));
exports.failsText = (event, context, callback) => setImmediate(callback, "only text");
exports.nothing = (event, context, callback) => callback();
exports.twice = (event, context, callback) => { context.callbackWaitsForEmptyEventLoop = false; callback(null, 1); callback(null, 2); callback(new Error("no")); };
exports.throws = (event, context, callback) => { throw new TypeError("thrown"); };
exports.throwsLater = (event, context, callback) => setTimeout(() => { throw new TypeError("thrown later"); }, 5);
exports.never = (event, context, callback) => {};
exports.neverButWorks = (event, context, callback) => { setTimeout(() => events.push("worked"), 30); };
exports.worked = (event, context, callback) => callback(null, events);
exports.waits = (event, context, callback) => { const list = []; setTimeout(() => list.push("timer"), 50); callback(null, list); };
exports.waitsNot = (event, context, callback) => { context.callbackWaitsForEmptyEventLoop = false; setInterval(() => {}, 1000); callback(null, "at once"); };
exports.holds = (event, context, callback) => { const timer = setInterval(() => {}, 1000); callback(null, "never"); setTimeout(() => clearInterval(timer), 3000); };
exports.async = async (event, context, callback) => { callback(null, "of the callback"); return "of the promise"; };
exports.done = (event, context) => { setTimeout(() => context.done(null, "done"), 5); };
exports.succeed = (event, context) => context.succeed("succeeded");
exports.fail = (event, context) => context.fail(new RangeError("failed"));
exports.value = (event) => ({ value: event });
exports.hidden = function () { arguments[2](null, "third"); };
exports.exits = (event, context, callback) => process.exit(0);
exports.logs = (event, context, callback) => { console.log("logged"); setTimeout(() => { console.log("later"); callback(null, context.awsRequestId); }, 5); };
`,
});

const node22 = { AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x" };
const cases: Readonly<Record<string, string | RegExp>> = {
  atOnce: '{"event":{"a":1}}',
  later: '"later"',
  reads: "true",
  fails: /"RangeError".*"refused"/,
  failsText: /"string".*"only text"/,
  nothing: "null",
  twice: "1",
  throws: /"TypeError".*"thrown"/,
  never: "null",
  waits: '["timer"]',
  waitsNot: '"at once"',
  async: '"of the promise"',
  done: '"done"',
  succeed: '"succeeded"',
  fail: /"RangeError".*"failed"/,
  value: '{"value":{"a":1}}',
  hidden: '"third"',
  exits: /"Function\.NoResponse"/,
};

describe("a callback on nodejs22.x", { concurrency: 2 }, () => {
  for (const [name, expected] of Object.entries(cases)) {
    it(name, async () => {
      await using host = await folder.start(`index.${name}`, node22);
      for (let n = 0; n < 3; n++) {
        const { status, body } = await host.invoke({ a: 1 }, { deadlineMs: Date.now() + 10_000 });
        if (typeof expected === "string") assert.equal(body.toString(), expected);
        else assert.match(body.toString(), expected);
        assert.equal(status, typeof expected === "string" ? "response" : "error");
      }
    });
  }

  it("an older one takes them too, and without a deadline", async () => {
    await using host = await folder.start("index.waits", {
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs18.x",
      STDLAMBDA_SIGTERM: "on",
    });
    const headers = { "Lambda-Runtime-Deadline-Ms": "none" };
    assert.equal((await host.invoke({}, { headers })).body.toString(), '["timer"]');
  });

  it("waits for the event loop until the deadline", async () => {
    await using host = await folder.start("index.holds", node22);
    const { body } = await host.invoke({}, { deadlineMs: Date.now() + 1000 });
    assert.match(body.toString(), /"Function\.Timeout"/);
  });

  it("that is never called answers when the work is done", async () => {
    await using host = await folder.start("index.neverButWorks", node22);
    const started = Date.now();
    assert.equal((await host.invoke({})).body.toString(), "null");
    assert.ok(Date.now() - started >= 29);
  });

  it("an exception that nothing caught fails the event", async () => {
    await using host = await folder.start("index.throwsLater", node22);
    assert.match((await host.invoke({})).body.toString(), /"TypeError".*"thrown later"/);
    assert.equal((await host.exited).code, 1);
  });

  it("logs and answers as of its event", async () => {
    await using host = await folder.start("index.logs", node22);
    for (let n = 0; n < 2; n++) {
      const { body, log, requestId } = await host.invoke({});
      assert.equal(body.toString(), JSON.stringify(requestId));
      assert.equal(log.split(requestId).length, 3);
    }
  });
});

describe("a callback on Node.js 24", { concurrency: 2 }, () => {
  for (const env of [
    {},
    { AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x" },
    { AWS_EXECUTION_ENV: "AWS_Lambda_provided.al2023" },
  ]) {
    it(`is AWS's error: ${JSON.stringify(env)}`, async () => {
      await using host = await folder.start("index.atOnce", env as Record<string, string>);
      assert.match(String((await host.initError)?.body), /CallbackHandlerDeprecated.*Node\.js 24/);
    });
  }
});
