// What was deployed answers: through AWS's own command line, through its client, and by its URL.
import assert from "node:assert/strict";
import { it } from "node:test";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { execa } from "execa";
import { missingTool } from "../helpers/missing-tool.ts";
import { bubblewrap } from "../local/service/test-service.ts";
import { startDeployment, testEnvironment } from "./deployment.ts";

const architecture = process.arch === "arm64" ? "arm64" : "x86_64";
const files = {
  "hello.ts":
    'const text: string = await new Response(process.stdin as never).text();\nconsole.log("hi", text);\n',
  "shout.sh": "#!/bin/sh\ntr a-z A-Z\n",
};
const skip = missingTool(["aws", "bwrap"]);

it("deploys scripts with the full and the thin layer, which AWS's command line invokes", {
  skip,
  timeout: 180_000,
}, async (t) => {
  assert.ok(bubblewrap, "bubblewrap is installed, and may not work here");
  const { run, client, proxy, folder } = await startDeployment(
    t,
    files,
    {},
    { isolate: bubblewrap },
  );
  const full = await run(["deploy", "--arch", architecture, "--url"]);
  assert.equal(full.exitCode, 0, full.stderr);
  const thin = ["deploy", "hello", "--name", "thin", "--runtime", "nodejs24.x"];
  const second = await run([...thin, "--arch", architecture]);
  assert.equal(second.exitCode, 0, second.stderr);

  for (const FunctionName of ["hello:live", "thin:live"]) {
    const { Payload = [], FunctionError } = await client.send(
      new InvokeCommand({ FunctionName, Payload: Buffer.from('"you"') }),
    );
    const answer = Buffer.from(Payload).toString();
    assert.equal(FunctionError, undefined, answer);
    assert.equal(answer, 'hi "you"\n');
  }

  const aws = async (...args: string[]) => {
    const command = ["--endpoint-url", proxy.url, "--output", "json", "lambda", ...args];
    const { stdout } = await execa("aws", command, {
      cwd: folder,
      env: { ...testEnvironment, AWS_DEFAULT_REGION: "eu-central-1", AWS_PAGER: "" },
      extendEnv: false,
    });
    return stdout;
  };
  const named = ["--function-name", "shout", "--qualifier", "live"];
  const { State, Layers, Version } = JSON.parse(await aws("get-function-configuration", ...named));
  assert.equal(State, "Active");
  assert.equal(Version, "1");
  assert.match(Layers[0].Arn, new RegExp(`:layer:stdlambda-full-${architecture}:1$`));
  const policy = JSON.parse(await aws("get-policy", ...named));
  const { Statement } = JSON.parse(policy.Policy);
  assert.deepEqual(
    Statement.map(({ Sid }: { Sid: string }) => Sid),
    ["stdlambda-url", "stdlambda-url-invoke"],
  );
  await aws("wait", "function-updated-v2", "--function-name", "shout");
  const { FunctionUrl } = JSON.parse(await aws("get-function-url-config", ...named));
  const answer = await fetch(FunctionUrl, { method: "POST", body: "quiet" });
  assert.equal(answer.status, 200);
  assert.match(await answer.text(), /"BODY":"QUIET"/);
});
