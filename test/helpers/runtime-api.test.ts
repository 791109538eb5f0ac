// startHost itself, with a bootstrap of a few lines.
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, it } from "node:test";
import { type HostOptions, startHost } from "./runtime-api.ts";

const root = mkdtempSync(join(tmpdir(), "stdlambda-start-"));
after(() => rmSync(root, { recursive: true, force: true }));

const bootstrap = join(root, "bootstrap");
writeFileSync(
  bootstrap,
  `#!/usr/bin/env node
const api = "http://" + process.env.AWS_LAMBDA_RUNTIME_API + "/2018-06-01/runtime";
const post = (path, body) => fetch(api + path, { method: "POST", body });
(async () => {
  if (process.env._HANDLER === "missing") {
    await post("/init/error", '{"errorType":"Runtime.HandlerNotFound"}');
    process.exit(3);
  }
  for (;;) {
    const next = await fetch(api + "/invocation/next");
    const event = await next.text();
    const id = next.headers.get("lambda-runtime-aws-request-id");
    if (event === "exit") process.exit(7);
    console.error("log of " + event);
    await post("/invocation/" + id + (event === "fail" ? "/error" : "/response"), event);
  }
})();
`,
);
chmodSync(bootstrap, 0o755);

const start = (options: Partial<HostOptions> = {}) =>
  startHost({ handler: "any", root, bootstrap, ...options });

it("gives each event's answer with its own part of the log", async () => {
  await using host = await start();
  const [first, second, failed] = await Promise.all(
    ["one", { a: 2 }, "fail"].map((event) => host.invoke(event)),
  );
  assert.equal(first?.body.toString(), "one");
  assert.equal(first?.log, "log of one\n");
  assert.equal(second?.body.toString(), '{"a":2}');
  assert.equal(failed?.status, "error");
  assert.equal(failed?.log, "log of fail\n");
  assert.equal(await host.initError, undefined);
});

it("rejects an event whose host ends, with its exit status", async () => {
  await using host = await start();
  await assert.rejects(host.invoke("exit"), /without an answer \(exit status 7\)/);
  assert.deepEqual(await host.exited, { code: 7, signal: null });
});

it("gives an init error to its waiter and to the callers", async () => {
  await using host = await start({ handler: "missing" });
  const answer = await host.invoke({});
  assert.equal(answer.status, "init-error");
  assert.equal((await host.initError)?.body.toString(), answer.body.toString());
});

it("says that a bootstrap is not there", async () => {
  await assert.rejects(start({ bootstrap: join(root, "nowhere") }), { code: "ENOENT" });
});

it("leaves no process behind", async () => {
  const host = await start();
  await host.invoke("one");
  await host.stop();
  assert.throws(() => process.kill(host.pid, 0), { code: "ESRCH" });
});
