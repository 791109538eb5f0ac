import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { execa } from "execa";
import { missingTool } from "../../helpers/missing-tool.ts";
import { role, startControl, temporaryDirectory, zipWith } from "./control-server.ts";

test("the AWS CLI creates, changes, publishes and deletes a function", {
  skip: missingTool(["aws"]),
  timeout: 120_000,
}, async (t) => {
  const { endpoint } = await startControl(t);
  const folder = temporaryDirectory(t);
  writeFileSync(join(folder, "function.zip"), zipWith("first"));
  const aws = async (...args: string[]) => {
    const { stdout } = await execa("aws", ["--endpoint-url", endpoint, "lambda", ...args], {
      cwd: folder,
      extendEnv: false,
      env: {
        PATH: process.env.PATH ?? "",
        HOME: folder,
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_DEFAULT_REGION: "us-east-1",
        AWS_PAGER: "",
      },
    });
    return stdout === "" ? undefined : JSON.parse(stdout);
  };
  const named = ["--function-name", "hello"];
  const zip = ["--zip-file", "fileb://function.zip"];
  const runtime = ["--runtime", "provided.al2023", "--handler", "hello.sh", "--role", role];
  const created = await aws("create-function", ...named, ...runtime, ...zip, "--tags", "a=b");
  assert.equal(created.State, "Pending");
  assert.equal(await aws("wait", "function-active-v2", ...named), undefined);
  writeFileSync(join(folder, "function.zip"), zipWith("second"));
  const updated = await aws("update-function-code", ...named, ...zip);
  assert.notEqual(updated.CodeSha256, created.CodeSha256);
  await aws("wait", "function-updated-v2", ...named);
  const published = await aws("publish-version", ...named);
  assert.equal(published.Version, "1");
  const { Tags } = await aws("list-tags", "--resource", created.FunctionArn);
  assert.deepEqual(Tags, { a: "b" });
  await aws("delete-function", ...named);
  const missing = await aws("get-function", ...named).catch((error) => error.stderr);
  assert.match(missing, /\(ResourceNotFoundException\).*Function not found: arn:aws:lambda:/);
});
