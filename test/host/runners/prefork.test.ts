// Mode `prefork`: the same answers as `spawn`, from a process that was there before the event.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Answer } from "../../helpers/runtime-api-server.ts";
import { functionFolder } from "./function-folder.ts";
import { childrenOf, isRunning, openDescriptors } from "./process-facts.ts";

const upper = "process.stdout.write(text.toUpperCase());";

/** Scripts that must answer alike in both modes. */
const scripts: Readonly<Record<string, string>> = {
  "read-file.mjs": `import { readFileSync } from "node:fs";
process.stdout.write(String(readFileSync(0).length));`,
  "read-by-name.mjs": `import { readFileSync } from "node:fs";
process.stdout.write(String(readFileSync("/dev/stdin").length));`,
  "write-sync.mjs": `import { writeSync } from "node:fs";
const all = Buffer.alloc(5_000_000, "é");
for (let at = 0; at < all.length; ) at += writeSync(1, all, at);`,
  "write-by-name.mjs": `import { writeFileSync } from "node:fs";
writeFileSync("/dev/stdout", "named"); writeFileSync("/dev/stderr", "logged\\n");`,
  "write-large.mjs": `process.stdout.write(Buffer.alloc(5_000_000, "x"));`,
  "on-data.mjs": `let text = "";
process.stdin.setEncoding("utf8").on("data", (part) => (text += part)).on("end", () => { ${upper} });`,
  "readable.mjs": `let text = "";
process.stdin.on("readable", () => { for (let part; (part = process.stdin.read()) !== null; ) text += part; });
process.stdin.on("end", () => { ${upper} });`,
  "for-await.mjs": `let text = ""; for await (const part of process.stdin) text += part; ${upper}`,
  "named-import.mjs": `import { stdin, stdout } from "node:process";
import { text } from "node:stream/consumers"; stdout.write((await text(stdin)).toUpperCase());`,
  "readline.mjs": `import { createInterface } from "node:readline";
for await (const line of createInterface({ input: process.stdin })) console.log("line", line);`,
  "pipeline.mjs": `import { pipeline } from "node:stream/promises"; import { createGunzip, createGzip } from "node:zlib";
await pipeline(process.stdin, createGzip(), createGunzip(), process.stdout);`,
  "arguments.mjs": `console.log(JSON.stringify([process.argv.slice(1).map((path) => path.split("/").at(-1)), process.execArgv]));`,
  "exit-code.mjs": "process.exitCode = 7; console.error('seven');",
  "exit.mjs": "console.log('half'); process.exit(9);",
  "throws.mjs": "throw new RangeError('out of range');",
  "rejects.mjs": "Promise.reject(new TypeError('unheard'));",
  "throws-text.cjs": "throw 'only text';",
  "unsettled.mjs": "await new Promise(() => {});",
  "fork.mjs": `import { fork } from "node:child_process";
if (process.argv[2] === "child") process.send(process.env.LAMBDA_RUNTIME_AWS_REQUEST_ID.length);
else fork(import.meta.filename, ["child"]).on("message", (length) => console.log("child", length));`,
  "worker.mjs": `import { isMainThread, parentPort, Worker } from "node:worker_threads";
if (isMainThread) new Worker(import.meta.filename).on("message", (message) => console.log(message));
else parentPort.postMessage(["worker", process.argv.length]);`,
  "common.js":
    "const { basename } = require('node:path'); console.log(basename(__filename), require.main === module);",
  "main-module.mjs": "console.log(import.meta.main);",
  "stripped.ts": "const text: string = 'stripped'; console.log(text satisfies string);",
  "stripped.mts": "import type { Stats } from 'node:fs'; console.log('mts' as Stats | string);",
  "stripped.cts":
    "const fs: typeof import('node:fs') = require('node:fs'); console.log(typeof fs.readFileSync);",
  "enums.ts": "enum Colour { Red = 3 }\nconsole.log(Colour.Red, Colour[3]);",
  "own-tsx.ts": "#!/usr/bin/env -S npx tsx\nnamespace a { export const b = 4; }\nconsole.log(a.b);",
  "options.mjs":
    "#!/usr/bin/env -S node --no-warnings --stack-trace-limit=3\nconsole.log(process.execArgv.join());",
  "silent.mjs": "",
  "last-line.mjs": `process.stderr.write("no newline"); console.log("ok");`,
};

const folder = functionFolder(scripts);
const event = "äb\nc\n";

describe("a script answers as in spawn", { concurrency: 2 }, () => {
  for (const script of Object.keys(scripts)) {
    it(script, async () => {
      const [spawned, preforked] = await Promise.all(
        ["spawn", "prefork"].map(async (mode) => {
          await using host = await folder.start(script, { STDLAMBDA_MODE: mode });
          const answers = [];
          for (const each of [event, event]) {
            answers.push(essence(await host.invoke(each, { deadlineMs: Date.now() + 20_000 })));
          }
          return answers;
        }),
      );
      assert.deepEqual(preforked, spawned);
      assert.notEqual(preforked?.[0]?.body, undefined);
    });
  }

  it("to an event of 6 MB, read by any means", async () => {
    const large = Buffer.alloc(6 * 1024 * 1024, "x");
    for (const script of ["read-file.mjs", "read-by-name.mjs"]) {
      await using host = await folder.start(script);
      assert.equal((await host.invoke(large)).body.toString(), String(large.length));
    }
    await using host = await folder.start("pipeline.mjs");
    assert.ok((await host.invoke(large)).body.equals(large));
  });
});

