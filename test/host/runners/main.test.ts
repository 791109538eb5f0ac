// Mode `main`: what belongs to one event stays with it, though all of them share a process.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { functionFolder } from "./function-folder.ts";
import { peakMemoryMB } from "./process-facts.ts";

const folder = functionFolder({
  // What it does is told by the event.
  "behaves.mjs": `import { readFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
let events = 0;
export async function main() {
  events++;
  const { does, after = 0 } = JSON.parse(readFileSync(0, "utf8"));
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  switch (does) {
    case "count": return void console.log(events);
    case "exit": console.log("half"); process.exit(3); break;
    case "exit 0": process.stdout.write("whole"); process.exit(); break;
    case "exit later": await wait(20); console.log("before"); process.exit(0); break;
    case "exit in callback": setTimeout(() => { process.stdout.write("called"); process.exit(0); }, 20); await wait(5000); break;
    case "exit caught": try { process.exit(4); } catch { console.log("went on"); } break;
    case "exit in finally": try { process.stdout.write("a"); process.exit(0); } finally { console.log("finally"); } break;
    case "exit in promise": await Promise.resolve().finally(() => process.exit(0)); console.log("went on"); break;
    case "exit twice": setTimeout(() => process.exit(1), 5); process.exit(0); break;
    case "exit 256": process.exit(256); break;
    case "exit code": process.exitCode = 5; console.error("five"); break;
    case "throw": throw new RangeError("thrown");
    case "throw text": throw "only text";
    case "late output": setTimeout(() => { console.log("late out"); process.stderr.write("late err"); }, after); console.log("early"); break;
    case "late reject": setTimeout(() => Promise.reject(new TypeError("late")), after); console.log("early"); break;
    case "uncaught": setTimeout(() => { throw new TypeError("uncaught"); }, 5); await wait(5000); break;
    case "unhandled": Promise.reject(new TypeError("unhandled")); await wait(5000); break;
    case "hang": await wait(60000); break;
    case "chdir": process.chdir("/"); console.log(process.cwd()); break;
    case "cwd": console.log(process.cwd()); break;
    case "large": for (let n = 0; n < 500; n++) process.stdout.write("x".repeat(65536)); console.log("never"); break;
    case "endless": for (;;) process.stdout.write("x".repeat(65536));
    case "small": for (let n = 0; n < 2_000_000; n++) process.stdout.write("x"); break;
    case "environment": {
      const id = process.env.LAMBDA_RUNTIME_AWS_REQUEST_ID;
      const child = execFileSync("sh", ["-c", "echo $LAMBDA_RUNTIME_AWS_REQUEST_ID"]).toString().trim();
      console.log(JSON.stringify({
        id, child, spread: { ...process.env }.LAMBDA_RUNTIME_AWS_REQUEST_ID,
        has: "LAMBDA_RUNTIME_AWS_REQUEST_ID" in process.env, hasTrace: "_X_AMZN_TRACE_ID" in process.env,
        keys: Object.keys(process.env).filter((name) => name.startsWith("LAMBDA_RUNTIME_")).length,
        entry: Object.entries(process.env).some(([name, value]) => name === "LAMBDA_RUNTIME_AWS_REQUEST_ID" && value === id),
        api: process.env.AWS_LAMBDA_RUNTIME_API, kept: process.env.KEPT, own: process.env.OWN,
      }));
      process.env.KEPT = 7; process.env.LAMBDA_RUNTIME_AWS_REQUEST_ID = "forged"; delete process.env.OWN;
      if (process.env.LAMBDA_RUNTIME_AWS_REQUEST_ID !== "forged" || "OWN" in process.env) throw new Error("not set");
      delete process.env.LAMBDA_RUNTIME_AWS_REQUEST_ID;
      if ("LAMBDA_RUNTIME_AWS_REQUEST_ID" in process.env) throw new Error("not deleted");
      break;
    }
  }
}
`,
  "pipelines.mjs": `import { PassThrough, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
process.stdout.on("error", function ofTheModule() {});
export async function main() {
  process.stdout.on("error", () => {}).once("drain", () => {});
  const fails = () => new Transform({ transform(part, _, done) { done(String(part) === "fail" ? new RangeError("in the pipeline") : null, part); } });
  await pipeline(process.stdin, fails(), new PassThrough(), process.stdout);
  process.stderr.write(String(process.stdout.listenerCount("error")));
}`,
  "arguments.mjs":
    "export const main = (...argv) => console.log(JSON.stringify([argv, process.argv.slice(2)]));",
  "common.cjs":
    "exports.main = async () => { console.log(require('node:fs').readFileSync(0, 'utf8')); };",
  "typed.ts": "export function main(): void { const text: string = 'typed'; console.log(text); }",
  "listens.mjs": `process.on("uncaughtException", (error) => {
  if (error.message === "ignored") return;
  console.error("heard " + error.message);
  process.exit(4);
});
let events = 0;
export async function main() {
  let text = ""; for await (const part of process.stdin) text += part;
  if (text !== "count") setTimeout(() => { throw new RangeError(text); }, 5);
  await new Promise((resolve) => setTimeout(resolve, 50));
  console.log(++events);
}`,
  "exits.mjs": "process.exit(2); export function main() {}",
  "throws-at-load.mjs":
    "setTimeout(() => { throw new RangeError('at load'); }, 5); await new Promise((resolve) => setTimeout(resolve, 200)); export function main() {}",
  "outside.mjs":
    "setTimeout(() => process.exit(6), 300); export async function main() { await new Promise((resolve) => setTimeout(resolve, 3000)); }",
  "stream.mjs": `import { once } from "node:events";
import { readFileSync } from "node:fs";
export async function main() {
  const { does } = JSON.parse(readFileSync(0, "utf8"));
  if (does === "nothing") return;
  if (does === "fail first") throw new RangeError("first");
  process.stdout.write("first,");
  if (does === "fail") throw new RangeError("midway");
  if (does === "exit") process.exit(3);
  if (does === "uncaught") { setTimeout(() => { throw new TypeError("uncaught"); }, 5); await new Promise(() => {}); }
  if (does === "much") {
    let waits = 0;
    for (let n = 0; n < 320; n++) if (!process.stdout.write("x".repeat(65536))) { waits++; await once(process.stdout, "drain"); }
    console.error(waits);
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
  process.stdout.write("last");
}`,
});

