// `maxConcurrency` in a project: `stdlambda dev` serves it as Managed Instances do, with our host.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { startDev } from "./dev-process.ts";

const files = {
  "stdlambda.config.json": JSON.stringify({
    defaults: { maxConcurrency: 4, timeout: 2 },
    functions: { script: "hello.sh", main: "main.ts", fn: "index.handler", python: "app.handle" },
  }),
  "hello.sh":
    '#!/bin/sh\nevent=$(cat)\necho "begins $event" >&2\nsleep 0.5\necho "\\"$PPID $event\\""\n',
  "main.ts": `export async function main(): Promise<void> {
  let event = "";
  for await (const piece of process.stdin) event += piece;
  console.error("begins", event);
  await new Promise((resolve) => setTimeout(resolve, 500));
  console.log(JSON.stringify(process.pid + " " + event));
}
`,
  "index.mjs": `export const handler = async (event) => {
  console.log("begins", event);
  if (event === 9) for (;;);
  await new Promise((resolve) => setTimeout(resolve, 500));
  return process.pid + " " + event;
};
`,
  "app.py": `import os, time
def handle(event, context):
    print("begins", event)
    time.sleep(0.5)
    return f"{os.getppid()} {event}"
`,
};

suite("stdlambda dev with maxConcurrency", { timeout: 120_000 }, () => {
  for (const name of ["script", "main", "fn", "python"]) {
    test(`runs four events of "${name}" at a time in one environment`, async (t) => {
      const dev = await startDev(t, files);
      const ask = async (n: number) => (await (await dev.invoke(name, n)).json()) as string;
      // The first finds the environment's processes and threads not there yet.
      const pids = new Set([(await ask(0)).split(" ")[0]]);
      await Promise.all([1, 2, 3, 4].map(ask));
      const before = performance.now();
      const answers = await Promise.all([1, 2, 3, 4].map(ask));
      assert.ok(performance.now() - before < 1500, "not one behind the other");
      assert.deepEqual(
        answers.map((answer) => answer.split(" ")[1]),
        ["1", "2", "3", "4"],
      );
      for (const answer of answers) pids.add(answer.split(" ")[0]);
      assert.equal(pids.size, 1, "the host of all of them is one process");
    });
  }

  test("answers an event in an endless loop at its deadline, and serves on", async (t) => {
    const dev = await startDev(t, files);
    await dev.invoke("fn", 1);
    const response = await dev.invoke("fn", 9);
    assert.equal(((await response.json()) as { errorType: string }).errorType, "Function.Timeout");
    for (let n = 0; n < 8; n++) assert.match(await (await dev.invoke("fn", n)).text(), / \d"$/);
  });
});
