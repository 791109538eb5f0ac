// What the caller is told when a script ends badly, from the outside.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { missingTool } from "../../helpers/missing-tool.ts";
import { startHost } from "../../helpers/runtime-api.ts";
import { taskRoot } from "../bootstrap-process.ts";

async function failureOf(name: string, source: string, env: Record<string, string> = {}) {
  using folder = taskRoot({ [name]: source });
  await using host = await startHost({ handler: name, root: folder.root, env });
  const { status, body, headers } = await host.invoke("{}");
  return { status, headers, ...JSON.parse(body.toString()) };
}

describe("a script that ends badly", { timeout: 120_000 }, () => {
  it("by a real-time signal is a failure and not what it had written", async () => {
    for (const [number, name] of [
      [34, "SIGRTMIN"],
      [40, "SIGRTMIN6"],
      [64, "SIGRTMIN30"],
    ] as const) {
      const failure = await failureOf(
        "a.sh",
        `#!/bin/sh\ncat >/dev/null\necho partial\nkill -${number} $$\n`,
      );
      assert.equal(failure.errorType, `Function.${name}`);
      assert.equal(failure.errorMessage, `killed by ${name}`);
    }
  });

  it("in the modes loop and prestart too", async () => {
    for (const STDLAMBDA_MODE of ["loop", "prestart"]) {
      const failure = await failureOf("a.sh", "#!/bin/sh\nread line\necho log >&2\nkill -41 $$\n", {
        STDLAMBDA_MODE,
      });
      assert.equal(failure.errorType, "Function.SIGRTMIN7", STDLAMBDA_MODE);
    }
  });

  it("with an error record longer than what is kept of stderr is told by it", async () => {
    const source = `console.error(JSON.stringify({ errorType: "SoldOut", errorMessage: "no stock", data: "x".repeat(400_000) }));\nprocess.exitCode = 3;`;
    const failure = await failureOf("a.mjs", source);
    assert.equal(failure.errorType, "SoldOut");
    assert.equal(failure.errorMessage, "no stock");
  });

  it("with a message of 300 KB is told by it", async () => {
    const source = `console.error(JSON.stringify({ errorType: "SoldOut", errorMessage: "x".repeat(300_000) }));\nprocess.exitCode = 3;`;
    const failure = await failureOf("a.mjs", source);
    assert.equal(failure.errorType, "SoldOut");
    assert.match(failure.errorMessage, /^x+… \(cut\)$/);
  });

  it("in Python, having logged an exception that it caught", {
    skip: missingTool(["python3"]),
  }, async () => {
    const source =
      'import logging, sys\ntry:\n    int("x")\nexcept ValueError:\n    logging.exception("bad order")\nprint("fatal: no stock", file=sys.stderr)\nsys.exit(1)\n';
    const failure = await failureOf("a.py", source);
    assert.equal(
      `${failure.errorType}: ${failure.errorMessage}`,
      "Function.Exit1: fatal: no stock",
    );
    const { errorType, errorMessage } = await failureOf("b.py", 'raise ValueError("one\\ntwo")\n');
    assert.equal(`${errorType}: ${errorMessage}`, "ValueError: one\ntwo");
  });

  it("in Node, whose child failed and printed so", async () => {
    const source =
      'import { spawnSync } from "node:child_process";\nspawnSync("python3", ["-c", "int(\'x\')"], { stdio: "inherit" });\nprocess.exit(1);\n';
    const { errorType } = await failureOf("a.mjs", source);
    assert.equal(errorType, "Function.Exit1");
  });
});