const start = (env: Record<string, string> = {}) => folder.start("behaves.mjs", env);

describe("process.exit ends the event and not the host", { concurrency: 2 }, () => {
  const cases: readonly (readonly [does: string, answer: string | RegExp])[] = [
    ["exit", /"Function\.Exit3"/],
    ["exit 0", "whole"],
    ["exit later", "before\n"],
    ["exit in callback", "called"],
    ["exit caught", /"Function\.Exit4"/],
    ["exit in finally", "a"],
    ["exit in promise", ""],
    ["exit twice", ""],
    ["exit 256", ""],
    ["exit code", /"Function\.Exit5".*"five"/],
    ["throw", /"RangeError".*"thrown".*behaves\.mjs/],
    ["throw text", /"string".*"only text"/],
  ];
  for (const [does, expected] of cases) {
    it(does, async () => {
      await using host = await start();
      const answer = await host.invoke({ does }, { deadlineMs: Date.now() + 3000 });
      if (typeof expected === "string") assert.equal(answer.body.toString(), expected);
      else assert.match(answer.body.toString(), expected);
      assert.equal(answer.status, typeof expected === "string" ? "response" : "error");
      if (does === "exit") assert.match(answer.log, /^half$/m);
      await delay(20);
      assert.equal((await host.invoke({ does: "count" })).body.toString(), "2\n");
    });
  }
});

describe("what comes late", { concurrency: 2 }, () => {
  it("is in the log, and in no later event", async () => {
    await using host = await start({ AWS_LAMBDA_LOG_FORMAT: "JSON" });
    const first = await host.invoke({ does: "late output", after: 30 });
    assert.equal(first.body.toString(), "early\n");
    await delay(60);
    assert.equal((await host.invoke({ does: "exit later" })).body.toString(), "before\n");
    const late = host
      .log()
      .split("\n")
      .filter((line) => line.includes("late"));
    assert.deepEqual(
      late.map((line) => JSON.parse(line)).map(({ message, requestId }) => [message, requestId]),
      [
        ["late out", first.requestId],
        ["late err", first.requestId],
      ],
    );
  });

  it("of an event that timed out is in the log too, and the host goes on", async () => {
    await using host = await start();
    const started = Date.now();
    const answer = await host.invoke({ does: "hang" }, { deadlineMs: started + 700 });
    assert.match(answer.body.toString(), /"Function\.Timeout"/);
    assert.ok(Date.now() - started < 700);
    assert.equal((await host.invoke({ does: "count" })).body.toString(), "2\n");
  });
});