const environment = functionFolder({
  "first-line.cjs": `const seen = { ...process.env };
process.stdout.write(JSON.stringify(seen));`,
  "imports.mjs": `import { id } from "./library.mjs"; console.log(id);`,
  "library.mjs": "export const id = process.env.LAMBDA_RUNTIME_AWS_REQUEST_ID;",
  "process.mjs": "console.log(process.pid);",
});

describe("the environment", { concurrency: 2 }, () => {
  it("is that of the event before the first line runs, and has nothing else", async () => {
    await using host = await environment.start("first-line.cjs", { OWN: "é=\n" });
    const headers = { "Lambda-Runtime-Trace-Id": "Root=1-2-3", "Lambda-Runtime-Aws-Tenant-Id": "" };
    const traced = JSON.parse((await host.invoke({}, { headers })).body.toString());
    assert.equal(traced._X_AMZN_TRACE_ID, "Root=1-2-3");
    assert.equal(traced.LAMBDA_RUNTIME_TRACE_ID, "Root=1-2-3");
    assert.equal(traced.OWN, "é=\n");
    const answer = await host.invoke({});
    const plain = JSON.parse(answer.body.toString());
    assert.equal(plain.LAMBDA_RUNTIME_AWS_REQUEST_ID, answer.requestId);
    for (const name of ["_X_AMZN_TRACE_ID", "TRACEPARENT", "LAMBDA_RUNTIME_AWS_TENANT_ID"]) {
      assert.ok(!(name in plain), name);
    }
    const own = Object.keys(plain).filter((name) => /STDLAMBDA|AWS_LAMBDA_RUNTIME_API/i.test(name));
    assert.deepEqual(own, []);
  });

  it("is there for what the script imports", async () => {
    await using host = await environment.start("imports.mjs");
    const answer = await host.invoke({});
    assert.equal(answer.body.toString().trim(), answer.requestId);
  });

  it("may hold a header that no new process could be given", async () => {
    await using host = await environment.start("first-line.cjs");
    const context = JSON.stringify("x".repeat(200_000));
    const answer = await host.invoke({}, { headers: { "Lambda-Runtime-Client-Context": context } });
    assert.equal(JSON.parse(answer.body.toString()).LAMBDA_RUNTIME_CLIENT_CONTEXT, context);
  });
});

describe("the waiting process", { concurrency: 2 }, () => {
  it("is there before the event, is used for it, and is a new one for the next", async () => {
    await using host = await environment.start("process.mjs");
    await host.initError;
    const seen = new Set<string>();
    for (let round = 0; round < 5; round++) {
      const waiting = childrenOf(host.pid);
      const pid = (await host.invoke({})).body.toString().trim();
      assert.ok(waiting.includes(pid), `${pid} was not waiting among ${waiting}`);
      seen.add(pid);
    }
    assert.equal(seen.size, 5);
  });

  for (const signal of ["SIGKILL", "SIGTERM", "SIGHUP", "SIGINT", "SIGSEGV"] as const) {
    it(`killed by ${signal} costs no event`, async () => {
      await using host = await environment.start("process.mjs");
      await host.initError;
      for (let round = 0; round < 5; round++) {
        for (const child of waitingNodes(host.pid)) process.kill(Number(child), signal);
        await delay(round);
        const answer = await host.invoke({});
        assert.equal(answer.status, "response", answer.body.toString());
      }
    });
  }

  it("killed while the host could not see it costs no event", async () => {
    await using host = await environment.start("process.mjs");
    await host.initError;
    for (let round = 0; round < 5; round++) {
      // Frozen as a sandbox is: the event and the news of the death come in one turn of the loop.
      const [child] = waitingNodes(host.pid);
      process.kill(host.pid, "SIGSTOP");
      process.kill(Number(child), "SIGKILL");
      const answer = host.invoke({});
      await delay(20);
      process.kill(host.pid, "SIGCONT");
      assert.equal((await answer).status, "response", (await answer).body.toString());
    }
  });

  it("ends with a host that was killed", async () => {
    await using host = await environment.start("process.mjs");
    await host.initError;
    const children = childrenOf(host.pid);
    assert.ok(children.length > 0);
    process.kill(host.pid, "SIGKILL");
    await host.exited;
    await delay(300);
    assert.deepEqual(children.filter(isRunning), []);
  });

  it("leaves no descriptor and no process after 50 events", async () => {
    await using host = await environment.start("process.mjs");
    const counts: number[] = [];
    for (let round = 0; round < 50; round++) {
      if (round % 5 === 0) for (const pid of waitingNodes(host.pid)) process.kill(Number(pid), 9);
      await host.invoke({});
      counts.push(openDescriptors(host.pid));
    }
    assert.ok(Math.max(...counts.slice(40)) <= Math.max(...counts.slice(0, 10)), counts.join(" "));
    assert.ok(childrenOf(host.pid).length <= 2);
  });
});

/** What a caller sees, and the log; without Node's own frames, which depend on how soon it is run. */
function essence({ status, body, log }: Answer) {
  const text = body.length > 100_000 ? `${body.length} bytes` : body.toString();
  return { status, body: withoutNodesFrames(text), log: withoutNodesFrames(log) };
}

function withoutNodesFrames(text: string): string {
  return text.replaceAll(/(?:,"|[\r\n] +)at [^\r\n"]*node:internal[^\r\n"]*"?/g, "");
}

/** Without the shell that makes the pipes. */
function waitingNodes(pid: number): string[] {
  return childrenOf(pid).filter((child) => {
    const [program = ""] = readFileSync(`/proc/${child}/cmdline`, "utf8").split("\0");
    return program.endsWith("node");
  });
}
