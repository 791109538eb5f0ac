// One service for one directory.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { lockDirectory } from "../../../local/store/lock.ts";
import { processStart } from "../../../local/store/process-start.ts";
import { temporaryDirectory } from "./temporary-store.ts";

test("a second service is told who has the directory and what to do", async (t) => {
  const directory = temporaryDirectory(t);
  const lock = await lockDirectory(directory);
  await assert.rejects(lockDirectory(directory), (error: Error) => {
    assert.ok(error.message.includes(directory));
    assert.ok(error.message.includes(`process ${process.pid}`));
    assert.match(error.message, /Stop it .* or serve from another directory/);
    return true;
  });
  await lock.release();
  const next = await lockDirectory(directory);
  await lock.release();
  assert.ok(existsSync(join(directory, "lock")), "a lock is released once, by its holder");
  await next.release();
  assert.ok(!existsSync(join(directory, "lock")));
});

test("a lock of a process that has ended is taken over", async (t) => {
  const directory = temporaryDirectory(t);
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  const start = await processStart(child.pid as number);
  writeFileSync(join(directory, "lock"), JSON.stringify({ pid: child.pid, start }));
  await assert.rejects(lockDirectory(directory), new RegExp(`process ${child.pid}`));
  child.kill("SIGKILL");
  await once(child, "exit");
  await (await lockDirectory(directory)).release();
});

test("a lock whose id another program has got by now is taken over", async (t) => {
  const directory = temporaryDirectory(t);
  const path = join(directory, "lock");
  writeFileSync(path, JSON.stringify({ pid: process.ppid, start: "another boot" }));
  const lock = await lockDirectory(directory);
  assert.equal(JSON.parse(readFileSync(path, "utf8")).pid, process.pid);
  await lock.release();
});

test("a lock that was not written whole is taken over", async (t) => {
  for (const content of ["", '{"pid":', "{}", '{"pid":-1}', "null", "[]"]) {
    const directory = temporaryDirectory(t);
    writeFileSync(join(directory, "lock"), content);
    await (await lockDirectory(directory)).release();
  }
});

test("of many that find a stale lock at once, one gets it", async (t) => {
  for (let round = 0; round < 20; round++) {
    const directory = temporaryDirectory(t);
    writeFileSync(join(directory, "lock"), JSON.stringify({ pid: 2 ** 22 + 1, start: "" }));
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, () => lockDirectory(directory)),
    );
    assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
  }
});
