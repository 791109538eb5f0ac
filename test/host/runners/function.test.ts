// Functions: how each convention calls them, and what becomes of what they give.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { functionFolder } from "./function-folder.ts";

const folder = functionFolder({
  "index.mjs": `import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import vm from "node:vm";
import { createGzip } from "node:zlib";
export const text = (body, headers) => body + "|" + typeof headers["lambda-runtime-aws-request-id"];
export const bytes = () => new Uint8Array([0xff, 0x00, 0x41]);
export const data = (event) => ({ event });
export const nothing = () => {};
export const echo = (event) => event;
export const logs = () => { console.log("out"); process.stdout.write("part"); console.error("err"); return 1; };
export const stdio = async () => { for await (const part of process.stdin) process.stdout.write(part); return "ignored"; };
export const exits = () => process.exit(0);
export const large = () => "x".repeat(7_000_000);
export const big = () => ({ n: 1n });
export const rejects = () => { Promise.reject(new TypeError("unheard")); return new Promise(() => {}); };
export const hangs = () => new Promise(() => {});
export const context = (event, context) => ({ ...context, remaining: context.getRemainingTimeInMillis() });
export const thenable = () => ({ then(resolve) { setTimeout(resolve, 5, "thenable"); } });
export const callback = (event, context, callback) => callback(null, 1);
export const environment = () => [process.env.LAMBDA_RUNTIME_AWS_REQUEST_ID, process.env._X_AMZN_TRACE_ID];
export const arrayBuffer = () => new Uint8Array([1, 2, 3]).buffer;
export const shared = () => { const shared = new SharedArrayBuffer(2); new Uint8Array(shared).set([255, 1]); return shared; };
export const dataView = () => new DataView(new Uint8Array([0, 1, 2, 3]).buffer, 1, 2);
export const float = () => new Float32Array([1]);
export const blob = () => new Blob(["né", new Uint8Array([255])]);
export const file = async () => new File(["in a file"], "name.txt");
export const readable = () => Readable.from(["one ", Buffer.from([255]), "two"]);
export const bytesOnly = () => createReadStream(import.meta.filename, { end: 5 });
export const webStream = () => new Blob(["of the web"]).stream();
export const generator = async function* () { yield "g"; yield new Uint8Array([1]).buffer; };
export const foreign = () => vm.runInNewContext("new Uint8Array([7]).buffer");
export const compressed = () => Readable.from(["text"]).pipe(createGzip());
export const nothingInIt = () => Readable.from([]);
export const breaks = () => Readable.from((function* () { yield "part"; throw new RangeError("midway"); })());
export const ofObjects = () => Readable.from([{ a: 1 }]);
export const endlessStream = () => Readable.from((function* () { for (;;) yield Buffer.alloc(65536); })());
export const collections = () => ({ map: new Map([[1, 2]]), set: new Set([1]) });
export const unset = undefined;
export const empty = null;
export const value = 42;
export const api = { deep: { get: () => "deep" } };
export default { inDefault: () => "default" };
`,
  "unset.cjs": "exports.handler = undefined;",
  "lib.mjs": "export const make = ({ a }) => (event) => ({ a, event });",
  "lib.cjs": "module.exports = { four: 4 };",
  "broken.mjs": "export const handler = () => {;\n  return (;\n};",
  "lacking.mjs": 'import "./nowhere.mjs"; export const handler = () => {};',
  "throwing.mjs": 'throw new RangeError("while loading"); export const handler = () => {};',
});

const aws = {};
const string = { STDLAMBDA_CONVENTION: "string" };
const json = { STDLAMBDA_CONVENTION: "json" };
const stdio = { STDLAMBDA_CONVENTION: "stdio" };

type Case = readonly [
  name: string,
  handler: string,
  settings: Record<string, string>,
  event: string | Buffer,
  answer: string | Buffer | RegExp,
];

