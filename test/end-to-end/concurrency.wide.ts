// Many callers at a time, of functions that work, fail, hang and crash.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { processesWith, resourcesOf } from "../contract/processes.ts";
import { missingTool } from "../helpers/missing-tool.ts";
import { startDev, until } from "./dev-process.ts";

const skip = missingTool(["bash", "curl"]);
const bootstrap = readFileSync(join(import.meta.dirname, "../fixtures/end-to-end/bootstrap"));
const callers = 200;

interface Answer {
  readonly id: number;
  readonly requestId: string | null;
  readonly functionError: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: what the function answered
  readonly body: any;
}

/** What a caller of each function must get; the id is its own. */
const expected: Record<string, (answer: Answer) => void> = {
  echo: ({ id, functionError, body }) => assert.deepEqual([functionError, body], [null, { id }]),
  module: ({ id, requestId, functionError, body }) =>
    assert.deepEqual([functionError, body], [null, { id, requestId }]),
  fails: ({ id, functionError, body }) => {
    assert.equal(functionError, "Unhandled");
    assert.deepEqual([body.errorType, body.errorMessage], ["Function.Exit3", `{"id":${id}}`]);
  },
  hangs: ({ functionError, body }) => {
    assert.equal(functionError, "Unhandled");
    assert.equal(body.errorType, "Function.Timeout");
  },
  "runtime-crashes": ({ requestId, functionError, body }) => {
    assert.equal(functionError, "Unhandled");
    assert.equal(body.errorType, "Runtime.ExitError");
    assert.match(
      body.errorMessage,
      new RegExp(`^RequestId: ${requestId} Error: .*signal: killed$`),
    );
  },
  "runtime-hangs": ({ requestId, functionError, body }) => {
    assert.equal(functionError, "Unhandled");
    assert.equal(body.errorType, "Sandbox.Timedout");
    assert.match(body.errorMessage, new RegExp(`^RequestId: ${requestId} Error: Task timed out`));
  },
};

suite("Two hundred callers at a time", { skip, timeout: 150_000 }, () => {
  test("get each the own answer, and leave nothing behind", async (t) => {
    const mark = randomUUID();
    const script = (handler: string, timeout = 30) => ({ handler, timeout });
    const runtime = (root: string, timeout = 30) => ({ handler: "function.sh", root, timeout });
    const dev = await startDev(
      t,
      {
        "stdlambda.config.json": JSON.stringify({
          functions: {
            echo: script("echo.sh"),
            module: script("module.handler"),
            fails: script("fails.sh"),
            hangs: script("hangs.sh", 2),
            "runtime-crashes": runtime("crashing"),
            "runtime-hangs": runtime("hanging", 1),
          },
        }),
        "echo.sh": "cat",
        "module.mjs":
          "export const handler = async ({ id }, { awsRequestId }) => ({ id, requestId: awsRequestId });",
        "fails.sh": "cat >&2; exit 3",
        "hangs.sh": "sleep 1000",
        "crashing/bootstrap*": bootstrap,
        "crashing/function.sh": "kill -KILL $PPID",
        "hanging/bootstrap*": bootstrap,
        "hanging/function.sh": "sleep 1000",
      },
      { args: ["--env", `MARK=${mark}`] },
    );
    const names = Object.keys(expected);
    const calls = Array.from({ length: callers }, async (_, id) => {
      const name = names[id % names.length] as string;
      const response = await dev.invoke(name, { id });
      assert.equal(response.status, 200, name);
      const answer = {
        id,
        requestId: response.headers.get("x-amzn-requestid"),
        functionError: response.headers.get("x-amz-function-error"),
        body: await response.json(),
      };
      expected[name]?.(answer);
      return answer.requestId;
    });
    const requestIds = await Promise.all(calls);
    assert.equal(new Set(requestIds).size, callers);
    const { peakMb, zombies } = resourcesOf(dev.pid);
    assert.ok(peakMb < 500, `the service took ${peakMb} MB`);
    assert.equal(zombies, 0);
    // What hung has been ended at its timeout, with the script it waited for.
    await until(
      () => !processesWith(`MARK=${mark}`).some(({ command }) => command === "sleep 1000"),
      "the hanging scripts end",
    );
    await dev.end();
    assert.deepEqual(processesWith(`MARK=${mark}`), []);
  });
});
