// `stdlambda invoke NAME` in a project: the function as its configuration or template declares it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { startDev } from "../../end-to-end/dev-process.ts";
import { makeFolder } from "../../project/folder.ts";
import { type Outcome, start } from "../command-line.ts";

const report = `process.stdout.write(JSON.stringify({
  name: process.env.AWS_LAMBDA_FUNCTION_NAME, memory: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  stage: process.env.STAGE, root: process.env.LAMBDA_TASK_ROOT.split("/").at(-1),
  layer: require("node:fs").existsSync("/opt/tool") || (process.env.PATH ?? "").includes("tools/bin"),
}));`;

const configuration = JSON.stringify({
  functions: {
    hello: { handler: "report.cjs", memory: 256, environment: { STAGE: "dev" }, layers: ["tools"] },
    slow: { handler: "report.cjs", timeout: 901 },
  },
  defaults: { root: "functions" },
});

const files = {
  "stdlambda.config.json": configuration,
  "functions/report.cjs": report,
  "tools/bin/tool": "#!/bin/sh\n",
};

/** Nothing listens there. */
const noService = { AWS_ENDPOINT_URL: "http://127.0.0.1:1" };

async function invoke(cwd: string, args: readonly string[], env = {}): Promise<Outcome> {
  const { exitCode, stdout, stderr } = await start(["invoke", ...args, "-d", "{}"], {
    cwd,
    input: "",
    env: { ...noService, ...env },
  });
  return { exitCode, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr).toString() };
}

const hello = { name: "hello", memory: "256", stage: "dev", root: "functions", layer: true };

test("a configured function is run once with its own settings where no service answers", async () => {
  const root = makeFolder(files);
  const { exitCode, stdout, stderr } = await invoke(root, ["hello"]);
  assert.equal(exitCode, 0, stderr);
  assert.deepEqual(JSON.parse(stdout.toString()), hello);
});

test("options of a single run win, and --root names the project", async () => {
  const root = makeFolder(files);
  const args = ["hello", "--root", root, "-e", "STAGE=test", "--memory", "512"];
  const { exitCode, stdout, stderr } = await invoke("/", args);
  assert.equal(exitCode, 0, stderr);
  assert.deepEqual(JSON.parse(stdout.toString()), { ...hello, memory: "512", stage: "test" });
});

test("a function with a fault is refused with the fault", async () => {
  const { exitCode, stderr } = await invoke(makeFolder(files), ["slow"]);
  assert.equal(exitCode, 2);
  assert.match(
    stderr,
    /stdlambda\.config\.json:1:\d+: functions\.slow\.timeout: 901 is not possible/,
  );
});

test("a name that nobody has is told with all that was asked", async () => {
  const { exitCode, stderr } = await invoke(makeFolder(files), ["nobody"]);
  assert.equal(exitCode, 1);
  assert.match(stderr, /HandlerNotFound/);
  assert.match(stderr, /As a function's name: /);
});

test("a function of a template is run with its parameters and --env-vars", async () => {
  const root = makeFolder({
    "functions/report.cjs": report,
    "env.json": '{"Hello":{"STAGE":"file"}}',
    "infra/t.yaml": `Transform: AWS::Serverless-2016-10-31
Parameters: { Memory: { Type: Number } }
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: ../functions, Handler: report.cjs, Runtime: provided.al2023, MemorySize: !Ref Memory, Environment: { Variables: { STAGE: x } } }
`,
  });
  const args = ["Hello", "-t", "infra/t.yaml", "--parameter-overrides", "Memory=192"];
  const { exitCode, stdout, stderr } = await invoke(root, [...args, "--env-vars", "env.json"]);
  assert.equal(exitCode, 0, stderr);
  assert.deepEqual(JSON.parse(stdout.toString()), {
    ...hello,
    name: "Hello",
    memory: "192",
    stage: "file",
    layer: false,
  });
});

test("a service that has the function is asked first", async (t) => {
  const root = makeFolder(files);
  const dev = await startDev(t, {}, { root, args: ["-e", "STAGE=served"] });
  const { exitCode, stdout, stderr } = await invoke(root, ["hello"], { AWS_ENDPOINT_URL: dev.url });
  assert.equal(exitCode, 0, stderr);
  assert.equal(JSON.parse(stdout.toString()).stage, "served");
});
