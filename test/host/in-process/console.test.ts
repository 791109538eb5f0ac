// console in a function beside AWS's own runtime for Node: the same calls give the same records, in
// both formats and at each level.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { peers } from "../../contract/peers.ts";
import { type Host, startHost } from "../../helpers/runtime-api.ts";
import { functionFolder } from "../runners/function-folder.ts";

/** Statements; each is one event. */
const calls: Readonly<Record<string, string>> = {
  "each method": `for (const name of ["trace", "debug", "log", "info", "warn", "error", "fatal"]) console[name](name);`,
  "lines in a text": `console.error("first\\nsecond\\r\\nthird\\n"); console.log("\\n");`,
  "an Error alone": `console.error(new TypeError("failed"));`,
  "an Error behind a text": `console.error("payment failed", new RangeError("too much"), 7);`,
  "an Error with members and a cause": `console.warn(Object.assign(new Error("é\\nsecond", { cause: new Error("inner") }), { code: "E_CODE", stackTrace: 1 }));`,
  "an Error inside an object": `console.log({ error: new SyntaxError("inside"), list: [new Error("in a list")] });`,
  "an Error of a class of its own": `class PaymentError extends Error { name = "Renamed"; } console.error(new PaymentError("own")); console.error("with text", new PaymentError("own"));`,
  "an Error without a stack": `const error = new Error("bare"); error.stack = undefined; console.error(error); console.error("text", error);`,
  "an Error without a constructor": `console.error(Object.setPrototypeOf(Object.assign(new Error("odd"), { constructor: null }), Error.prototype));`,
  "an AggregateError": `console.error(new AggregateError([new Error("one"), new Error("two")], "many"));`,
  objects: `console.log({ a: [1, { b: null }], d: new Date(0) }); console.info([1, 2]); console.debug({ toJSON: () => "converted" });`,
  "objects behind a text": `console.log("text", { a: { b: { c: { d: 1 } } } }, [undefined], new Map([[1, 2]]));`,
  placeholders: `console.log("%s is %d of %i, %f %j %o %O %% %c end", "a", 1.5, 2.7, "3.5", { j: 1 }, [1], { O: 1 }, "css", "more");`,
  "a text that is JSON": `console.log('{"level":"ERROR","message":"own"}'); console.error(JSON.stringify({ a: 1 }));`,
  "a text that names a level": `console.log("ERROR in a text"); console.error("<7>debug?");`,
  "embedded metrics": `console.log(JSON.stringify({ _aws: { Timestamp: 0 }, metric: 1 }));`,
  "values that are neither": `for (const value of [undefined, null, true, 1.5, NaN, 10n, Symbol("s"), () => 1, "", -0]) console.log(value);`,
  "values that are neither, behind a text": `console.log("values", undefined, null, true, NaN, 10n, Symbol("s"), () => 1, "", -0);`,
  "no argument": "console.log(); console.error();",
  "a cycle": `const cycle = { name: "c" }; cycle.self = cycle; console.log(cycle); console.warn("text", cycle);`,
  "a BigInt inside": "console.log({ big: 1n });",
  "a member that throws": `console.log({ get bad() { throw new Error("getter"); } });`,
  "Map, Set, Buffer, typed array": `for (const value of [new Map([["k", 1]]), new Set([1]), Buffer.from("ab"), new Uint8Array([1])]) console.log(value);`,
  groups: `console.group("outer"); console.log("inside\\nsecond"); console.group(); console.error("deeper"); console.groupEnd(); console.groupEnd(); console.log("outside");`,
  counters: `console.count(); console.count("label"); console.count("label"); console.countReset("label"); console.count("label");`,
  timers: `console.time("t"); console.timeLog("t", "so far"); console.timeEnd("t");`,
  tables: `console.table([{ a: 1, b: "x" }, { a: 2 }]); console.table("no table");`,
  assertions: `console.assert(true, "not shown"); console.assert(false, "broken %s", "promise"); console.assert(false);`,
  "a method that was taken before": `const { log, error } = console; log("taken"); error("taken too");`,
  "a named import": `const { log } = await import("node:console"); log("imported");`,
  "methods as callbacks": `[1, 2].forEach(console.log); await Promise.resolve("then").then(console.error);`,
  "characters of every length": `console.log("é😀\\u2028\\u0000\\t|", { "é😀": "\\u2028" });`,
  "a long line": `console.log("x".repeat(100_000));`,
};

const names = Object.keys(calls);
const fileOf = (name: string) => name.replaceAll(/\W+/g, "-");
const folder = functionFolder({
  ...Object.fromEntries(
    Object.entries(calls).map(([name, body]) => [
      `${fileOf(name)}.mjs`,
      `export const run = async () => { ${body} };\n`,
    ]),
  ),
  "index.mjs": `console.log("while loading", 1);
export const handler = async (file) => (await import("./" + file)).run();
export const plain = async () => { console.dir({ a: 1 }); console.dirxml([2]); process.stdout.write("out\\n"); process.stderr.write("ERROR err\\n"); };
`,
  // Opens the descriptor for records in frames.
  "framed.sh": `#!/bin/sh\nexec 9>"$FRAMES"\nexec "$BOOTSTRAP"\n`,
});

