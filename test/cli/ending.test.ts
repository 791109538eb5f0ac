// How an invocation is ended before its time, and that nothing stays behind.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { describe, type TestContext, test } from "node:test";
import { setImmediate as oneTurn } from "node:timers/promises";
import { execa } from "execa";
import { main } from "../../cli/main.ts";
import { missingTool } from "../helpers/missing-tool.ts";
import { executable, fixtures, run, start } from "./command-line.ts";

/** A script's process ids, in a file of this test. */
async function pidFile(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "stdlambda-pids-"));
  t.after(() => rm(folder, { recursive: true }));
  return join(folder, "pids");
}

async function assertEnded(file: string): Promise<void> {
  const ids = (await readFile(file, "utf8")).split(/\s+/).filter(Boolean);
  assert.ok(ids.length >= 3);
  for (const id of ids) assert.equal(await state(id), "ended");
}

/** A killed process whose parent has not looked yet is as good as gone. */
async function state(id: string): Promise<string> {
  const { stdout } = await execa({ reject: false })`ps -o stat= -p ${id}`;
  return stdout === "" || stdout.startsWith("Z") ? "ended" : `running ${id}`;
}

const skip = missingTool(["ps", "setsid"]);

describe("an invocation that is ended", { concurrency: 2, skip }, () => {
  test("a script that hangs fails at the deadline, with all it started", async (t) => {
    const pids = await pidFile(t);
    const { exitCode, stdout } = await run([
      "invoke",
      "hang.sh",
      "-d",
      "{}",
      "--timeout",
      "3",
      "--env",
      `PIDS=${pids}`,
    ]);
    assert.equal(exitCode, 1);
    assert.equal(JSON.parse(stdout.toString()).errorType, "Function.Timeout");
    await assertEnded(pids);
  });

  test("a host that hangs is ended by the platform's own timeout", async () => {
    const { exitCode, stdout, stderr } = await run([
      "invoke",
      "busy.handler",
      "-d",
      "{}",
      "--timeout",
      "1",
    ]);
    assert.equal(exitCode, 1);
    const { errorType, errorMessage } = JSON.parse(stdout.toString());
    assert.equal(errorType, "Sandbox.Timedout");
    assert.match(errorMessage, /^RequestId: \S+ Error: Task timed out after 1\.00 seconds$/);
    // Timers may be a millisecond early.
    assert.ok(Number(/\tDuration: (\S+) ms/.exec(stderr)?.[1]) > 990);
  });

  for (const [signal, status] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    test(`${signal} ends it with ${status} and leaves no process behind`, async (t) => {
      const pids = await pidFile(t);
      const child = start(["invoke", "hang.sh", "-d", "{}", "--env", `PIDS=${pids}`], {
        stdin: "ignore",
      });
      let log = "";
      child.stderr.on("data", (chunk) => {
        log += chunk;
      });
      while (!log.includes("started")) await once(child.stderr, "data");
      child.kill(signal);
      const { exitCode, stdout } = await child;
      assert.equal(exitCode, status);
      assert.equal(stdout.length, 0);
      await assertEnded(pids);
    });
  }

  test("a stop ends the wait for an event on stdin", async () => {
    const stop = new AbortController();
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const surroundings = { stdin, stdout, stderr, env: {}, signal: stop.signal };
    const ended = main(["invoke", "echo.sh", "--root", fixtures], surroundings);
    while (stdin.listenerCount("data") === 0) await oneTurn();
    stop.abort(new Error("stopped by the user"));
    await assert.rejects(ended, /stopped by the user/);
    assert.equal(stdin.destroyed, true);
  });

  test("a reader that has had enough ends a stream without a word", async () => {
    const { stdout, stderr, exitCode } = await execa({
      cwd: fixtures,
      shell: "/bin/bash",
      reject: false,
      env: { STDLAMBDA_STDOUT: "stream" },
    })`set -o pipefail; ${process.execPath} ${executable} invoke endless.sh -d {} | head -n 2`;
    assert.equal(stdout, "y\ny");
    assert.equal(stderr, "");
    assert.equal(exitCode, 0);
  });
});