describe("an exception that nothing caught", { concurrency: 2 }, () => {
  for (const does of ["uncaught", "unhandled"]) {
    it(`${does}: fails its event, then ends the host`, async () => {
      await using host = await start();
      const answer = await host.invoke({ does });
      assert.match(answer.body.toString(), new RegExp(`"TypeError".*"${does}"`));
      assert.equal((await host.exited).code, 1);
    });
  }

  it("after its event ends the host all the same", async () => {
    await using host = await start();
    assert.equal((await host.invoke({ does: "late reject", after: 20 })).status, "response");
    assert.equal((await host.exited).code, 1);
    assert.match(host.log(), /TypeError: late/);
  });

  it("while the module loads is the init error", async () => {
    await using host = await folder.start("throws-at-load.mjs");
    assert.match(String((await host.initError)?.body), /"RangeError".*"at load"/);
    assert.equal((await host.exited).code, 1);
  });

  it("process.exit while the module loads is an init error that says what to do", async () => {
    await using host = await folder.start("exits.mjs");
    assert.match(
      String((await host.initError)?.body),
      /ScriptExitedAtInit.*STDLAMBDA_MODE=prefork/,
    );
    assert.equal((await host.exited).code, 1);
  });

  it("that the module's own listener has heard is its own affair", async () => {
    await using host = await folder.start("listens.mjs");
    assert.equal((await host.invoke("ignored")).body.toString(), "1\n");
    const answer = await host.invoke("fatal");
    assert.match(answer.body.toString(), /"Function\.Exit4".*"heard fatal"/);
    await delay(80);
    assert.equal((await host.invoke("count")).body.toString(), "3\n");
  });

  it("process.exit while no event runs ends the host and names the reason", async () => {
    await using host = await folder.start("outside.mjs");
    assert.equal((await host.exited).code, 1);
    assert.match(host.log(), /process\.exit\(6\).*belongs to no event/);
  });
});

describe("the size of the response", { concurrency: 2 }, () => {
  for (const does of ["large", "endless"]) {
    it(`${does}: stops the writer in bounded memory, and logs nothing of it`, async () => {
      await using host = await start();
      const answer = await host.invoke({ does });
      assert.match(answer.body.toString(), /"Function\.ResponseSizeTooLarge"/);
      assert.ok(answer.log.length < 1000);
      assert.ok(peakMemoryMB(host.pid) < 200, `${peakMemoryMB(host.pid)} MB`);
      assert.equal((await host.invoke({ does: "count" })).body.toString(), "2\n");
    });
  }

  it("small writes cost no more memory than their bytes", async () => {
    await using host = await start();
    assert.equal((await host.invoke({ does: "small" })).body.length, 2_000_000);
    assert.ok(peakMemoryMB(host.pid) < 200, `${peakMemoryMB(host.pid)} MB`);
  });
});