const skip = existsSync(peers.ric.bootstrap)
  ? false
  : `${peers.ric.title} is not installed: npm run peers`;

const ours = join(import.meta.dirname, "../../../host/bootstrap");

type Env = Record<string, string>;
const settings: readonly (readonly [title: string, env: Env])[] = [
  ["text", {}],
  ["JSON", { AWS_LAMBDA_LOG_FORMAT: "JSON" }],
  ["text, ERROR", { AWS_LAMBDA_LOG_LEVEL: "ERROR" }],
  ["JSON, WARN", { AWS_LAMBDA_LOG_FORMAT: "JSON", AWS_LAMBDA_LOG_LEVEL: "WARN" }],
  ["JSON, DEBUG", { AWS_LAMBDA_LOG_FORMAT: "JSON", AWS_LAMBDA_LOG_LEVEL: "DEBUG" }],
  ["JSON, a level that is none", { AWS_LAMBDA_LOG_FORMAT: "JSON", AWS_LAMBDA_LOG_LEVEL: "LOUD" }],
];

for (const [title, env] of settings) {
  describe(`records as of ${peers.ric.title}: ${title}`, { skip }, () => {
    it("of each call, and of the loading", async () => {
      const options = { handler: "index.handler", root: folder.root, env };
      await using mine = await startHost(options);
      await using theirs = await startHost({ ...options, bootstrap: peers.ric.bootstrap });
      // What was logged while the module was loaded stands before it.
      await Promise.all([mine.invoke('"each-method.mjs"'), theirs.invoke('"each-method.mjs"')]);
      for (const name of names) {
        const [actual, expected] = [await logOf(mine, name), await logOf(theirs, name)];
        assert.deepEqual(actual, expected, name);
      }
      assert.equal(firstLine(mine), firstLine(theirs));
    });
  });
}

for (const [title, env] of settings.slice(0, 2)) {
  describe(`frames as of ${peers.ric.title}: ${title}`, { skip }, () => {
    it("of each call", async () => {
      const [mine, theirs] = [await framesOf(ours, env), await framesOf(peers.ric.bootstrap, env)];
      assert.ok(mine.length > names.length);
      assert.deepEqual(mine, theirs);
    });
  });
}

describe("what is not a record", () => {
  for (const [title, env] of settings.slice(0, 2)) {
    it(`is a plain line: ${title}`, async () => {
      await using host = await startHost({ handler: "index.plain", root: folder.root, env });
      const { log, requestId } = await host.invoke({});
      const lines = log.trim().split("\n");
      if (title === "text") {
        assert.deepEqual(lines.sort(), ["ERROR err", "[ 2 ]", "out", "{ a: 1 }"]);
        return;
      }
      const records = lines.map((line) => JSON.parse(line));
      assert.ok(records.every((record) => record.requestId === requestId));
      assert.deepEqual(records.map((record) => `${record.level} ${record.message}`).sort(), [
        "ERROR ERROR err",
        "INFO [ 2 ]",
        "INFO out",
        "INFO { a: 1 }",
      ]);
    });
  }
});

function firstLine(host: Host): string | undefined {
  return normalised(host.log(), "")
    .split("\n")
    .find((line) => line.includes("while loading"));
}

async function logOf(host: Host, name: string): Promise<string> {
  const before = host.log().length;
  const { status, requestId, body } = await host.invoke(`"${fileOf(name)}.mjs"`);
  // A call that throws throws in both; what the runtime itself logs of it is another matter.
  if (status === "error") return JSON.parse(body.toString()).errorMessage;
  return normalised(host.log().slice(before), requestId);
}

/** Times, ids and durations differ, and so do the frames below the user's own. */
function normalised(log: string, requestId: string): string {
  return log
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, (time) =>
      time.startsWith("1970") ? time : "TIME",
    )
    .replaceAll(requestId || "no request", "ID")
    .replaceAll(/[\d.]+(?:ms|s)\b/g, "DURATION")
    .replaceAll(/ +\.\.\. \d+ lines matching cause stack trace \.\.\./g, " at them")
    .replaceAll(/(?:\r|\n|,?")? +at (?!run )[^\r\n"]*"?/g, "");
}

/** Type and text of each frame. */
async function framesOf(bootstrap: string, env: Env): Promise<[number, string][]> {
  const FRAMES = join(folder.root, bootstrap === ours ? "ours" : "theirs");
  await using host = await startHost({
    handler: "index.handler",
    root: folder.root,
    bootstrap: join(folder.root, "framed.sh"),
    env: { ...env, FRAMES, BOOTSTRAP: bootstrap, _LAMBDA_TELEMETRY_LOG_FD: "9" },
  });
  const ids: string[] = [];
  for (const name of names) {
    const { status, requestId } = await host.invoke(`"${fileOf(name)}.mjs"`);
    if (status === "response") ids.push(requestId);
  }
  const bytes = readFileSync(FRAMES);
  const frames: [number, string][] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 16 + bytes.readUInt32BE(at + 4);
    let text = bytes.toString("utf8", at + 16, end);
    for (const id of ids) text = text.replaceAll(id, "ID");
    frames.push([bytes.readUInt32BE(at), normalised(text, "")]);
    at = end;
  }
  return frames;
}
