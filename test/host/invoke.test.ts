// One invocation is one post, whatever the runner does.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ErrorReport } from "../../host/answer/error-report.ts";
import type { Failure } from "../../host/answer/failure.ts";
import type { Outcome } from "../../host/answer/outcome.ts";
import type { Invocation } from "../../host/invocation.ts";
import { invoke } from "../../host/invoke.ts";
import type { Log } from "../../host/log.ts";
import type { Runner } from "../../host/runners/runner.ts";
import type { RuntimeApi } from "../../host/runtime-api/client.ts";

const invocation: Invocation = {
  id: "a",
  deadlineMs: undefined,
  tenantId: undefined,
  traceId: undefined,
  headers: new Map(),
  event: Buffer.from("{}"),
};
const failure: Failure = { errorType: "Function.Exit3", errorMessage: "no", stackTrace: [] };

/** What was said to the Runtime API and to the log, in order. */
async function answerTo(run: () => Promise<Outcome>) {
  const said: string[] = [];
  const tell = (call: string, report: ErrorReport | undefined) =>
    said.push(report === undefined ? call : `${call} ${report.body}`);
  const api = {
    respond: async (id, body, contentType) =>
      void said.push(`respond ${id} ${contentType} ${body}`),
    fail: async (id, report) => void tell(`fail ${id}`, report),
    async stream(id, { contentType, pump }) {
      const report = await pump((piece) => {
        said.push(`piece ${piece}`);
        return true;
      });
      tell(`stream ${id} ${contentType}`, report);
    },
  } as Partial<RuntimeApi> as RuntimeApi;
  const log = {
    failure: (logged) => void said.push(`log ${logged.errorType}`),
  } as Partial<Log> as Log;
  const runner: Runner = { prepare: async () => {}, run, stop: async () => {} };
  return { goesOn: await invoke(invocation, runner, api, log), said };
}

test("a response is posted as it is", async () => {
  const body = Buffer.from([0x7b, 0x7d]);
  const { goesOn, said } = await answerTo(async () => ({
    kind: "response",
    body,
    contentType: "application/json",
  }));
  assert.equal(goesOn, true);
  assert.deepEqual(said, ["respond a application/json {}"]);
});

test("a failure is logged, then posted, and the host goes on", async () => {
  const { goesOn, said } = await answerTo(async () => ({ kind: "failure", failure }));
  assert.equal(goesOn, true);
  assert.deepEqual(said, ["log Function.Exit3", `fail a ${JSON.stringify(failure)}`]);
});

test("a failure that broke the host is posted, and the host does not go on", async () => {
  const { goesOn, said } = await answerTo(async () => ({
    kind: "failure",
    failure,
    hostBroken: true,
  }));
  assert.equal(goesOn, false);
  assert.equal(said.length, 2);
});

test("a fault of the runner itself is an error for the caller", async () => {
  const { goesOn, said } = await answerTo(async () => {
    throw new TypeError("a fault of the runner");
  });
  assert.equal(goesOn, true);
  assert.match(said.join("\n"), /^log TypeError\nfail a .*"a fault of the runner"/);
});

test("a stream that ends well has no trailer", async () => {
  const { said } = await answerTo(async () => ({
    kind: "stream",
    contentType: "text/plain",
    async pump(write) {
      await write(Buffer.from("one"));
      return undefined;
    },
  }));
  assert.deepEqual(said, ["piece one", "stream a text/plain"]);
});

test("a stream that fails is logged before its trailers, and posted once", async () => {
  const { goesOn, said } = await answerTo(async () => ({
    kind: "stream",
    contentType: "text/plain",
    pump: async () => failure,
  }));
  assert.equal(goesOn, true);
  assert.deepEqual(said, ["log Function.Exit3", `stream a text/plain ${JSON.stringify(failure)}`]);
});

test("a fault of a runner in the middle of a stream is told in its trailers", async () => {
  const { goesOn, said } = await answerTo(async () => ({
    kind: "stream",
    contentType: "text/plain",
    async pump() {
      throw new RangeError("a fault of the pump");
    },
  }));
  assert.equal(goesOn, true);
  assert.match(said.join("\n"), /^log RangeError\nstream a text\/plain .*a fault of the pump/);
});