describe("what main finds", { concurrency: 2 }, () => {
  it("is the environment of its own event, however it looks", async () => {
    await using host = await start({ OWN: "x" });
    for (let n = 0; n < 2; n++) {
      const headers = n === 0 ? { "Lambda-Runtime-Trace-Id": "Root=1" } : {};
      const answer = await host.invoke({ does: "environment" }, { headers });
      const seen = JSON.parse(answer.body.toString());
      const id = answer.requestId;
      assert.equal(seen.id, id);
      assert.equal(seen.child, id);
      assert.equal(seen.spread, id);
      assert.ok(seen.has && seen.entry);
      assert.equal(seen.hasTrace, n === 0);
      assert.ok(seen.keys >= 5, String(seen.keys));
      assert.equal(seen.api, undefined);
      // What is not an event's is the process's, as in any warm function.
      assert.deepEqual([seen.kept, seen.own], n === 0 ? [undefined, "x"] : ["7", undefined]);
    }
  });

  it("is LAMBDA_TASK_ROOT as its folder, whatever an earlier event did", async () => {
    await using host = await start();
    assert.equal((await host.invoke({ does: "chdir" })).body.toString(), "/\n");
    assert.equal((await host.invoke({ does: "cwd" })).body.toString(), `${folder.root}\n`);
  });

  it("are its arguments", async () => {
    await using host = await folder.start("script:arguments.mjs,--fast,a%20b");
    const seen = JSON.parse((await host.invoke({})).body.toString());
    assert.deepEqual(seen, [
      ["--fast", "a b"],
      ["--fast", "a b"],
    ]);
  });

  it("may be CommonJS or TypeScript", async () => {
    await using common = await folder.start("common.cjs");
    assert.equal((await common.invoke("as it came")).body.toString(), "as it came\n");
    await using typed = await folder.start("typed.ts");
    assert.equal((await typed.invoke({})).body.toString(), "typed\n");
  });
});

describe("a pipeline into stdout", { concurrency: 2 }, () => {
  it("that fails fails its event, and only that", async () => {
    await using host = await folder.start("pipelines.mjs");
    assert.equal((await host.invoke("before")).body.toString(), "before");
    assert.match((await host.invoke("fail")).body.toString(), /"RangeError".*"in the pipeline"/);
    assert.equal((await host.invoke("after")).body.toString(), "after");
  });

  it("leaves no listener to the events after it", async () => {
    await using host = await folder.start("pipelines.mjs");
    const { log } = await host.invoke("{}");
    for (let n = 0; n < 50; n++) assert.equal((await host.invoke("{}")).log, log);
  });
});

describe("streamed", { concurrency: 2 }, () => {
  const streamed = { STDLAMBDA_STDOUT: "stream" };

  it("the first byte leaves before the last is written", async () => {
    await using host = await folder.start("stream.mjs", streamed);
    const answer = await host.invoke({ does: "both" });
    assert.equal(answer.body.toString(), "first,last");
    assert.equal(answer.headers["lambda-runtime-function-response-mode"], "streaming");
    const [first, ...more] = answer.chunks;
    assert.ok((more.at(-1)?.at ?? 0) - (first?.at ?? 0) > 80);
  });

  it("a writer that waits for drain goes on", async () => {
    await using host = await folder.start("stream.mjs", streamed);
    const answer = await host.invoke({ does: "much" });
    assert.equal(answer.body.length, 320 * 65536 + "first,last".length);
    assert.ok(Number(answer.log.split("\t")[3]) > 0);
  });

  for (const [does, type] of [
    ["fail", "RangeError"],
    ["exit", "Function.Exit3"],
  ] as const) {
    it(`${does} midway keeps what was written and ends in trailers`, async () => {
      await using host = await folder.start("stream.mjs", streamed);
      const answer = await host.invoke({ does });
      assert.equal(answer.body.toString(), "first,");
      assert.equal(trailing(answer.trailers).errorType, type);
      assert.equal((await host.invoke({ does: "both" })).body.toString(), "first,last");
    });
  }

  it("an uncaught exception midway ends in trailers, then ends the host", async () => {
    await using host = await folder.start("stream.mjs", streamed);
    const answer = await host.invoke({ does: "uncaught" });
    assert.equal(trailing(answer.trailers).errorType, "TypeError");
    assert.equal((await host.exited).code, 1);
  });

  it("without a byte is an empty response or an error", async () => {
    await using host = await folder.start("stream.mjs", streamed);
    assert.equal((await host.invoke({ does: "nothing" })).body.length, 0);
    const answer = await host.invoke({ does: "fail first" });
    assert.equal(answer.status, "error");
    assert.match(answer.body.toString(), /"RangeError"/);
  });
});

function trailing(trailers: NodeJS.Dict<string>): { errorType: string } {
  const body = trailers["lambda-runtime-function-error-body"] ?? "";
  return JSON.parse(Buffer.from(body, "base64").toString());
}
