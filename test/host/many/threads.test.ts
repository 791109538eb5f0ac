// Functions and `main` on Managed Instances: side by side in worker threads, nothing of one seen by another.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type Host, startHost } from "../../helpers/runtime-api.ts";
import { taskRoot } from "../bootstrap-process.ts";

const files = {
  "index.mjs": `import { threadId } from "node:worker_threads";
let loaded = 0;
loaded++;
let calls = 0;
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export async function handler({ n, does, ms = 200 }, context) {
  calls++;
  console.log("begins", n);
  if (does === "throws") throw new RangeError("thrown " + n);
  if (does === "timer") setTimeout(() => { throw new TypeError("in a timer " + n); }, 20);
  if (does === "rejects") Promise.reject(new TypeError("rejected " + n));
  if (does === "exits") { await wait(10); process.exit(3); }
  if (does === "hangs") await new Promise(() => {});
  if (does === "spins") for (;;);
  await wait(ms);
  console.log("ends", n);
  return { n, id: context.awsRequestId, trace: process.env._X_AMZN_TRACE_ID, threadId, loaded };
}
export const stream = awslambda.streamifyResponse(async ({ n }, out) => {
  for (let at = 0; at < 5; at++) {
    out.write(n + ":" + at + " ");
    await wait(20);
  }
  if (n % 4 === 3) throw new Error("broken " + n);
  out.end();
});
`,
  "main.mjs": `import { readFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import imported, { stdin } from "node:process";
import { text } from "node:stream/consumers";
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export async function main() {
  const event = JSON.parse(await text(process.stdin));
  const { n } = event;
  console.error("begins", n);
  console.group();
  console.log("line " + n);
  await wait(50);
  if (n % 4 === 1) process.exitCode = n;
  if (n % 4 === 2) imported.exitCode = n;
  await wait(100);
  console.groupEnd();
  console.log([n, process.env.LAMBDA_RUNTIME_AWS_REQUEST_ID, process.exitCode ?? 0].join(" "));
  execFileSync("sh", ["-c", "echo child of " + n], { stdio: "inherit" });
  console.error("ends", n);
}
`,
  "sync.cjs": `const { readFileSync } = require("node:fs");
exports.main = async () => {
  const { n } = JSON.parse(readFileSync(0, "utf8"));
  await new Promise((resolve) => setTimeout(resolve, 50));
  require("process").exitCode = n % 2;
  await new Promise((resolve) => setTimeout(resolve, 50));
  process.stdout.write("own " + n);
};
`,
  "fails.mjs": `throw new Error("it does not load");\nexport const handler = () => 1;\n`,
  "work.mjs": `export const fetch = (request, { waitUntil }) => {
  const { searchParams } = new URL(request.url);
  waitUntil(new Promise((resolve) => setTimeout(resolve, Number(searchParams.get("rest")))));
  return new Response("done");
};
`,
};

const slots = 8;

async function start(handler: string, env: Record<string, string> = {}) {
  const folder = taskRoot(files);
  const host = await startHost({
    handler,
    root: folder.root,
    env: {
      AWS_LAMBDA_MAX_CONCURRENCY: String(slots),
      AWS_LAMBDA_NODEJS_WORKER_COUNT: "2",
      ...env,
    },
  });
  return {
    host,
    async [Symbol.asyncDispose]() {
      await host.stop();
      folder[Symbol.dispose]();
    },
  };
}

interface Said {
  readonly requestId: string;
  readonly message: string;
  readonly errorType?: string;
}

const records = (host: Host): Said[] =>
  host
    .log()
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));

const ownLines = (host: Host, id: string) =>
  records(host)
    .filter(({ requestId, errorType }) => requestId === id && errorType === undefined)
    .map(({ message }) => message);

const range = (count: number) => Array.from({ length: count }, (_, at) => at);

/** Both threads have loaded the handler when both have answered. */
async function whenBothAnswer(host: Host): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const answers = await Promise.all(range(4).map((n) => host.invoke({ n, ms: 20 })));
    const ids = answers.map(({ body }) => JSON.parse(body.toString()).threadId as number);
    if (new Set(ids).size === 2) return;
  }
  throw new Error(`one thread serves all; log:\n${host.log()}`);
}

