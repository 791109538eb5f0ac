// Signals: the scripts and all they started end, then the host, within what Lambda gives it.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { type Bootstrap, startBootstrap, taskRoot } from "./bootstrap-process.ts";
import {
  nextAnswer,
  type Peer,
  sized,
  startScriptedServer,
} from "./runtime-api/scripted-server.ts";

const files = {
  // Each says when it runs by a file of its processes' ids.
  "ends.sh": '#!/bin/sh\nsleep 60 &\necho "$$ $!" >pids\nsleep 60\n',
  "ignores.sh":
    '#!/bin/sh\ntrap "" TERM INT HUP\nsleep 60 &\necho "$$ $!" >pids\nsleep 60\nsleep 60\n',
  "streams.sh":
    '#!/bin/sh\ntrap "" TERM\necho "$$" >pids\nwhile :; do echo more; sleep 0.02; done\n',
  "loads.mjs":
    'import { writeFileSync } from "node:fs";\nwriteFileSync("pids", String(process.pid));\nawait new Promise((resolve) => setTimeout(resolve, 60_000));\nexport const handler = () => 1;\n',
  "waits.mjs":
    'import { writeFileSync } from "node:fs";\nexport const handler = () => {\n  writeFileSync("pids", String(process.pid));\n  return new Promise(() => setInterval(() => {}, 1000));\n};\n',
};

/** Gives one event, then takes every post and leaves every further poll open. */
async function oneEvent(peer: Peer): Promise<void> {
  for (let polls = 0; ; ) {
    const { head } = await peer.request();
    if (!head.startsWith("GET ")) await peer.write(sized(202));
    else if (polls++ === 0) await peer.write(nextAnswer("a"));
  }
}

async function pidsIn(root: string, host: Bootstrap): Promise<number[]> {
  const path = join(root, "pids");
  for (let waited = 0; waited < 5000; waited += 10) {
    const text = existsSync(path) ? readFileSync(path, "utf8") : "";
    if (text !== "") return text.trim().split(" ").map(Number);
    await delay(10);
  }
  throw new Error(`nothing runs; log:\n${host.log()}`);
}

function runs(pid: number): boolean {
  try {
    // A zombie that nobody has reaped yet runs no longer.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

interface Ending {
  readonly handler: string;
  readonly signals: readonly NodeJS.Signals[];
  readonly code: number;
  readonly env?: NodeJS.ProcessEnv;
}

const endings: Record<string, Ending> = {
  "SIGTERM while a script runs": { handler: "ends.sh", signals: ["SIGTERM"], code: 143 },
  "SIGINT while a script runs": { handler: "ends.sh", signals: ["SIGINT"], code: 130 },
  "SIGHUP while a script runs": { handler: "ends.sh", signals: ["SIGHUP"], code: 129 },
  "SIGTERM while a script runs that ignores it": {
    handler: "ignores.sh",
    signals: ["SIGTERM"],
    code: 143,
  },
  "SIGTERM twice while a script runs that ignores it": {
    handler: "ignores.sh",
    signals: ["SIGTERM", "SIGTERM"],
    code: 143,
  },
  "SIGTERM after SIGINT": { handler: "ignores.sh", signals: ["SIGINT", "SIGTERM"], code: 130 },
  "SIGTERM while a script streams that ignores it": {
    handler: "streams.sh",
    signals: ["SIGTERM"],
    code: 143,
    env: { STDLAMBDA_STDOUT: "stream" },
  },
  "SIGTERM while a module is loaded": { handler: "loads.handler", signals: ["SIGTERM"], code: 143 },
  "SIGTERM while a function waits": { handler: "waits.handler", signals: ["SIGTERM"], code: 143 },
};

for (const [what, { handler, signals, code, env }] of Object.entries(endings)) {
  test(`${what} ends all of it within 500 ms, with status ${code}`, async () => {
    using folder = taskRoot(files);
    await using api = await startScriptedServer(oneEvent);
    await using host = startBootstrap({
      runtimeApi: api.address,
      handler,
      root: folder.root,
      ...(env === undefined ? {} : { env }),
    });
    const pids = await pidsIn(folder.root, host);
    const start = performance.now();
    for (const signal of signals) {
      process.kill(host.pid, signal);
      await delay(30);
    }
    const exit = await host.exited;
    assert.deepEqual([exit.code, exit.signal], [code, null], host.log());
    assert.ok(exit.at - start < 500, `it took ${exit.at - start} ms`);
    assert.deepEqual(pids.filter(runs), []);
    const polls = api.requests.filter(({ head }) => head.startsWith("GET "));
    assert.ok(polls.length <= 1, "no event is asked for while the host ends");
  });
}

test("SIGTERM while a preforked process waits for its event leaves nothing behind", async () => {
  using folder = taskRoot({ "hello.mjs": "console.log('hello');\n" });
  await using api = await startScriptedServer(async (peer) => {
    await peer.request();
  });
  await using host = startBootstrap({
    runtimeApi: api.address,
    handler: "hello.mjs",
    root: folder.root,
  });
  for (let waited = 0; api.requests.length === 0 && waited < 5000; waited += 10) await delay(10);
  const children = childrenOf(host.pid);
  assert.ok(children.length > 0, "there is a waiting process");
  const start = performance.now();
  process.kill(host.pid, "SIGTERM");
  const exit = await host.exited;
  assert.equal(exit.code, 143);
  assert.ok(exit.at - start < 500, `it took ${exit.at - start} ms`);
  await delay(50);
  assert.deepEqual(children.filter(runs), []);
});

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return text === "" ? [] : text.split(" ").map(Number);
}
