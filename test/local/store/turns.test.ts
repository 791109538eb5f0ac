// Tasks that wait for each other, and tasks that do not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextRound } from "node:timers/promises";
import { createTurns } from "../../../local/store/turns.ts";

test("tasks of one key run one after another, also after a failure; other keys do not wait", async () => {
  const turns = createTurns();
  const steps: string[] = [];
  const task = (name: string, error?: Error) => async () => {
    steps.push(`${name} begins`);
    await nextRound();
    steps.push(`${name} ends`);
    if (error !== undefined) throw error;
    return name;
  };
  const failing = turns.run("a", task("a1", new Error("a1 failed")));
  const results = [turns.run("a", task("a2")), turns.run("b", task("b1"))];
  await assert.rejects(failing, /a1 failed/);
  assert.deepEqual(await Promise.all(results), ["a2", "b1"]);
  assert.deepEqual(
    steps.filter((step) => step.startsWith("a")),
    ["a1 begins", "a1 ends", "a2 begins", "a2 ends"],
  );
  assert.ok(steps.indexOf("b1 begins") < steps.indexOf("a1 ends"));
});

test("settled waits for tasks that came while it waited", async () => {
  const turns = createTurns();
  let isDone = false;
  void turns.run("a", async () => {
    await nextRound();
    void turns.run("b", async () => {
      await nextRound();
      isDone = true;
    });
  });
  await turns.settled();
  assert.ok(isDone);
});
