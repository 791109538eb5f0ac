// The loop: an event is asked for only when the one before is answered and the runner is ready.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { Outcome } from "../../host/answer/outcome.ts";
import type { Invocation } from "../../host/invocation.ts";
import type { Log } from "../../host/log.ts";
import { poll } from "../../host/poll.ts";
import type { Runner } from "../../host/runners/runner.ts";
import type { RuntimeApi } from "../../host/runtime-api/client.ts";

const response: Outcome = { kind: "response", body: Buffer.from("{}"), contentType: "x" };
const broken: Outcome = {
  kind: "failure",
  failure: { errorType: "Error", errorMessage: "", stackTrace: [] },
  hostBroken: true,
};

/** Runs the loop with these outcomes, then with an API that has no more events. */
async function loop(outcomes: Outcome[]): Promise<{ steps: string[]; error: unknown }> {
  const steps: string[] = [];
  const step = async (name: string) => {
    steps.push(`${name} begins`);
    await turn();
    steps.push(`${name} ends`);
  };
  let events = 0;
  const api = {
    async next() {
      await step("next");
      if (events++ === outcomes.length) throw new Error("no more events");
      return { id: String(events) } as Invocation;
    },
    respond: () => step("respond"),
    fail: () => step("fail"),
  } as Partial<RuntimeApi> as RuntimeApi;
  const runner: Runner = {
    prepare: () => step("prepare"),
    async run() {
      await step("run");
      return outcomes[events - 1] as Outcome;
    },
    stop: () => step("stop"),
  };
  const log = { failure() {} } as Partial<Log> as Log;
  const error = await poll(api, runner, log).catch((thrown: unknown) => thrown);
  return { steps, error };
}

test("each step ends before the next begins", async () => {
  const { steps, error } = await loop([response, response]);
  const one = ["next", "run", "respond", "prepare"];
  const names = [...one, ...one, "next"];
  assert.deepEqual(
    steps,
    names.flatMap((name) => [`${name} begins`, `${name} ends`]),
  );
  assert.match(String(error), /no more events/);
});

test("after an answer that broke the host nothing is prepared and nothing asked for", async () => {
  const { steps, error } = await loop([response, broken, response]);
  assert.equal(error, undefined);
  assert.deepEqual(
    steps.filter((step) => step.endsWith("begins")),
    ["next", "run", "respond", "prepare", "next", "run", "fail"].map((name) => `${name} begins`),
  );
});
