// Functions of Managed Instances behind the Invoke API: many invocations in one environment.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { processesOf, startTestService, type TestService, until } from "./test-service.ts";

/**
 * A runtime with several workers, each with a poll of its own. An event `{"hang":true}` is never
 * answered, `{"exit":N}` ends the runtime, `{"error":"X"}` is a function error; what is answered is
 * the process's id.
 */
const runtime = (workers: number, init = "") => `#!${process.execPath}
const { appendFileSync } = require("node:fs");
const api = "http://" + process.env.AWS_LAMBDA_RUNTIME_API + "/2018-06-01/runtime";
appendFileSync(process.env.LAMBDA_TASK_ROOT + "/lives", process.pid + "\\n");
async function work() {
  for (;;) {
    const next = await fetch(api + "/invocation/next");
    const id = next.headers.get("lambda-runtime-aws-request-id");
    const event = await next.json();
    if (event.hang) await new Promise(() => {});
    if (event.exit !== undefined) process.exit(event.exit);
    await new Promise((resolve) => setTimeout(resolve, event.ms ?? 0));
    const post = event.error === undefined
      ? ["/response", JSON.stringify(process.pid)]
      : ["/error", JSON.stringify({ errorType: event.error, errorMessage: "no" })];
    await fetch(api + "/invocation/" + id + post[0], { method: "POST", body: post[1] });
  }
}
(async () => {
  ${init}
  for (let n = 0; n < ${workers}; n++) work();
})();
setInterval(() => {}, 1000);
`;

function project(workers: number, settings: object = {}, init = ""): Record<string, string> {
  return {
    "stdlambda.config.json": JSON.stringify({
      functions: { many: { handler: "any", root: "many", maxConcurrency: workers, ...settings } },
    }),
    "many/bootstrap*": runtime(workers, init),
  };
}

const lives = (service: TestService) =>
  readFileSync(join(service.root, "many/lives"), "utf8").split("\n").filter(Boolean);

const records = (service: TestService, type: string) =>
  service
    .log("many")
    .map((line) => JSON.parse(line))
    .filter((line) => line.type === `platform.${type}`)
    .map(({ record }) => record);

type ErrorBody = { errorType: string; errorMessage: string };