const cases: readonly Case[] = [
  ["aws: a string is JSON", "index.echo", aws, '"é"', '"é"'],
  ["aws: undefined is null", "index.nothing", aws, "{}", "null"],
  ["aws: an empty event is undefined", "index.echo", aws, "", "null"],
  ["aws: bytes are JSON as any object", "index.bytes", aws, "{}", '{"0":255,"1":0,"2":65}'],
  ["aws: a thenable is awaited", "index.thenable", aws, "{}", '"thenable"'],
  ["aws: an event that is no JSON", "index.echo", aws, "{", /"Runtime\.UnmarshalError"/],
  ["aws: a BigInt", "index.big", aws, "{}", /"Runtime\.JSONStringifyError"/],
  ["aws: too large", "index.large", aws, "{}", /"Function\.ResponseSizeTooLarge"/],
  ["aws: process.exit", "index.exits", aws, "{}", /"Function\.NoResponse".*Return a value/],
  ["string: text as it is", "index.text", string, '{"a": 1}', '{"a": 1}|string'],
  ["string: bytes as they are", "index.bytes", string, "", Buffer.from([0xff, 0x00, 0x41])],
  ["string: other values are JSON", "index.api.deep.get", json, "{}", "deep"],
  ["string: nothing is null", "index.nothing", string, "", "null"],
  [
    "string: latin1, both ways",
    "index.echo",
    { ...string, STDLAMBDA_ENCODING: "latin1" },
    Buffer.from([0xe9, 0xff]),
    Buffer.from([0xe9, 0xff]),
  ],
  [
    "string: utf-16le, both ways",
    "index.echo",
    { ...string, STDLAMBDA_ENCODING: "utf-16le" },
    Buffer.from("é😀", "utf16le"),
    Buffer.from("é😀", "utf16le"),
  ],
  ["string: an ArrayBuffer", "index.arrayBuffer", string, "", Buffer.from([1, 2, 3])],
  ["json: a SharedArrayBuffer", "index.shared", json, "{}", Buffer.from([255, 1])],
  ["string: a DataView, a part of its buffer", "index.dataView", string, "", Buffer.from([1, 2])],
  ["string: any typed array", "index.float", string, "", Buffer.from(new Float32Array([1]).buffer)],
  [
    "json: a Blob",
    "index.blob",
    json,
    "{}",
    Buffer.concat([Buffer.from("né"), Buffer.from([255])]),
  ],
  ["string: a File", "index.file", string, "", "in a file"],
  [
    "string: a stream of Node's",
    "index.readable",
    string,
    "",
    Buffer.from("one \xfftwo", "latin1"),
  ],
  ["json: a stream of a file", "index.bytesOnly", json, "{}", "import"],
  ["string: a stream of the web", "index.webStream", string, "", "of the web"],
  ["string: an async generator", "index.generator", string, "", "g\x01"],
  ["string: a buffer of another realm", "index.foreign", string, "", "\x07"],
  ["string: a stream behind another", "index.compressed", string, "", gzipSync("text")],
  ["string: an empty stream", "index.nothingInIt", string, "", ""],
  ["string: a stream that fails", "index.breaks", string, "", /"RangeError".*"midway"/],
  ["string: a stream of objects", "index.ofObjects", string, "", /"TypeError".*stream of object/],
  ["string: a stream without end", "index.endlessStream", string, "", /ResponseSizeTooLarge/],
  [
    "string: Map and Set as JSON.stringify has them",
    "index.collections",
    string,
    "",
    '{"map":{},"set":{}}',
  ],
  ["json: data in, data out", "index.data", json, '{"a":[1]}', '{"event":{"a":[1]}}'],
  ["json: a string as it is", "index.echo", json, '"text"', "text"],
  ["stdio: what was written", "index.stdio", stdio, "\0bytes\n", "\0bytes\n"],
  ["the default export is looked at", "index.inDefault", aws, "{}", '"default"'],
  ["a nested export", "index.api.deep.get", aws, "{}", '"deep"'],
  ["expression: a function", "(e)=>({n:e.length})", aws, "[1,2]", '{"n":2}'],
  ["expression: async", "async(e)=>e+1", aws, "1", "2"],
  [
    "expression: a promise",
    'import("./lib.mjs").then(m=>m.make({a:1}))',
    aws,
    "3",
    '{"a":1,"event":3}',
  ],
  ["expression: require", '()=>require("./lib.cjs").four', aws, "{}", "4"],
  ["expression: a built-in", '()=>require("node:path").sep', string, "", "/"],
];

