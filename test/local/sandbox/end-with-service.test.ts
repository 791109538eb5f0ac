// Programs of a process that is killed: nothing of them stays.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { processesWith } from "../../contract/processes.ts";
import { missingTool } from "../../helpers/missing-tool.ts";
import { until } from "../service/test-service.ts";

const program = join(import.meta.dirname, "../../../local/sandbox/program.ts");

test("ends with a service that is killed: a runtime, its children of other groups, a stopped one", {
  skip: missingTool(["setsid"]) || (process.platform === "linux" ? false : "looks into /proc"),
}, async (t) => {
  const mark = randomUUID();
  const start = `
    import { startProgram } from ${JSON.stringify(program)};
    const run = (script) => startProgram({
      command: ["/bin/sh", "-c", script],
      directory: "/",
      env: { MARK: ${JSON.stringify(mark)}, PATH: process.env.PATH },
      isWrapped: false,
      onLine: () => {},
      onStartError: (error) => { throw error; },
    });
    run("sleep 1000 & setsid sleep 1001 & wait");
    run("kill -STOP $$; sleep 1002");
    await run("exit 0").exited;
    console.log("started");
    setInterval(() => {}, 1000);
  `;
  const service = spawn(process.execPath, ["--input-type=module", "-e", start], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => service.kill("SIGKILL"));
  await once(service.stdout, "data");
  const left = () => processesWith(`MARK=${mark}`);
  await until(() => left().length === 4, "two shells and two of the sleeps run");
  const exited = once(service, "exit");
  service.kill("SIGKILL");
  assert.deepEqual(await exited, [null, "SIGKILL"]);
  await until(() => left().length === 0, "all of them end");
});
