import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  CodeSigningConfigNotFoundException,
  CreateFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvalidParameterValueException,
  LambdaServiceException,
  ListVersionsByFunctionCommand,
  ResourceConflictException,
  waitUntilFunctionActiveV2,
} from "@aws-sdk/client-lambda";
import { zipFileOf } from "../../../local/control/code-source.ts";
import { arnPrefix, functionInput, role, startControl, zipWith } from "./control-server.ts";

test("a function is pending when it is created, and active a moment later", async (t) => {
  const { client } = await startControl(t);
  const zip = zipWith("first");
  const created = await client.send(
    new CreateFunctionCommand({ ...functionInput("hello"), Code: { ZipFile: zip } }),
  );
  const { $metadata, LastModified, RevisionId, RuntimeVersionConfig, ...rest } = created;
  assert.equal($metadata.httpStatusCode, 201);
  assert.match(LastModified ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
  assert.match(RevisionId ?? "", /^[0-9a-f-]{36}$/);
  assert.deepEqual(rest, {
    FunctionName: "hello",
    FunctionArn: `${arnPrefix}hello`,
    Runtime: "provided.al2023",
    Role: role,
    Handler: "hello.sh",
    CodeSize: zip.length,
    CodeSha256: createHash("sha256").update(zip).digest("base64"),
    Description: "",
    Timeout: 3,
    MemorySize: 128,
    Version: "$LATEST",
    TracingConfig: { Mode: "PassThrough" },
    State: "Pending",
    StateReason: "The function is being created.",
    StateReasonCode: "Creating",
    PackageType: "Zip",
    Architectures: ["x86_64"],
    EphemeralStorage: { Size: 512 },
    SnapStart: { ApplyOn: "None", OptimizationStatus: "Off" },
    LoggingConfig: { LogFormat: "Text", LogGroup: "/aws/lambda/hello" },
  });

  await waitUntilFunctionActiveV2(
    { client, maxWaitTime: 20, minDelay: 1, maxDelay: 1 },
    { FunctionName: "hello" },
  );
  const active = await client.send(new GetFunctionConfigurationCommand({ FunctionName: "hello" }));
  assert.equal(active.State, "Active");
  assert.equal(active.StateReason, undefined);
  assert.equal(active.LastUpdateStatus, "Successful");
  assert.equal(active.LastModified, LastModified);
  assert.notEqual(active.RevisionId, RevisionId);
});

test("the code is downloaded from where GetFunction says, byte for byte", async (t) => {
  const { client, store, endpoint } = await startControl(t);
  await client.send(new CreateFunctionCommand({ ...functionInput("hello"), Tags: { a: "b" } }));
  const { Code, Tags } = await client.send(new GetFunctionCommand({ FunctionName: "hello" }));
  const location = new URL(Code?.Location ?? "");
  assert.equal(location.origin, endpoint);
  const file = zipFileOf(location.pathname, store);
  assert.deepEqual(readFileSync(file ?? ""), functionInput("hello").Code.ZipFile);
  assert.deepEqual(Tags, { a: "b" });
  for (const path of ["/_stdlambda/code/../x.zip", "/_stdlambda/code/AB.zip", "/x"]) {
    assert.equal(zipFileOf(path, store), undefined);
  }
});

test("a function that publishes at once has version 1", async (t) => {
  const { client } = await startControl(t);
  const created = await client.send(
    new CreateFunctionCommand({ ...functionInput("hello"), Publish: true }),
  );
  assert.equal(created.Version, "1");
  assert.equal(created.FunctionArn, `${arnPrefix}hello`);
  const { Versions = [] } = await client.send(
    new ListVersionsByFunctionCommand({ FunctionName: "hello" }),
  );
  assert.deepEqual(
    Versions.map(({ Version, FunctionArn }) => [Version, FunctionArn]),
    [
      ["$LATEST", `${arnPrefix}hello:$LATEST`],
      ["1", `${arnPrefix}hello:1`],
    ],
  );
});

test("of creations of one name at the same time one succeeds", async (t) => {
  const { client } = await startControl(t);
  const attempts = Array.from({ length: 8 }, () =>
    client.send(new CreateFunctionCommand(functionInput("hello"))),
  );
  const results = await Promise.allSettled(attempts);
  const failures = results.flatMap((result) =>
    result.status === "rejected" ? [result.reason] : [],
  );
  assert.equal(failures.length, 7);
  for (const failure of failures) {
    assert.ok(failure instanceof ResourceConflictException);
    assert.equal(failure.message, "Function already exist: hello");
  }
});

test("settings are answered as they were given", async (t) => {
  const { client } = await startControl(t);
  const settings = {
    Description: "says hello",
    Timeout: 900,
    MemorySize: 10_240,
    Environment: { Variables: { A1: "b", C_2: "d" } },
    TracingConfig: { Mode: "Active" },
    Architectures: ["arm64"],
    EphemeralStorage: { Size: 1024 },
    DeadLetterConfig: { TargetArn: "arn:aws:sqs:us-east-1:012345678912:failed" },
    KMSKeyArn: "arn:aws:kms:us-east-1:012345678912:key/1",
  } as const;
  const created = await client.send(
    new CreateFunctionCommand({
      ...functionInput("hello"),
      ...settings,
      Architectures: ["arm64"],
      LoggingConfig: { LogFormat: "JSON", SystemLogLevel: "DEBUG" },
      VpcConfig: { SubnetIds: ["subnet-1"], SecurityGroupIds: ["sg-1"] },
      SnapStart: { ApplyOn: "PublishedVersions" },
    }),
  );
  for (const [name, value] of Object.entries(settings)) {
    assert.deepEqual(created[name as keyof typeof settings], value, name);
  }
  assert.deepEqual(created.LoggingConfig, {
    LogFormat: "JSON",
    ApplicationLogLevel: "INFO",
    SystemLogLevel: "DEBUG",
    LogGroup: "/aws/lambda/hello",
  });
  assert.deepEqual(created.VpcConfig?.SubnetIds, ["subnet-1"]);
  assert.deepEqual(created.SnapStart, { ApplyOn: "PublishedVersions", OptimizationStatus: "Off" });
});

test("a function of Managed Instances logs JSON and begins at 2 GB", async (t) => {
  const { client } = await startControl(t);
  const CapacityProviderConfig = {
    LambdaManagedInstancesCapacityProviderConfig: {
      CapacityProviderArn: "arn:aws:lambda:us-east-1:012345678912:capacity-provider:mine",
      PerExecutionEnvironmentMaxConcurrency: 8,
    },
  };
  const created = await client.send(
    new CreateFunctionCommand({ ...functionInput("hello"), CapacityProviderConfig }),
  );
  assert.deepEqual(created.CapacityProviderConfig, CapacityProviderConfig);
  assert.equal(created.MemorySize, 2048);
  assert.equal(created.LoggingConfig?.LogFormat, "JSON");
});

const base = functionInput("hello");
const large = { BIG: "x".repeat(4090) };

const refused = {
  "a name that is too long": [
    { FunctionName: "a".repeat(65) },
    /at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64$/,
  ],
  "no runtime": [{ Runtime: undefined }, /^Runtime and Handler are mandatory parameters/],
  "no handler": [{ Handler: undefined }, /^Runtime and Handler are mandatory parameters/],
  "a runtime nobody has": [
    { Runtime: "cobol85" },
    /^Value cobol85 at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: \[nodejs, .*nodejs26\.x, .*\] or be a valid ARN$/,
  ],
  "a runtime with the name of an object's own member": [
    { Runtime: "constructor" },
    /^Value constructor at 'runtime' failed/,
  ],
  "a runtime that AWS has ended": [
    { Runtime: "provided.al2" },
    /provided\.al2 is no longer supported.* use provided\.al2023 while creating/,
  ],
  "a runtime that is not on this machine": [
    { Runtime: "java21" },
    /has no runtime java21; it runs provided\.al2023, nodejs22\.x/,
  ],
  "code from S3": [
    { Code: { S3Bucket: "bucket", S3Key: "key" } },
    /only as ZipFile, not from S3: .* --zip-file/,
  ],
  "an image": [
    { PackageType: "Image", Code: { ImageUri: "x" } },
    /runs no container images.*ZipFile/,
  ],
  "two sources of code": [
    { Code: { ZipFile: base.Code.ZipFile, S3Key: "key" } },
    /do not provide other FunctionCode parameters/,
  ],
  "no code": [{ Code: {} }, /^Please provide a source for function code\.$/],
  "an empty zip": [{ Code: { ZipFile: Buffer.alloc(0) } }, /must be a non-empty zip/],
  "what is no zip": [{ Code: { ZipFile: Buffer.from("hello") } }, /^Could not unzip uploaded file/],
  "reserved variables": [
    { Environment: { Variables: { AWS_REGION: "x", LAMBDA_TASK_ROOT: "y" } } },
    /Reserved keys used in this request: AWS_REGION, LAMBDA_TASK_ROOT$/,
  ],
  "more than 4 KB of variables": [
    { Environment: { Variables: large } },
    /exceeded the 4KB limit\. String measured: \{"BIG":"x+"\}$/,
  ],
  "six layers": [
    {
      Layers: [1, 2, 3, 4, 5, 6].map(
        (number) => `arn:aws:lambda:us-east-1:012345678912:layer:l${number}:1`,
      ),
    },
    /^Cannot reference more than 5 layers\.$/,
  ],
  "a layer that is not there": [
    { Layers: ["arn:aws:lambda:us-east-1:012345678912:layer:none:1"] },
    /^Layer version arn:aws:lambda:us-east-1:012345678912:layer:none:1 does not exist\.$/,
  ],
  "a layer of somebody else": [
    { Layers: ["arn:aws:lambda:us-east-1:111122223333:layer:none:1"] },
    /does not exist\. .*publish this layer to it/,
  ],
  "a layer of another region": [
    { Layers: ["arn:aws:lambda:eu-west-1:012345678912:layer:none:1"] },
    /expected to be in region us-east-1\.$/,
  ],
  "two versions of one layer": [
    { Layers: [1, 2].map((n) => `arn:aws:lambda:us-east-1:012345678912:layer:l:${n}`) },
    /^Two different versions of the same layer/,
  ],
  "levels of a text log": [
    { LoggingConfig: { LogFormat: "Text", SystemLogLevel: "INFO" } },
    /^LogLevel is not supported when LogFormat is set to "Text"/,
  ],
  "text logs of Managed Instances": [
    {
      CapacityProviderConfig: {
        LambdaManagedInstancesCapacityProviderConfig: {
          CapacityProviderArn: "arn:aws:lambda:us-east-1:012345678912:capacity-provider:mine",
        },
      },
      LoggingConfig: { LogFormat: "Text" },
    },
    /log in JSON only/,
  ],
  "more memory than functions have": [
    { MemorySize: 20_000 },
    /^'MemorySize' value failed to satisfy constraint: .* equal to 10240$/,
  ],
  "SnapStart of Node.js": [
    { Runtime: "nodejs24.x", SnapStart: { ApplyOn: "PublishedVersions" } },
    /^nodejs24\.x is not supported for SnapStart enabled functions\.$/,
  ],
  "a qualifier in the name": [
    { FunctionName: "hello:live" },
    /^This operation is permitted on Lambda functions only\./,
  ],
  "51 tags": [
    { Tags: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`t${n}`, ""])) },
    /^Number of tags exceeds resource tag limit\.$/,
  ],
} as const;

