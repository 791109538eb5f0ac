// What the caller is told when a script ends badly, from the outside.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { missingTool } from "../../helpers/missing-tool.ts";
import { startHost } from "../../helpers/runtime-api.ts";
import { startBootstrap, taskRoot } from "../bootstrap-process.ts";
import { sized, startScriptedServer } from "../runtime-api/scripted-server.ts";

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

  it("in a function has a stack that names no class of the host's", async () => {
    const source = 'export function handler() {\n  throw new RangeError("no stock");\n}\n';
    using folder = taskRoot({ "a.mjs": source });
    await using host = await startHost({ handler: "a.handler", root: folder.root });
    const { stackTrace } = JSON.parse((await host.invoke("{}")).body.toString());
    assert.match(stackTrace[0], /^at handler \(/);
    assert.equal(stackTrace.length, 1);
  });

  it("because an earlier event has deleted the task root is told that", async () => {
    using folder = taskRoot({ "a.sh": '#!/bin/sh\ncat >/dev/null\nrm -rf "$LAMBDA_TASK_ROOT"\n' });
    await using host = await startHost({ handler: "a.sh", root: folder.root });
    await host.invoke("{}");
    const { errorType, errorMessage } = JSON.parse((await host.invoke("{}")).body.toString());
    assert.equal(errorType, "Function.StartFailed");
    assert.match(errorMessage, /working directory .* is no longer there/);
  });
});

describe("what the Runtime API says", { timeout: 60_000 }, () => {
  it("is in the log with the reason when it cannot be read, and never steers a terminal", async () => {
    using folder = taskRoot({ "a.sh": "#!/bin/sh\ncat\n" });
    await using server = await startScriptedServer(
      async (peer) => {
        await peer.request();
        await peer.write("HTTP/1.1 200 OK\r\nbad header \u001b[31m\u009b2J\r\n\r\n");
      },
      async (peer) => {
        await peer.request();
        await peer.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        peer.end();
      },
      async (peer) => {
        await peer.request();
        await peer.write(sized(403, "\u001b]0;title\u0007\u001b[2Jno\u009b31m"));
      },
    );
    await using host = startBootstrap({
      runtimeApi: server.address,
      handler: "a.sh",
      root: folder.root,
    });
    await host.exited;
    const log = host.log();
    assert.match(log, /an event could not be read and is lost: .*malformed header line/);
    assert.match(
      log,
      /an event could not be read and is lost: the Runtime API closed the connection/,
    );
    assert.match(log, /answered next with status 403/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    assert.doesNotMatch(log, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });
});
