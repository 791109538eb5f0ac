// One child: its streams, its group, and what it leaves behind; with pipes and with socket pairs.
import assert from "node:assert/strict";
import { closeSync, readdirSync, readlinkSync } from "node:fs";
import { after, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { type Child, type Command, startChild } from "../../../host/process/child.ts";
import { endChildren } from "../../../host/process/end-children.ts";
import { replenishPipes, takeStandardPipes } from "../../../host/process/pipes.ts";
import { running } from "../runners/process-facts.ts";

const environment = { PATH: process.env.PATH ?? "" };
const shell = (script: string): Command => ({ program: "/bin/sh", args: ["-c", script] });
const none = Buffer.alloc(0);

/** Pipes are made only while the test that wants them waits. */
async function start(command: Command, pipes: boolean, channel = false): Promise<Child> {
  dropPipes();
  if (pipes) await replenishPipes();
  return startChild(command, {
    environment,
    directory: "/tmp",
    ...(channel ? { extra: "channel" } : {}),
  });
}

async function collect(child: Child, input: Uint8Array = none) {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.read(
    (piece) => void stdout.push(piece),
    (piece) => void stderr.push(piece),
  );
  child.end(input);
  const ending = await child.finish();
  return { ending, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() };
}

// The shell that makes the pipes would keep this process running.
after(() => setTimeout(() => process.exit(), 100).unref());

for (const pipes of [true, false]) {
  describe(pipes ? "over pipes" : "over socket pairs", () => {
    it("every byte goes in and comes out", async () => {
      const bytes = Buffer.alloc(3_000_000, Buffer.from(Array.from({ length: 256 }, (_, n) => n)));
      const result = await collect(await start({ program: "cat", args: [] }, pipes), bytes);
      assert.ok(result.stdout.equals(bytes));
      assert.deepEqual(result.ending, { kind: "exit", status: 0 });
    });

    it("the end says status or signal", async () => {
      const exited = await collect(await start(shell("echo no >&2; exit 7"), pipes));
      assert.deepEqual(exited.ending, { kind: "exit", status: 7 });
      assert.equal(exited.stderr, "no\n");
      const killed = await collect(await start(shell("kill -SEGV $$"), pipes));
      assert.deepEqual(killed.ending, { kind: "signal", signal: "SIGSEGV" });
    });

    it("a program that is not there is an ending that says what to do", async () => {
      const child = await start({ program: "/nowhere/program", args: [] }, pipes, true);
      const { ending } = await collect(child, Buffer.from("event"));
      assert.equal(ending.kind, "not-started");
      assert.match(ending.kind === "not-started" ? ending.reason : "", /ENOENT.*still there/);
      assert.equal(child.running, false);
    });

    it("an argument with NUL is an ending too", async () => {
      const { ending } = await collect(await start({ program: "cat", args: ["a\0b"] }, pipes));
      assert.equal(ending.kind, "not-started");
    });

    it("output in the pipes is read though the host was busy when the process ended", async () => {
      const child = await start(shell("head -c 60000 /dev/zero; echo done >&2"), pipes);
      const result = collect(child);
      // Longer than both waits: each timer is due before anything is read.
      for (let round = 0; round < 3; round++) {
        await delay(20);
        busy(250);
      }
      const { stdout, stderr } = await result;
      assert.equal(stdout.length, 60_000);
      assert.equal(stderr, "done\n");
    });

    it("a reader that takes its time gets all of it, after the end too", async () => {
      const child = await start(shell("head -c 300000 /dev/zero"), pipes);
      let bytes = 0;
      child.read(
        (piece) => {
          bytes += piece.length;
          return delay(40);
        },
        () => undefined,
      );
      child.end(none);
      await child.finish();
      assert.equal(bytes, 300_000);
    });

    it("a slow reader does not wait for ever for a writer left behind", async () => {
      for (const left of pipes ? ["yes &", "setsid timeout 2 yes &"] : ["setsid timeout 2 yes &"]) {
        const child = await start(shell(`${left} echo done`), pipes);
        child.read(
          () => delay(5),
          () => undefined,
        );
        child.end(none);
        const started = Date.now();
        await child.finish();
        assert.ok(Date.now() - started < 2500, `${left} ${Date.now() - started} ms`);
      }
    });

    it("who escaped and holds the streams is waited for a moment only", async () => {
      const child = await start(shell("setsid sleep 1.5 & echo done"), pipes);
      const started = Date.now();
      const { stdout } = await collect(child, Buffer.alloc(1_000_000));
      assert.equal(stdout.toString(), "done\n");
      assert.ok(Date.now() - started < 1300);
    });

    it("the whole group gets the signal, and what ignores it is killed with the end", async () => {
      const sleep = `sleep 51.${process.pid}`;
      const child = await start(shell(`sh -c 'trap "" TERM; ${sleep}' & ${sleep}`), pipes);
      const result = collect(child);
      await delay(50);
      child.signal("SIGTERM");
      assert.deepEqual((await result).ending, { kind: "signal", signal: "SIGTERM" });
      await delay(20);
      assert.deepEqual(running(`${sleep} `), []);
      child.signal("SIGKILL");
    });

    it("what nobody reads is known at once", async () => {
      const child = await start(shell("exec <&-; sleep 0.2"), pipes);
      await delay(100);
      const first = child.write(Buffer.from("a"));
      await delay(20);
      assert.equal(first && child.write(Buffer.from("b")), false);
      await collect(child);
    });

    it("leaves no descriptor open, whatever happened", async () => {
      await collect(await start(shell("true"), pipes));
      const before = descriptors();
      for (const script of [
        "cat",
        "exit 1",
        "exec <&- >&-",
        "setsid sleep 1 & true",
        "kill -9 $$",
      ]) {
        await collect(await start(shell(script), pipes, true), Buffer.alloc(200_000));
        await collect(await start({ program: "/nowhere", args: [] }, pipes, true));
        const unread = await start(shell(script), pipes);
        unread.end(Buffer.alloc(1000));
        await unread.finish();
      }
      await delay(50);
      assert.deepEqual(descriptors(), before);
    });
  });
}

it("over pipes, what was not read of stdin is counted", async () => {
  const child = await start(shell("sleep 0.1"), true);
  child.write(Buffer.alloc(1000));
  child.write(Buffer.alloc(40_000));
  await child.ended;
  assert.equal(child.unread(), 41_000);
  await child.finish();
});

it("endChildren asks first, kills what does not end, and is done within its time", async () => {
  const children = [
    await start(shell("trap 'exit 3' TERM; while :; do sleep 0.02; done"), true),
    await start(shell("trap '' TERM; while :; do sleep 0.02; done"), true),
    await start({ program: "/nowhere", args: [] }, false),
  ];
  await delay(100);
  const started = Date.now();
  await endChildren(children);
  assert.ok(Date.now() - started < 400);
  const [asked, killed] = await Promise.all(children.map(({ ended }) => ended));
  assert.deepEqual(asked, { kind: "exit", status: 3 });
  assert.deepEqual(killed, { kind: "signal", signal: "SIGKILL" });
  await Promise.all(children.map((child) => child.finish()));
});

function dropPipes(): void {
  for (let pipes = takeStandardPipes(); pipes !== undefined; pipes = takeStandardPipes()) {
    for (const fd of [pipes.stdin, ...pipes.child]) closeSync(fd);
    for (const output of [pipes.stdout, pipes.stderr]) output.destroy();
  }
}

function busy(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** What this process has open, by kind; sockets and pipes of the maker of pipes are always the same. */
function descriptors(): string[] {
  dropPipes();
  return readdirSync("/proc/self/fd")
    .map((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`);
      } catch {
        return ""; // The folder's own descriptor.
      }
    })
    .filter((target) => /^(?:pipe|socket):/.test(target))
    .sort();
}
