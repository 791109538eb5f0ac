import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
  DeleteFunctionConcurrencyCommand,
  DeleteFunctionEventInvokeConfigCommand,
  GetAccountSettingsCommand,
  GetFunctionCodeSigningConfigCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionEventInvokeConfigCommand,
  GetFunctionRecursionConfigCommand,
  GetRuntimeManagementConfigCommand,
  InvalidParameterValueException,
  ListFunctionEventInvokeConfigsCommand,
  ListTagsCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  ResourceNotFoundException,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFunctionEventInvokeConfigCommand,
} from "@aws-sdk/client-lambda";
import { arnPrefix, startControl, zipWith } from "./control-server.ts";
import { activeFunction } from "./functions.ts";

const FunctionName = "hello";

async function start(t: TestContext, concurrencyLimit = 1000) {
  const control = await startControl(t, { concurrencyLimit });
  await activeFunction(control.client, FunctionName);
  return control;
}

test("concurrency is reserved, read and given back", async (t) => {
  const { client } = await start(t);
  const reserve = (ReservedConcurrentExecutions: number) =>
    client.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }));
  const read = async () =>
    (await client.send(new GetFunctionConcurrencyCommand({ FunctionName })))
      .ReservedConcurrentExecutions;
  assert.equal((await reserve(0)).ReservedConcurrentExecutions, 0);
  await reserve(900);
  assert.equal(await read(), 900);
  const { Concurrency } = await client.send(new GetFunctionCommand({ FunctionName }));
  assert.deepEqual(Concurrency, { ReservedConcurrentExecutions: 900 });
  const { AccountLimit } = await client.send(new GetAccountSettingsCommand({}));
  assert.equal(AccountLimit?.ConcurrentExecutions, 1000);
  assert.equal(AccountLimit?.UnreservedConcurrentExecutions, 100);
  await assert.rejects(reserve(901), (error) => {
    assert.ok(error instanceof InvalidParameterValueException);
    assert.match(error.message, /below its minimum value of \[100\]\.$/);
    return true;
  });
  await client.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
  assert.equal(await read(), undefined);
  await assert.rejects(
    client.send(
      new PutFunctionConcurrencyCommand({
        FunctionName: "none",
        ReservedConcurrentExecutions: 1,
      }),
    ),
    { message: `Function not found: ${arnPrefix}none:$LATEST` },
  );
});

test("of a small limit a tenth stays for all", async (t) => {
  const { client } = await start(t, 4);
  const reserve = (ReservedConcurrentExecutions: number) =>
    client.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }));
  await reserve(3);
  await assert.rejects(reserve(4), { message: /minimum value of \[1\]\.$/ });
});

test("of two functions that want the last of the limit at once one gets it", async (t) => {
  const { client } = await start(t, 10);
  await activeFunction(client, "other");
  const results = await Promise.allSettled(
    [FunctionName, "other"].map((FunctionName) =>
      client.send(
        new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 6 }),
      ),
    ),
  );
  assert.deepEqual(results.map(({ status }) => status).toSorted(), ["fulfilled", "rejected"]);
});

test("the settings of asynchronous invocation are put, changed, listed and deleted", async (t) => {
  const { client } = await start(t);
  await activeFunction(client, "failures");
  await client.send(new PublishVersionCommand({ FunctionName }));
  const OnFailure = { Destination: `${arnPrefix}failures` };
  const before = Date.now();
  const put = await client.send(
    new PutFunctionEventInvokeConfigCommand({
      FunctionName,
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure },
    }),
  );
  assert.ok(Math.abs((put.LastModified?.getTime() ?? 0) - before) < 60_000);
  assert.equal(put.FunctionArn, `${arnPrefix}hello:$LATEST`);
  assert.deepEqual(put.DestinationConfig, { OnSuccess: {}, OnFailure });
  const changed = await client.send(
    new UpdateFunctionEventInvokeConfigCommand({ FunctionName, MaximumEventAgeInSeconds: 60 }),
  );
  assert.equal(changed.MaximumRetryAttempts, 0);
  assert.equal(changed.MaximumEventAgeInSeconds, 60);
  assert.deepEqual(changed.DestinationConfig, { OnSuccess: {}, OnFailure });
  const version = { FunctionName, Qualifier: "1" };
  await client.send(
    new PutFunctionEventInvokeConfigCommand({ ...version, MaximumRetryAttempts: 1 }),
  );
  const replaced = await client.send(
    new PutFunctionEventInvokeConfigCommand({ ...version, MaximumEventAgeInSeconds: 61 }),
  );
  assert.equal(replaced.MaximumRetryAttempts, undefined);
  const { FunctionEventInvokeConfigs } = await client.send(
    new ListFunctionEventInvokeConfigsCommand({ FunctionName }),
  );
  assert.deepEqual(
    FunctionEventInvokeConfigs?.map((config) => config.FunctionArn),
    [`${arnPrefix}hello:$LATEST`, `${arnPrefix}hello:1`],
  );
  await client.send(new DeleteFunctionEventInvokeConfigCommand({ FunctionName }));
  await assert.rejects(
    client.send(new GetFunctionEventInvokeConfigCommand({ FunctionName })),
    (error) => {
      assert.ok(error instanceof ResourceNotFoundException);
      assert.equal(
        error.message,
        `The function ${arnPrefix}hello:$LATEST doesn't have an EventInvokeConfig`,
      );
      return true;
    },
  );
});