suite("A function of Managed Instances", () => {
  test("takes as many invocations in one environment as it polls for", async (t) => {
    const service = await startTestService(t, project(4));
    const answers = await Promise.all(
      [1, 2, 3, 4].map(async () => (await service.invoke("many", { ms: 200 })).text()),
    );
    assert.equal(new Set(answers).size, 1);
    for (let round = 0; round < 5; round++) await service.invoke("many", {});
    assert.equal(lives(service).length, 1);
  });

  test("is one environment, too, for one invocation behind another of each caller", async (t) => {
    const service = await startTestService(t, project(4));
    const caller = async () => {
      for (let n = 0; n < 25; n++) assert.equal((await service.invoke("many", {})).status, 200);
    };
    await Promise.all([caller(), caller(), caller(), caller()]);
    assert.equal(lives(service).length, 1);
  });

  test("whose workers hang leaves new invocations to another environment", async (t) => {
    const service = await startTestService(t, project(2, { timeout: 1 }));
    const first = await (await service.invoke("many", {})).text();
    const hung = await Promise.all([1, 2].map(() => service.invoke("many", { hang: true })));
    for (const response of hung) {
      const { errorType } = (await response.json()) as ErrorBody;
      assert.equal(errorType, "Sandbox.Timedout");
    }
    // No poll is open in the first environment any more, though both invocations are over.
    for (let n = 0; n < 3; n++) {
      const response = await service.invoke("many", {});
      assert.equal(response.headers.get("x-amz-function-error"), null);
      assert.notEqual(await response.text(), first);
    }
  });

  test("with one worker left serves by that one", async (t) => {
    const service = await startTestService(t, project(2, { timeout: 1 }));
    const first = await (await service.invoke("many", {})).text();
    await service.invoke("many", { hang: true });
    for (let n = 0; n < 3; n++) assert.equal(await (await service.invoke("many")).text(), first);
    assert.equal(lives(service).length, 1);
  });

  for (const [how, init, expected] of [
    ["exits", "process.exit(7);", /^Runtime\.ExitError: RequestId: \S+ Error: .*exit status 7$/],
    [
      "posts its error",
      'await fetch(api + "/init/error", { method: "POST", body: JSON.stringify({ errorType: "No", errorMessage: "broken" }) }); process.exit(1);',
      /^No: broken$/,
    ],
  ] as const) {
    test(`whose init ${how} answers all that wait with it, and leaves nothing`, async (t) => {
      const service = await startTestService(t, project(8, { timeout: 2 }, init));
      const responses = await Promise.all(
        [1, 2, 3, 4, 5, 6, 7, 8].map(() => service.invoke("many")),
      );
      for (const response of responses) {
        assert.equal(response.status, 200);
        assert.equal(response.headers.get("x-amz-function-error"), "Unhandled");
        const { errorType, errorMessage } = (await response.json()) as ErrorBody;
        assert.match(`${errorType}: ${errorMessage}`, expected);
      }
      assert.equal(lives(service).length, 1, "one init for all");
      // The next one finds a new environment, which fails as well.
      assert.match(await (await service.invoke("many")).text(), /errorType/);
      assert.equal(lives(service).length, 2);
      await until(() => processesOf(service.root) === 0, "the processes of both inits are gone");
      assert.equal(records(service, "initReport").length, 2);
      assert.equal(records(service, "report").length, 0, "no invocation has begun");
    });
  }

  test("whose runtime ends is replaced by the next invocation, also between two", async (t) => {
    const service = await startTestService(t, project(3));
    await service.invoke("many");
    const [slow, ended] = await Promise.all([
      service.invoke("many", { ms: 5000 }),
      service.invoke("many", { exit: 3 }),
    ]);
    for (const response of [slow, ended]) {
      assert.match(await response.text(), /Runtime\.ExitError.*exit status 3/);
    }
    assert.match(await (await service.invoke("many")).text(), /^\d+$/);
    process.kill(Number(lives(service).at(-1)), "SIGKILL");
    await delay(300);
    assert.match(await (await service.invoke("many")).text(), /^\d+$/, "nobody met the dead one");
  });

  test("logs as AWS's code for Managed Instances does", async (t) => {
    const service = await startTestService(
      t,
      project(2, { timeout: 1, memory: 2048, systemLogLevel: "DEBUG" }),
    );
    await service.invoke("many");
    await service.invoke("many", { error: "Oops" });
    await service.invoke("many", { hang: true });
    await until(() => records(service, "report").length === 3, "three reports");
    const [started] = records(service, "initStart");
    assert.equal(started.initializationType, "lambda-managed-instances");
    assert.equal(started.instanceMaxMemory, 2048 * 1024 * 1024);
    assert.match(started.instanceId, /\[\$LATEST\]/);
    assert.equal(started.phase, "init");
    const init = { initializationType: "lambda-managed-instances", phase: "init" };
    assert.deepEqual(records(service, "initRuntimeDone"), [{ ...init, status: "success" }]);
    const [{ metrics, ...report }] = records(service, "initReport");
    assert.deepEqual(report, { ...init, status: "success" });
    assert.deepEqual(Object.keys(metrics), ["durationMs"]);
    for (const { functionArn, version } of records(service, "start")) {
      assert.match(functionArn, /^arn:aws:lambda:eu-central-1:\d{12}:function:many$/);
      assert.equal(version, "$LATEST");
    }
    const reports = records(service, "report");
    assert.deepEqual(
      reports.map(({ status, errorType }) => [status, errorType]),
      [
        ["success", undefined],
        ["failure", "Runtime.Unknown"],
        ["timeout", "Sandbox.Timedout"],
      ],
    );
    for (const one of reports) assert.deepEqual(Object.keys(one.metrics), ["durationMs"]);
    assert.deepEqual(
      reports[0].spans.map(({ name }: { name: string }) => name),
      ["responseLatency", "responseDuration"],
    );
  });
});