suite("Functions on Managed Instances", () => {
  test("run side by side in threads that have loaded the module once", async () => {
    await using started = await start("index.handler");
    const { host } = started;
    await whenBothAnswer(host);
    const before = performance.now();
    const answers = await Promise.all(
      range(slots).map((n) =>
        host.invoke({ n }, { headers: { "Lambda-Runtime-Trace-Id": `trace-${n}` } }),
      ),
    );
    assert.ok(performance.now() - before < slots * 200, "not one behind the other");
    for (const [n, { requestId, body }] of answers.entries()) {
      const { threadId, ...own } = JSON.parse(body.toString());
      assert.deepEqual(own, { n, id: requestId, trace: `trace-${n}`, loaded: 1 });
      assert.deepEqual(ownLines(host, requestId), [`begins ${n}`, `ends ${n}`]);
    }
  });

  test("fail each for itself, whatever they throw and however they exit", async () => {
    await using started = await start("index.handler");
    const { host } = started;
    await whenBothAnswer(host);
    const kinds = {
      throws: ["RangeError", /^thrown/],
      timer: ["TypeError", /^in a timer/],
      rejects: ["TypeError", /^rejected/],
      exits: ["Function.Exit3", /./],
    } as const;
    for (let round = 0; round < 4; round++) {
      const events = Object.keys(kinds).flatMap((does) => [{ does }, { does: "good" }]);
      const answers = await Promise.all(events.map(({ does }, n) => host.invoke({ n, does })));
      for (const [n, { does }] of events.entries()) {
        const { status, body } = answers[n] as (typeof answers)[number];
        const answer = JSON.parse(body.toString());
        if (does === "good") assert.equal(answer.n, n, body.toString());
        else {
          const [type, message] = kinds[does as keyof typeof kinds];
          assert.deepEqual([status, answer.errorType], ["error", type], body.toString());
          assert.match(answer.errorMessage, message);
        }
      }
    }
    assert.equal(host.log().includes("Runtime.ThreadEnded"), false);
  });

  test("in an endless loop are answered at the deadline, and the thread is replaced", async () => {
    await using started = await start("index.handler");
    const { host } = started;
    await whenBothAnswer(host);
    const spinning = host.invoke({ n: 1, does: "spins" }, { deadlineMs: Date.now() + 1500 });
    const hanging = host.invoke({ n: 2, does: "hangs" }, { deadlineMs: Date.now() + 1500 });
    for (const answer of await Promise.all([spinning, hanging])) {
      assert.equal(JSON.parse(answer.body.toString()).errorType, "Function.Timeout");
    }
    await whenBothAnswer(host);
    const answers = await Promise.all(range(slots).map((n) => host.invoke({ n })));
    for (const { status, body } of answers) assert.equal(status, "response", body.toString());
    assert.match(host.log(), /"level":"ERROR","message":"stdlambda: a worker thread/);
  });

  test("stream each its own response, the broken ones too", async () => {
    await using started = await start("index.stream");
    const { host } = started;
    const answers = await Promise.all(range(slots).map((n) => host.invoke({ n })));
    for (const [n, { body, trailers }] of answers.entries()) {
      assert.equal(
        body.toString(),
        range(5)
          .map((at) => `${n}:${at} `)
          .join(""),
      );
      const error = trailers["lambda-runtime-function-error-body"];
      const text = error && JSON.parse(Buffer.from(error, "base64").toString()).errorMessage;
      assert.equal(text, n % 4 === 3 ? `broken ${n}` : undefined);
    }
  });

  test("that do not load are one init error, and the host's end", async () => {
    await using started = await start("fails.handler");
    const error = await started.host.initError;
    const { errorType, errorMessage } = JSON.parse(error?.body.toString() ?? "{}");
    assert.deepEqual([errorType, errorMessage], ["Error", "it does not load"]);
    assert.equal((await started.host.exited).code, 1);
  });

  test("with work after their answer keep their own slot waiting alone", async () => {
    await using started = await start("work.fetch", { AWS_LAMBDA_MAX_CONCURRENCY: "2" });
    const { host } = started;
    const get = (rest: number) => ({
      version: "2.0",
      rawPath: "/",
      rawQueryString: `rest=${rest}`,
      headers: { host: "x" },
      requestContext: { http: { method: "GET", path: "/" } },
    });
    // An answer counts here when a poll follows it: the first slot's next, or another's.
    const long = host.invoke(get(1500));
    await host.invoke(get(0));
    const before = performance.now();
    for (let n = 0; n < 5; n++) await host.invoke(get(0));
    assert.ok(performance.now() - before < 1000, "the other slot goes on");
    assert.equal(JSON.parse((await long).body.toString()).body, "done");
  });
});

suite("main on Managed Instances", () => {
  test("has its own stdin, stdout, environment, exit code and children, in every form", async () => {
    await using started = await start("main.mjs");
    const { host } = started;
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all(range(slots).map((n) => host.invoke({ n: n + 1 })));
      for (const [at, { requestId, status, body }] of answers.entries()) {
        const n = at + 1;
        const expected = n % 4 === 1 || n % 4 === 2 ? n : 0;
        const lines = [`  line ${n}`.trimStart(), `${n} ${requestId} ${expected}`, `child of ${n}`];
        if (expected === 0) {
          assert.equal(status, "response", body.toString());
          assert.deepEqual(
            body
              .toString()
              .trim()
              .split("\n")
              .map((line) => line.trim()),
            lines,
          );
        } else assert.equal(JSON.parse(body.toString()).errorType, `Function.Exit${expected}`);
        const own = ownLines(host, requestId).map((line) => line.trim());
        const stdout = expected === 0 ? [] : lines;
        assert.deepEqual(own, [`begins ${n}`, `ends ${n}`, ...stdout], host.log());
      }
    }
  });

  test("reads descriptor 0 and sets the exit code by require, too", async () => {
    await using started = await start("sync.cjs");
    const answers = await Promise.all(range(slots).map((n) => started.host.invoke({ n })));
    for (const [n, { status, body }] of answers.entries()) {
      if (n % 2 === 0) assert.deepEqual([status, body.toString()], ["response", `own ${n}`]);
      else assert.equal(JSON.parse(body.toString()).errorType, "Function.Exit1");
    }
  });
});
