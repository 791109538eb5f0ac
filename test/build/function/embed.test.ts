// `--embed`: a function that brings its host, started as Lambda would start it.
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { RuntimeSource } from "../../../build/function/runtime-files.ts";
import { startHost } from "../../helpers/runtime-api.ts";
import { collect, makeProject, pathsOf, unpacked } from "./project.ts";

const checkout = join(import.meta.dirname, "../../..");
const runtimeSource: RuntimeSource = {
  bootstrap: join(checkout, "host/bootstrap"),
  packages: { cache: join(checkout, "node_modules/.cache/stdlambda-tests"), env: process.env },
};
const managed = { runtime: "nodejs24.x" } as const;
const embed = { embed: true, runtimeSource };

test("on AWS's Node the function has the host and no Node, and is served by it", async () => {
  const root = makeProject({ "hello.ts": 'console.log("hello");' });
  const collected = await collect(root, "hello.ts", embed, managed);
  assert.ok(!pathsOf(collected).includes("bin/node"));
  assert.match(collected.notices.join(), /AWS_LAMBDA_EXEC_WRAPPER=\/var\/task\/bootstrap/);
  const task = await unpacked(collected);
  assert.equal(statSync(join(task, "bootstrap")).mode & 0o777, 0o755);
  await using host = await startHost({
    handler: "hello.ts",
    root: task,
    bootstrap: join(task, "bootstrap"),
    env: { PATH: `${join(checkout, "node_modules/.bin")}:/usr/bin:/bin` },
  });
  const { body, status } = await host.invoke({});
  assert.deepEqual([status, String(body)], ["response", "hello\n"]);
});

test("on an OS-only runtime it has Node, and tsx where the script needs it", async () => {
  const root = makeProject({ "a.ts": "enum A { a }", "b.sh": "#!/bin/sh" });
  const typescript = await collect(root, "a.ts", embed);
  const paths = pathsOf(typescript);
  for (const path of [
    "bin/node",
    "bootstrap",
    "stdlambda/main.cjs",
    "node_modules/tsx/package.json",
  ]) {
    assert.ok(paths.includes(path), path);
  }
  assert.deepEqual(typescript.warnings, []);
  const bundled = pathsOf(await collect(root, "a.ts", { ...embed, bundle: true }));
  assert.ok(!bundled.some((path) => path.includes("tsx")));
});

test("files of the function are never replaced by the host's", async () => {
  const root = makeProject({ "hello.sh": "#!/bin/sh", "stdlambda/host.js": "mine" });
  const collecting = collect(root, "hello.sh", embed, managed);
  await assert.rejects(
    collecting,
    /stdlambda\/host\.js is a file of the function.*without --embed/,
  );
  const own = makeProject({ bootstrap: "#!/bin/sh" });
  await assert.rejects(collect(own, "x.handler", embed), /has its own bootstrap/);
});
