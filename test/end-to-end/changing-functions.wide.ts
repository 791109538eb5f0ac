// Functions that are changed and deleted while they are invoked.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import {
  DeleteFunctionCommand,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
  waitUntilFunctionUpdatedV2,
} from "@aws-sdk/client-lambda";
import { processesWith } from "../contract/processes.ts";
import { missingTool } from "../helpers/missing-tool.ts";
import { clientOf, createFunction } from "./client.ts";
import { startDev, until } from "./dev-process.ts";
import { zip } from "./zip.ts";

const skip = missingTool(["bash", "curl"]);
const bootstrap = readFileSync(join(import.meta.dirname, "../fixtures/end-to-end/bootstrap"));
const files = (script: string) => ({ "bootstrap*": bootstrap, "function.sh": script });

suite("A function", { skip, timeout: 60_000 }, () => {
  test("whose code is changed answers each event with the code of its time", async (t) => {
    const dev = await startDev(t, {});
    const client = clientOf(t, dev);
    const FunctionName = "changing";
    await createFunction(client, FunctionName, files("echo 0"));
    let settled = 0;
    let begun = 0;
    let isDone = false;
    let count = 0;
    const callers = Array.from({ length: 3 }, async () => {
      while (!isDone) {
        const least = settled;
        const response = await dev.invoke(FunctionName);
        const answer = await response.text();
        assert.equal(response.status, 200, answer);
        assert.equal(response.headers.get("x-amz-function-error"), null, answer);
        assert.ok(Number(answer) >= least && Number(answer) <= begun, `${answer} of ${least}`);
        count += 1;
      }
    });
    for (let version = 1; version <= 3; version += 1) {
      begun = version;
      const ZipFile = await zip(files(`echo ${version}`));
      await client.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
      await waitUntilFunctionUpdatedV2(
        { client, maxWaitTime: 20, minDelay: 0.1 },
        { FunctionName },
      );
      settled = version;
      await until(() => count >= version * 10, "the callers are answered");
    }
    isDone = true;
    await Promise.all(callers);
    assert.equal(await (await dev.invoke(FunctionName)).text(), "3\n");
  });

  test("that is deleted ends with all its environments, and a new one begins afresh", async (t) => {
    const mark = randomUUID();
    const dev = await startDev(t, {});
    const client = clientOf(t, dev);
    const FunctionName = "deleted";
    const create = () =>
      createFunction(client, FunctionName, files("echo 1"), {
        Environment: { Variables: { MARK: mark } },
      });
    const invoke = async (qualifier = "") =>
      (await (await dev.invoke(`${FunctionName}${qualifier}`)).text()).trim();
    await create();
    await client.send(new PublishVersionCommand({ FunctionName }));
    const coldStarts = () => dev.log().match(/INIT_START/g)?.length ?? 0;
    for (const _ of [1, 2]) assert.equal(await invoke(), "1");
    await until(() => coldStarts() === 1, "one environment serves both");
    await invoke(":1");
    const running = () => processesWith(`MARK=${mark}`).length;
    const both = running();
    await client.send(new DeleteFunctionCommand({ FunctionName, Qualifier: "1" }));
    await until(() => running() < both, "the version's environment ends");
    assert.ok(running() > 0, "the other one stays");
    await client.send(new DeleteFunctionCommand({ FunctionName }));
    await until(() => running() === 0, "everything ends");
    assert.equal((await dev.invoke(FunctionName)).status, 404);
    await create();
    assert.equal(await invoke(), "1");
    await until(() => coldStarts() === 3, "it begins afresh");
  });
});
