// Functions and scripts of Python on AWS's own Python runtime: who runs them there, deployed and called.
import assert from "node:assert/strict";
import { it } from "node:test";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { missingTool } from "../helpers/missing-tool.ts";
import { bubblewrap } from "../local/service/test-service.ts";
import { startDeployment } from "./deployment.ts";

const architecture = process.arch === "arm64" ? "arm64" : "x86_64";

it("deploys a function for AWS's client without the host, and a script with the full layer", {
  skip: missingTool(["python3", "bwrap"]),
  timeout: 180_000,
}, async (t) => {
  assert.ok(bubblewrap, "bubblewrap is installed, and may not work here");
  const files = {
    "stdlambda.config.json": JSON.stringify({
      functions: {
        called: { handler: "app.lambda_handler", runtime: "python3.13" },
        script: { handler: "shout.py", runtime: "python3.13" },
        old: { handler: "shout.py", runtime: "python3.11" },
      },
    }),
    "app.py": "def lambda_handler(event, context): return [event, context.function_name]\n",
    "shout.py": "import sys\nprint(sys.stdin.read().upper())\n",
  };
  const { run, client } = await startDeployment(t, files, {}, { isolate: bubblewrap });
  const args = ["--arch", architecture];
  const { exitCode, stderr } = await run(["deploy", "called", "script", "--embed", ...args]);
  assert.equal(exitCode, 0, stderr);
  assert.match(stderr, /note: called: on python3\.13 AWS calls app\.lambda_handler itself/);
  assert.match(stderr, /note: script: on python3\.13 stdlambda runs shout\.py there/);
  assert.match(stderr, /called: built without the host, because AWS's python3\.13 calls/);
  const layered = await run(["deploy", "script", ...args, "--name", "layered"]);
  assert.equal(layered.exitCode, 0, layered.stderr);
  assert.match(layered.stdout, /Layers +\S+:layer:stdlambda-full-/);
  assert.match(layered.stdout, /AWS_LAMBDA_EXEC_WRAPPER +\/opt\/bootstrap/);

  const answers: Record<string, string> = {};
  for (const name of ["called", "script", "layered"]) {
    const { Payload = [], LogResult = "" } = await client.send(
      new InvokeCommand({
        FunctionName: `${name}:live`,
        Payload: Buffer.from('"you"'),
        LogType: "Tail",
      }),
    );
    answers[name] = Buffer.from(Payload).toString().trim();
    assert.doesNotMatch(Buffer.from(LogResult, "base64").toString(), /WARN/, name);
  }
  assert.deepEqual(answers, { called: '["you", "called"]', script: '"YOU"', layered: '"YOU"' });

  const old = await run(["deploy", "old", ...args]);
  assert.equal(old.exitCode, 1);
  assert.match(old.stderr, /the host does not run on python3\.11: its glibc is older than Node/);
  // A wrapper of the user's own is not the host's business.
  const layer = await run([
    "diff",
    "called",
    "--env",
    "AWS_LAMBDA_EXEC_WRAPPER=/opt/otel",
    ...args,
  ]);
  assert.match(layer.stdout, /AWS_LAMBDA_EXEC_WRAPPER +\/opt\/otel/);
});
