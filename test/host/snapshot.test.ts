// SnapStart: what is ready before the snapshot, the call in which it is taken, and what is new after it.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { startBootstrap, taskRoot } from "./bootstrap-process.ts";
import {
  nextAnswer,
  type Peer,
  sized,
  startScriptedServer,
} from "./runtime-api/scripted-server.ts";

/** Each notes what it did in a file of the task root. */
const note = `import { appendFileSync } from "node:fs";
const note = (text) => appendFileSync(process.env.LAMBDA_TASK_ROOT + "/did", text + "\\n");
`;

const files = {
  "index.mjs": `${note}note("loaded");
const before = [Math.random(), crypto.randomUUID()];
export const beforeSnapshot = async () => { await null; note("before"); };
export const afterRestore = () => note("after");
export const handler = () => { note("event"); return [Math.random() === before[0], crypto.randomUUID() === before[1]]; };
`,
  "default.cjs": `const { appendFileSync } = require("node:fs");
const note = (text) => appendFileSync(process.env.LAMBDA_TASK_ROOT + "/did", text + "\\n");
exports.main = () => { note("event"); process.stdout.write("done"); };
exports.beforeSnapshot = () => note("before");
exports.afterRestore = () => note("after");
`,
  "hello.mjs": `${note}note("event");
console.log("done");
`,
  "hello.sh": '#!/bin/sh\necho event >>"$LAMBDA_TASK_ROOT/did"\necho done\n',
  "before.sh": '#!/bin/sh\necho before >>did\necho "from the hook" >&2\n',
  "after.mjs": `${note}note("after");\n`,
  "fails.sh": '#!/bin/sh\necho "it is broken" >&2\nexit 3\n',
  "before-throws.mjs": `export const beforeSnapshot = async () => { throw new RangeError("not now"); };
export const handler = () => 1;
`,
  "after-throws.mjs": `export const afterRestore = () => { throw new RangeError("not here"); };
export const handler = () => 1;
`,
};

const snapStart = { AWS_LAMBDA_INITIALIZATION_TYPE: "snap-start" };

interface Call {
  readonly call: string;
  readonly body: string;
  readonly headers: string;
  readonly connection: number;
}