describe("a function is called and answers", { concurrency: 2 }, () => {
  for (const [name, handler, settings, event, expected] of cases) {
    it(name, async () => {
      await using host = await folder.start(handler, settings);
      for (let n = 0; n < 2; n++) {
        const { status, body } = await host.invoke(event);
        if (expected instanceof RegExp) assert.match(body.toString(), expected);
        else assert.deepEqual(body, Buffer.from(expected));
        assert.equal(status, expected instanceof RegExp ? "error" : "response");
      }
    });
  }

  it("stdout of a function is log, in order, with its request id", async () => {
    await using host = await folder.start("index.logs", { AWS_LAMBDA_LOG_FORMAT: "JSON" });
    const answer = await host.invoke({});
    assert.equal(answer.body.toString(), "1");
    const records = answer.log
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(records.map(({ message }) => message).sort(), ["err", "out", "part"]);
    assert.ok(records.every(({ requestId }) => requestId === answer.requestId));
  });

  it("the context tells the time that remains", async () => {
    await using host = await folder.start("index.context");
    const answer = await host.invoke({}, { deadlineMs: Date.now() + 60_000 });
    const context = JSON.parse(answer.body.toString());
    assert.ok(context.remaining > 55_000 && context.remaining <= 60_000);
    assert.equal(context.awsRequestId, answer.requestId);
    assert.equal(context.memoryLimitInMB, "512");
  });

  it("the environment is the event's, and a trace does not stay", async () => {
    await using host = await folder.start("index.environment");
    const traced = await host.invoke({}, { headers: { "Lambda-Runtime-Trace-Id": "Root=1" } });
    assert.deepEqual(JSON.parse(traced.body.toString()), [traced.requestId, "Root=1"]);
    const plain = await host.invoke({});
    assert.deepEqual(JSON.parse(plain.body.toString()), [plain.requestId, null]);
  });
});

describe("a function that does not answer", { concurrency: 2 }, () => {
  it("is given up before the deadline, and the next event is served", async () => {
    await using host = await folder.start("index.hangs");
    for (let n = 0; n < 2; n++) {
      const started = Date.now();
      const answer = await host.invoke({}, { deadlineMs: started + 1500 });
      assert.match(answer.body.toString(), /"Function\.Timeout"/);
      assert.ok(Date.now() - started < 1500 && Date.now() - started > 1000);
    }
  });

  it("for a rejection that nobody heard fails its event, and ends the host", async () => {
    await using host = await folder.start("index.rejects");
    assert.match((await host.invoke({})).body.toString(), /"TypeError".*"unheard"/);
    assert.equal((await host.exited).code, 1);
  });

  for (const inMs of [900_000, 2 ** 40, 8.64e15, Number.NaN]) {
    it(`is not hurried by a deadline in ${inMs} ms`, async () => {
      await using host = await folder.start("index.thenable");
      const headers = { "Lambda-Runtime-Deadline-Ms": String(Date.now() + inMs) };
      assert.equal((await host.invoke({}, { headers })).body.toString(), '"thenable"');
    });
  }
});

describe("a function that cannot be loaded is an init error", { concurrency: 2 }, () => {
  const failures = [
    ["index.callback", /Runtime\.CallbackHandlerDeprecated.*Node\.js 24/],
    ["index.nosuch", /Runtime\.HandlerNotFound.*index\.mjs.*nosuch.*It exports: .*text/],
    ["index.unset", /Runtime\.HandlerNotFound.*exports unset, but its value is undefined/],
    ["unset.handler", /Runtime\.HandlerNotFound.*exports handler, but its value is undefined/],
    ["index.empty", /Runtime\.HandlerNotFound.*empty.*is null/],
    ["index.value", /Runtime\.HandlerNotFound.*not a function but of type number/],
    ["broken.handler", /Runtime\.UserCodeSyntaxError.*broken\.mjs/],
    ["lacking.handler", /Runtime\.ImportModuleError.*nowhere/],
    ["throwing.handler", /"RangeError".*"while loading"/],
    ["expr:({a:1})", /Runtime\.InvalidExpression.*object, not to a function/],
    ["expr:(=>", /Runtime\.UserCodeSyntaxError.*does not parse/],
    ["expr:nosuch.name", /Runtime\.InvalidExpression.*ReferenceError: nosuch/],
    ['expr:import("./nowhere.mjs")', /Runtime\.InvalidExpression.*nowhere/],
  ] as const;
  for (const [handler, expected] of failures) {
    it(handler, async () => {
      await using host = await folder.start(handler);
      assert.match(String((await host.initError)?.body), expected);
      assert.notEqual((await host.exited).code, 0);
    });
  }
});