test("what AWS refuses is refused in its words, and nothing is kept", async (t) => {
  const { client, store } = await startControl(t);
  for (const [name, [change, message]] of Object.entries(refused)) {
    await t.test(name, async () => {
      const input = { ...base, ...change } as typeof base;
      await assert.rejects(client.send(new CreateFunctionCommand(input)), (error) => {
        assert.ok(error instanceof InvalidParameterValueException, String(error));
        assert.match(error.message, message);
        return true;
      });
    });
  }
  assert.deepEqual(store.functions.all(), []);
});

test("variables of exactly 4 KB are taken", async (t) => {
  const { client } = await startControl(t);
  const Variables = { BIG: "x".repeat(4096 - '{"BIG":""}'.length) };
  const created = await client.send(
    new CreateFunctionCommand({ ...base, Environment: { Variables } }),
  );
  assert.deepEqual(created.Environment, { Variables });
});

test("a code signing configuration is not there", async (t) => {
  const { client } = await startControl(t);
  const CodeSigningConfigArn =
    "arn:aws:lambda:us-east-1:012345678912:code-signing-config:csc-0123456789abcdef0";
  await assert.rejects(
    client.send(new CreateFunctionCommand({ ...base, CodeSigningConfigArn })),
    CodeSigningConfigNotFoundException,
  );
});

test("a zip of more than 50 MB is too large", async (t) => {
  const { client } = await startControl(t);
  const input = { ...base, Code: { ZipFile: Buffer.alloc(50 * 1024 * 1024 + 1) } };
  await assert.rejects(client.send(new CreateFunctionCommand(input)), (error) => {
    assert.ok(error instanceof LambdaServiceException);
    assert.equal(error.name, "RequestEntityTooLargeException");
    assert.equal(error.$metadata.httpStatusCode, 413);
    return true;
  });
});
