// The pipes that a shell makes: real ones, ready ahead, and no trace of the shell's work in this process.
import assert from "node:assert/strict";
import { closeSync, fstatSync, readdirSync, readFileSync, writeSync } from "node:fs";
import { after, it } from "node:test";
import {
  replenishPipes,
  type StandardPipes,
  takeStandardPipes,
} from "../../../host/process/pipes.ts";

// The shell that makes the pipes would keep this process running.
after(() => setTimeout(() => process.exit(), 100).unref());

it("a set is three pipes, empty and apart from each other", async () => {
  await replenishPipes();
  const pipes = takeStandardPipes() as StandardPipes;
  const inodes = [pipes.stdin, ...pipes.child].map((fd) => fstatSync(fd));
  assert.ok(inodes.every((stats) => stats.isFIFO()));
  assert.equal(inodes[0]?.ino, inodes[1]?.ino, "what is written to stdin is the child's to read");
  assert.equal(new Set(inodes.map(({ ino }) => ino)).size, 3);
  const seen = new Promise<string>((resolve) => {
    pipes.stdout.read(
      (piece) => void resolve(piece.toString()),
      () => {},
      () => {},
    );
  });
  writeSync(pipes.child[1], "only this");
  assert.equal(await seen, "only this");
  drop(pipes);
});

it("hundreds of sets leave no descriptor, no listener and no second shell", async (context) => {
  const warned = context.mock.fn();
  process.on("warning", warned);
  await replenishPipes();
  dropAll();
  const before = readdirSync("/proc/self/fd").length;
  for (let round = 0; round < 300; round++) {
    await replenishPipes();
    dropAll();
  }
  assert.ok(readdirSync("/proc/self/fd").length <= before + 2);
  assert.equal(shells().length, 1);
  process.off("warning", warned);
  assert.equal(warned.mock.callCount(), 0);
});

it("a shell that was killed is replaced", async () => {
  for (let round = 0; round < 5; round++) {
    for (const pid of shells()) process.kill(Number(pid), "SIGKILL");
    await replenishPipes();
    await replenishPipes();
    assert.notEqual(dropAll(), 0, `after ${round + 1} shells there are no pipes any more`);
  }
});

function dropAll(): number {
  let sets = 0;
  for (let pipes = takeStandardPipes(); pipes !== undefined; pipes = takeStandardPipes()) {
    drop(pipes);
    sets++;
  }
  return sets;
}

function drop(pipes: StandardPipes): void {
  for (const fd of [pipes.stdin, ...pipes.child]) closeSync(fd);
  for (const output of [pipes.stdout, pipes.stderr]) output.destroy();
}

function shells(): string[] {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8");
  return children.trim().split(" ").filter(Boolean);
}
