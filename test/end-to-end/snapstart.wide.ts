// `snapStart` in a project: `stdlambda dev` plays it with our host.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { startDev, until } from "./dev-process.ts";

const project = {
  "stdlambda.config.json": JSON.stringify({
    defaults: { snapStart: true },
    functions: {
      fn: "index.handler",
      script: { handler: "hello.mjs", environment: { STDLAMBDA_AFTER_RESTORE: "after.sh" } },
      fails: "fails.handler",
    },
  }),
  "index.mjs": `const did = ["loaded " + process.env.AWS_LAMBDA_INITIALIZATION_TYPE];
export const beforeSnapshot = () => did.push("before");
export const afterRestore = () => did.push("after");
export const handler = () => did;
`,
  "hello.mjs":
    'import { readFileSync } from "node:fs";\nconsole.log(readFileSync("/tmp/restored", "utf8"));\n',
  "after.sh": "#!/bin/sh\nprintf hooked >/tmp/restored\n",
  "fails.mjs":
    'export const afterRestore = () => { throw new Error("not here"); };\nexport const handler = () => 1;\n',
};

suite("stdlambda dev with snapStart", { timeout: 60_000 }, () => {
  test("runs the hooks of functions and scripts around a snapshot", async (t) => {
    const dev = await startDev(t, project);
    for (const _ of [1, 2]) {
      assert.deepEqual(await (await dev.invoke("fn")).json(), [
        "loaded snap-start",
        "before",
        "after",
      ]);
    }
    await until(() => /^fn \| REPORT .*Restore Duration/m.test(dev.log()), "the report");
    assert.equal((await (await dev.invoke("script")).text()).trim(), "hooked");
    const error = await (await dev.invoke("fails")).json();
    const { errorType, errorMessage } = error as { errorType: string; errorMessage: string };
    assert.deepEqual([errorType, errorMessage], ["Runtime.AfterRestoreError", "not here"]);
  });
});
