import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { type TestContext, test } from "node:test";
import {
  CreateFunctionCommand,
  GetFunctionConfigurationCommand,
  InvalidParameterValueException,
  PreconditionFailedException,
  ResourceConflictException,
  ResourceNotFoundException,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from "@aws-sdk/client-lambda";
import { arnPrefix, functionInput, startControl, zipWith } from "./control-server.ts";
import { activeFunction, updated } from "./functions.ts";

const FunctionName = "hello";

async function start(t: TestContext) {
  const control = await startControl(t);
  await activeFunction(control.client, FunctionName);
  return control;
}

test("new code is in progress first, then successful", async (t) => {
  const { client } = await start(t);
  const zip = zipWith("second");
  const answer = await client.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: zip }));
  assert.equal(answer.LastUpdateStatus, "InProgress");
  assert.equal(answer.State, "Active");
  assert.equal(answer.CodeSha256, createHash("sha256").update(zip).digest("base64"));
  assert.equal(answer.CodeSize, zip.length);
  await waitUntilFunctionUpdatedV2(
    { client, maxWaitTime: 20, minDelay: 1, maxDelay: 1 },
    { FunctionName },
  );
  const now = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
  assert.equal(now.LastUpdateStatus, "Successful");
  assert.equal(now.LastModified, answer.LastModified);
});

test("a function that is being created or updated takes no other change", async (t) => {
  const { client } = await startControl(t);
  await client.send(new CreateFunctionCommand(functionInput(FunctionName)));
  const code = new UpdateFunctionCodeCommand({ FunctionName, ZipFile: zipWith("second") });
  // On a slow machine it may have come to rest already: then the change is taken.
  await client.send(code).catch((error) => {
    assert.ok(error instanceof ResourceConflictException);
    assert.match(error.message, /function is currently in the following state: Pending$/);
  });
  await updated(client, FunctionName);
  const change = () =>
    client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 5 }));
  const results = await Promise.allSettled(Array.from({ length: 5 }, change));
  const failures = results.flatMap((result) =>
    result.status === "rejected" ? [result.reason] : [],
  );
  assert.ok(failures.length < 5, "none of five changes at once was taken");
  for (const failure of failures) {
    assert.ok(failure instanceof ResourceConflictException);
    assert.equal(
      failure.message,
      `The operation cannot be performed at this time. An update is in progress for resource: ${arnPrefix}hello`,
    );
  }
});

test("a dry run checks the code and changes nothing", async (t) => {
  const { client } = await start(t);
  const before = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const dry = await client.send(
    new UpdateFunctionCodeCommand({ FunctionName, ZipFile: zipWith("dry"), DryRun: true }),
  );
  assert.notEqual(dry.CodeSha256, before.CodeSha256);
  const after = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
  assert.deepEqual({ ...after, $metadata: undefined }, { ...before, $metadata: undefined });
  await assert.rejects(
    client.send(
      new UpdateFunctionCodeCommand({ FunctionName, ZipFile: Buffer.from("no"), DryRun: true }),
    ),
    InvalidParameterValueException,
  );
});

test("a stale revision is refused, the newest one is taken", async (t) => {
  const { client } = await start(t);
  const { RevisionId } = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const stale = (error: unknown) => {
    assert.ok(error instanceof PreconditionFailedException);
    assert.match(error.message, /^The Revision Id provided does not match the latest Revision Id/);
    return true;
  };
  const bad = { FunctionName, RevisionId: "00000000-0000-4000-8000-000000000000" };
  await assert.rejects(client.send(new UpdateFunctionConfigurationCommand(bad)), stale);
  await assert.rejects(
    client.send(new UpdateFunctionCodeCommand({ ...bad, ZipFile: zipWith("x") })),
    stale,
  );
  const good = { FunctionName, RevisionId, Timeout: 7 };
  const changed = await client.send(new UpdateFunctionConfigurationCommand(good));
  assert.equal(changed.Timeout, 7);
  await updated(client, FunctionName);
  await assert.rejects(client.send(new UpdateFunctionConfigurationCommand(good)), stale);
});

test("a change of the configuration keeps what it does not name", async (t) => {
  const { client } = await start(t);
  const change = async (input: object) => {
    const command = new UpdateFunctionConfigurationCommand({ FunctionName, ...input });
    const { RevisionId, LastModified, $metadata, ...configuration } = await client.send(command);
    await updated(client, FunctionName);
    return configuration;
  };
  const first = await change({
    Environment: { Variables: { A1: "b" } },
    LoggingConfig: { ApplicationLogLevel: "WARN", LogFormat: "JSON" },
    DeadLetterConfig: { TargetArn: "arn:aws:sqs:us-east-1:012345678912:failed" },
  });
  const second = await change({ MemorySize: 512, Runtime: "nodejs24.x" });
  assert.deepEqual(
    { ...second, RuntimeVersionConfig: undefined },
    { ...first, MemorySize: 512, Runtime: "nodejs24.x", RuntimeVersionConfig: undefined },
  );
  assert.notDeepEqual(second.RuntimeVersionConfig, first.RuntimeVersionConfig);
  const third = await change({
    Environment: { Variables: {} },
    LoggingConfig: { LogFormat: "Text" },
    DeadLetterConfig: { TargetArn: "" },
  });
  assert.deepEqual(third.Environment, { Variables: {} });
  assert.deepEqual(third.LoggingConfig, { LogFormat: "Text", LogGroup: "/aws/lambda/hello" });
  assert.equal(third.DeadLetterConfig, undefined);
});

test("a change that is refused changes nothing", async (t) => {
  const { client } = await start(t);
  const before = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
  for (const [change, message] of [
    [{ Environment: { Variables: { AWS_REGION: "x" } } }, /AWS_REGION$/],
    [{ Runtime: "go1.x" }, /no runtime go1\.x/],
    [{ Timeout: 901 }, /^1 validation error detected: Value '901' at 'timeout'/],
    [{ ImageConfig: { Command: ["x"] } }, /don't provide ImageConfig/],
  ] as const) {
    await assert.rejects(
      client.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...change } as never)),
      { message },
    );
  }
  for (const [change, message] of [
    [{}, /^Please provide a source for function code/],
    [{ ImageUri: "x" }, /don't provide ImageUri/],
    [{ S3Bucket: "bucket", S3Key: "k" }, /only as ZipFile/],
    [{ ZipFile: zipWith("x"), PublishTo: "LATEST_PUBLISHED" }, /does not support PublishTo/],
  ] as const) {
    await assert.rejects(
      client.send(new UpdateFunctionCodeCommand({ FunctionName, ...change } as never)),
      { message },
    );
  }
  const after = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
  assert.equal(after.RevisionId, before.RevisionId);
});

test("what is not there is not found", async (t) => {
  const { client } = await startControl(t);
  const missing = {
    name: "ResourceNotFoundException",
    message: `Function not found: ${arnPrefix}none`,
  };
  await assert.rejects(
    client.send(new UpdateFunctionConfigurationCommand({ FunctionName: "none" })),
    missing,
  );
  const update = new UpdateFunctionCodeCommand({ FunctionName: "none", ZipFile: zipWith("x") });
  await assert.rejects(client.send(update), (error) => error instanceof ResourceNotFoundException);
});