/** A platform that takes a snapshot for 300 ms, then gives one event. `did` is what was done by then. */
async function restored(options: {
  handler: string;
  env?: Record<string, string>;
  status?: number;
}) {
  const folder = taskRoot(files);
  const calls: Call[] = [];
  const path = join(folder.root, "did");
  const did = () => (existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : []);
  const atSnapshot: string[] = [];
  let children: string[] = [];
  let childrenAfter: string[] = [];
  let connections = 0;
  let events = 0;
  const childrenOf = (pid: number) =>
    readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  const connection = async (peer: Peer) => {
    const number = ++connections;
    for (;;) {
      const { head, body } = await peer.request();
      const call = head.split(" ").slice(0, 2).join(" ").replace("/2018-06-01/runtime", "");
      // Whether it has asked for a second event by then is a matter of time.
      if (events === 1 && call === "GET /invocation/next") continue;
      calls.push({ call, body: body.toString(), headers: head, connection: number });
      if (call === "GET /restore/next") {
        await delay(300);
        atSnapshot.push(...did());
        children = childrenOf(host.pid);
        await peer.write(sized(options.status ?? 200));
      } else if (head.startsWith("POST")) await peer.write(sized(202));
      else {
        events++;
        childrenAfter = childrenOf(host.pid);
        await peer.write(nextAnswer("one"));
      }
    }
  };
  const api = await startScriptedServer(connection);
  const host = startBootstrap({
    runtimeApi: api.address,
    handler: options.handler,
    root: folder.root,
    env: { ...snapStart, ...options.env },
  });
  for (let waited = 0; waited < 8000 && !calls.some(({ call }) => isLast(call)); waited += 10) {
    await delay(10);
  }
  return {
    calls,
    atSnapshot,
    did,
    host,
    children: () => children,
    childrenAfter: () => childrenAfter,
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]();
      await api[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

const isLast = (call: string) => call.startsWith("POST");

suite("SnapStart", () => {
  for (const [what, handler, env, atSnapshot] of [
    ["a function", "index.handler", {}, ["loaded", "before"]],
    ["main", "default.cjs", {}, ["before"]],
    [
      "a script",
      "hello.sh",
      { STDLAMBDA_BEFORE_SNAPSHOT: "before.sh", STDLAMBDA_AFTER_RESTORE: "after.mjs" },
      ["before"],
    ],
  ] as const) {
    test(`${what}: ready and hooked before the snapshot, hooked again after it`, async () => {
      await using run = await restored({ handler, env });
      assert.deepEqual(
        run.calls.map(({ call }) => call),
        ["GET /restore/next", "GET /invocation/next", "POST /invocation/one/response"],
        run.host.log(),
      );
      assert.deepEqual(run.atSnapshot, atSnapshot);
      assert.deepEqual(run.did(), [...atSnapshot, "after", "event"]);
      const [snapshot, next] = run.calls as [Call, Call];
      assert.notEqual(snapshot.connection, next.connection, "a new connection after the restore");
      if (what === "a function") assert.equal(run.calls[2]?.body, "[false,false]");
      if (what === "a script") assert.match(run.host.log(), /^from the hook$/m);
    });
  }

  for (const [mode, handler] of [
    ["prefork", "hello.mjs"],
    ["prestart", "hello.sh"],
  ] as const) {
    test(`a process that waits by ${mode} is there before the snapshot, and another one after it`, async () => {
      const env = mode === "prestart" ? { STDLAMBDA_MODE: mode } : {};
      const waits = { handler: mode === "prestart" ? "cmd:cat" : handler, env };
      await using run = await restored(waits);
      assert.equal(run.calls.at(-1)?.call, "POST /invocation/one/response");
      const before = run.children();
      const after = run.childrenAfter();
      // The shell that makes pipes stays.
      assert.equal(before.length, after.length);
      assert.equal(before.filter((pid) => after.includes(pid)).length, before.length - 1);
    });
  }

  for (const [what, options, errorMessage] of [
    ["a function's", { handler: "before-throws.handler" }, "not now"],
    [
      "a program",
      { handler: "hello.sh", env: { STDLAMBDA_BEFORE_SNAPSHOT: "fails.sh" } },
      "it is broken",
    ],
  ] as const) {
    test(`a hook before the snapshot that fails (${what}) is an init error and exit status 64`, async () => {
      await using run = await restored(options);
      const { code } = await run.host.exited;
      assert.equal(code, 64);
      const [{ call, body }] = run.calls as [Call];
      assert.equal(call, "POST /init/error");
      const error = JSON.parse(body);
      assert.deepEqual(
        [error.errorType, error.errorMessage],
        ["Runtime.BeforeSnapshotError", errorMessage],
      );
    });
  }

  for (const [what, options, errorMessage] of [
    ["a function's", { handler: "after-throws.handler" }, "not here"],
    [
      "a program",
      { handler: "hello.sh", env: { STDLAMBDA_AFTER_RESTORE: "fails.sh" } },
      "it is broken",
    ],
  ] as const) {
    test(`a hook after the restore that fails (${what}) is a restore error and exit status 65`, async () => {
      await using run = await restored(options);
      const { code } = await run.host.exited;
      assert.equal(code, 65);
      assert.deepEqual(
        run.calls.map(({ call }) => call),
        ["GET /restore/next", "POST /restore/error"],
      );
      const { body, headers } = run.calls[1] as Call;
      const error = JSON.parse(body);
      assert.deepEqual(
        [error.errorType, error.errorMessage],
        ["Runtime.AfterRestoreError", errorMessage],
      );
      assert.match(headers, /^Lambda-Runtime-Function-Error-Type: Runtime\.AfterRestoreError\r$/m);
    });
  }

  test("a hook that is a function names what to write", async () => {
    await using run = await restored({
      handler: "hello.sh",
      env: { STDLAMBDA_BEFORE_SNAPSHOT: "index.handler" },
    });
    assert.match(run.calls[0]?.body ?? "", /a hook is a script or cmd:PROGRAM/);
  });

  test("without it nothing of this is called", async () => {
    await using run = await restored({
      handler: "index.handler",
      env: { AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand" },
    });
    assert.deepEqual(
      run.calls.map(({ call }) => call),
      ["GET /invocation/next", "POST /invocation/one/response"],
    );
    assert.deepEqual(run.did(), ["loaded", "event"]);
  });
});
