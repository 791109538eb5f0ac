// A function on this machine, with hosts that are not ours.
import assert from "node:assert/strict";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { startLocalFunction } from "../../../local/sandbox/local-function.ts";
import { checkout, fixtures } from "../../cli/command-line.ts";
import { missingTool } from "../../helpers/missing-tool.ts";

const tutorialRuntime = join(checkout, "test/fixtures/tutorial-runtime/bootstrap");
const skip = missingTool(["bash", "curl"]);

async function startFunction(t: TestContext, handler: string, bootstrap = tutorialRuntime) {
  const log = new PassThrough();
  const logText = text(log);
  const faults: string[] = [];
  const local = await startLocalFunction({
    bootstrap,
    handler,
    root: fixtures,
    memory: 128,
    timeoutSeconds: 5,
    variables: {},
    caller: process.env,
    log,
    onFault: (fault) => faults.push(fault),
  });
  const stop = async () => {
    await local.stop();
    log.end();
    return logText;
  };
  t.after(stop);
  return { ...local, stop, faults };
}

test("a runtime in bash and curl answers one event after another", { skip }, async (t) => {
  const local = await startFunction(t, "echo.sh");
  for (const event of ['{"n":1}', '{"n":2}']) {
    const { result, duration } = await local.invoke({ event: Buffer.from(event) });
    assert.ok(result.kind === "response" && result.body.toString() === event);
    assert.ok((await duration) > 0);
    assert.equal(await local.idle(), "ready");
  }
  assert.ok((local.initDuration() ?? 0) > 0);
  assert.deepEqual(local.faults, []);
});

test("its function errors and its log arrive", { skip }, async (t) => {
  const local = await startFunction(t, "fail.sh");
  const { result } = await local.invoke({ event: Buffer.from("{}") });
  assert.ok(result.kind === "error" && result.errorType === "Function.Exit");
  assert.equal(await local.stop(), "no stock left\n");
});

test("its init error reaches the caller", { skip }, async (t) => {
  const local = await startFunction(t, "missing.sh");
  const { result } = await local.invoke({ event: Buffer.from("{}") });
  assert.ok(result.kind === "error" && result.errorType === "Runtime.HandlerNotFound");
  assert.equal(local.initDuration(), undefined);
});

test("a runtime that cannot be started fails the invocation with the reason", async (t) => {
  const local = await startFunction(t, "echo.sh", join(fixtures, "no-such-bootstrap"));
  const { result } = await local.invoke({ event: Buffer.from("{}") });
  assert.ok(result.kind === "error" && result.errorType === "Runtime.InvalidEntrypoint");
  assert.match(result.body.toString(), /fork\/exec .*no-such-bootstrap: .*ENOENT/);
});