test("settings of asynchronous invocation that cannot be are refused", async (t) => {
  const { client } = await start(t);
  const put = (input: object) =>
    client.send(new PutFunctionEventInvokeConfigCommand({ FunctionName, ...input }));
  const to = (Destination: string) => ({ DestinationConfig: { OnSuccess: { Destination } } });
  for (const [input, message] of [
    [{}, /^You must specify at least one of/],
    [{ FunctionName: "none", MaximumRetryAttempts: 1 }, /^The function doesn't exist\.$/],
    [{ Qualifier: "none", MaximumRetryAttempts: 1 }, /^Function not found: .*:hello:none$/],
    [{ MaximumRetryAttempts: 3 }, /Member must have value less than or equal to 2$/],
    [to(`${arnPrefix}hello`), /can't specify the function as a destination for itself/],
    [to(`${arnPrefix}none`), /^The destination ARN .*:none is invalid\.$/],
    [to("nowhere"), /Value 'nowhere' at 'destinationConfig\.onSuccess\.destination' failed/],
  ] as const) {
    await assert.rejects(put(input), { message });
  }
  await assert.rejects(
    client.send(
      new UpdateFunctionEventInvokeConfigCommand({ FunctionName, MaximumRetryAttempts: 1 }),
    ),
    ResourceNotFoundException,
  );
});

test("tags are added, replaced and taken away", async (t) => {
  const { client } = await start(t);
  const Resource = `${arnPrefix}hello`;
  const list = async () => (await client.send(new ListTagsCommand({ Resource }))).Tags;
  assert.deepEqual(await list(), {});
  await client.send(new TagResourceCommand({ Resource, Tags: { a: "1", "b/c d": "2" } }));
  await client.send(new TagResourceCommand({ Resource, Tags: { a: "3" } }));
  assert.deepEqual(await list(), { a: "3", "b/c d": "2" });
  await client.send(new UntagResourceCommand({ Resource, TagKeys: ["b/c d", "none"] }));
  assert.deepEqual(await list(), { a: "3" });
  for (const [command, message] of [
    [new TagResourceCommand({ Resource, Tags: {} }), /cannot be processed/],
    [
      new TagResourceCommand({
        Resource,
        Tags: Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`t${n}`, ""])),
      }),
      /^Number of tags exceeds/,
    ],
    [new TagResourceCommand({ Resource: `${Resource}:1`, Tags: { a: "" } }), /not supported/],
    [new TagResourceCommand({ Resource: `${arnPrefix}none`, Tags: { a: "" } }), /:none$/],
    [new TagResourceCommand({ Resource: "hello", Tags: { a: "" } }), /^1 validation error/],
  ] as const) {
    await assert.rejects(client.send(command), { message });
  }
  assert.deepEqual(await list(), { a: "3" });
});

test("the account's sums are those of what is kept", async (t) => {
  const { client } = await start(t);
  await client.send(new PublishVersionCommand({ FunctionName }));
  const { AccountLimit, AccountUsage } = await client.send(new GetAccountSettingsCommand({}));
  assert.equal(AccountLimit?.CodeSizeZipped, 52_428_800);
  assert.equal(AccountUsage?.FunctionCount, 1);
  assert.equal(AccountUsage?.TotalCodeSize, 2 * zipWith("#!/bin/sh\n").length);
});

test("what a function never changed is answered as AWS does", async (t) => {
  const { client } = await start(t);
  const input = { FunctionName };
  const runtime = await client.send(new GetRuntimeManagementConfigCommand(input));
  assert.equal(runtime.UpdateRuntimeOn, "Auto");
  const signing = await client.send(new GetFunctionCodeSigningConfigCommand(input));
  assert.equal(signing.CodeSigningConfigArn, undefined);
  const recursion = await client.send(new GetFunctionRecursionConfigCommand(input));
  assert.equal(recursion.RecursiveLoop, "Terminate");
  await assert.rejects(
    client.send(new GetFunctionCodeSigningConfigCommand({ FunctionName: "none" })),
    ResourceNotFoundException,
  );
});
