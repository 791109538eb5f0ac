import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvalidParameterValueException,
  ListFunctionsCommand,
  ListVersionsByFunctionCommand,
  PreconditionFailedException,
  PublishVersionCommand,
  paginateListFunctions,
  paginateListVersionsByFunction,
  ResourceConflictException,
  ResourceNotFoundException,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import type { FunctionRecord } from "../../../local/store/records.ts";
import {
  arnPrefix,
  functionInput,
  startControl,
  temporaryDirectory,
  zipWith,
} from "./control-server.ts";
import { activeFunction, updated } from "./functions.ts";

const FunctionName = "hello";

async function start(t: TestContext) {
  const control = await startControl(t);
  await activeFunction(control.client, FunctionName);
  return control;
}

test("a version keeps what the function was when it was published", async (t) => {
  const { client } = await start(t);
  const one = await client.send(new PublishVersionCommand({ FunctionName, Description: "one" }));
  assert.equal(one.$metadata.httpStatusCode, 201);
  assert.equal(one.Version, "1");
  assert.equal(one.FunctionArn, `${arnPrefix}hello:1`);
  assert.equal(one.State, "Active");
  await client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 77 }));
  await updated(client, FunctionName);
  await client.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: zipWith("two") }));
  await updated(client, FunctionName);
  const two = await client.send(new PublishVersionCommand({ FunctionName }));
  assert.equal(two.Version, "2");
  assert.equal(two.Timeout, 77);
  const again = await client.send(
    new GetFunctionConfigurationCommand({ FunctionName, Qualifier: "1" }),
  );
  assert.deepEqual({ ...again, $metadata: undefined }, { ...one, $metadata: undefined });
});

test("publishing what has not changed gives the version that is there", async (t) => {
  const { client } = await start(t);
  const publish = async (input: object = {}) => {
    await updated(client, FunctionName);
    const command = new PublishVersionCommand({ FunctionName, ...input });
    return (await client.send(command)).Version;
  };
  assert.equal(await publish({ Description: "first" }), "1");
  assert.equal(await publish({ Description: "other" }), "1");
  const { Code } = functionInput(FunctionName);
  await client.send(new UpdateFunctionCodeCommand({ FunctionName, ...Code }));
  await updated(client, FunctionName);
  await client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Description: "first" }));
  assert.equal(await publish(), "1");
  await client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 9 }));
  assert.equal(await publish(), "2");
});

test("a version needs the code and the revision that its caller has seen", async (t) => {
  const { client } = await start(t);
  const { CodeSha256, RevisionId } = await client.send(
    new GetFunctionConfigurationCommand({ FunctionName }),
  );
  await assert.rejects(
    client.send(new PublishVersionCommand({ FunctionName, CodeSha256: "other" })),
    (error) => {
      assert.ok(error instanceof InvalidParameterValueException);
      assert.match(error.message, /^CodeSHA256 \(other\) is different from current CodeSHA256 in/);
      return true;
    },
  );
  await assert.rejects(
    client.send(new PublishVersionCommand({ FunctionName, RevisionId: "other" })),
    PreconditionFailedException,
  );
  await client.send(new PublishVersionCommand({ FunctionName, CodeSha256, RevisionId }));
});

test("the number of a deleted version is not given out again", async (t) => {
  const { client } = await start(t);
  await client.send(new PublishVersionCommand({ FunctionName }));
  const gone = await client.send(new DeleteFunctionCommand({ FunctionName, Qualifier: "1" }));
  assert.equal(gone.$metadata.httpStatusCode, 204);
  const { Version } = await client.send(new PublishVersionCommand({ FunctionName }));
  assert.equal(Version, "2");
  await client.send(new DeleteFunctionCommand({ FunctionName: "hello:99" }));
  const { Versions } = await client.send(new ListVersionsByFunctionCommand({ FunctionName }));
  assert.equal(Versions?.length, 2);
});

test("what an alias points to, an alias and $LATEST are not deleted", async (t) => {
  const { client } = await start(t);
  await client.send(new PublishVersionCommand({ FunctionName }));
  await client.send(new CreateAliasCommand({ FunctionName, Name: "live", FunctionVersion: "1" }));
  const remove = (Qualifier: string) =>
    client.send(new DeleteFunctionCommand({ FunctionName, Qualifier }));
  await assert.rejects(remove("1"), (error) => {
    assert.ok(error instanceof ResourceConflictException);
    assert.match(error.message, /because the following aliases reference it: \[live\]$/);
    return true;
  });
  await assert.rejects(remove("live"), { message: /^Deletion of aliases is not/ });
  await assert.rejects(remove("$LATEST"), { message: /^\$LATEST version cannot be deleted/ });
  await client.send(new DeleteFunctionCommand({ FunctionName }));
  await assert.rejects(
    client.send(new GetFunctionCommand({ FunctionName })),
    ResourceNotFoundException,
  );
});

test("a function is found by name, partial ARN and ARN, with the qualifier that was asked", async (t) => {
  const { client } = await start(t);
  await client.send(new PublishVersionCommand({ FunctionName }));
  await client.send(new CreateAliasCommand({ FunctionName, Name: "live", FunctionVersion: "1" }));
  const arn = `${arnPrefix}hello`;
  for (const [name, expected, version] of [
    ["hello", arn, "$LATEST"],
    [arn, arn, "$LATEST"],
    ["012345678912:function:hello", arn, "$LATEST"],
    ["function:hello", arn, "$LATEST"],
    ["us-east-1:012345678912:function:hello:1", `${arn}:1`, "1"],
    ["hello:live", `${arn}:live`, "1"],
    [`${arn}:$LATEST`, `${arn}:$LATEST`, "$LATEST"],
    ["hello:$LATEST.PUBLISHED", `${arn}:$LATEST.PUBLISHED`, "1"],
  ] as const) {
    const { Configuration } = await client.send(new GetFunctionCommand({ FunctionName: name }));
    assert.equal(Configuration?.FunctionArn, expected, name);
    assert.equal(Configuration?.Version, version, name);
  }
  for (const [input, error] of [
    [{ FunctionName: "hello:1", Qualifier: "live" }, /derived qualifier .* does not match/],
    [{ FunctionName: "hello:7" }, /^Function not found: .*:function:hello:7$/],
    [{ FunctionName: arn.replace("us-east-1", "eu-west-1") }, /^Functions from 'eu-west-1' are/],
    [{ FunctionName: arn.replace("012345678912", "111122223333") }, /^Function not found: /],
    [{ FunctionName: "a b" }, /^1 validation error detected: Value 'a b' at 'functionName'/],
  ] as const) {
    await assert.rejects(client.send(new GetFunctionCommand(input)), { message: error });
  }
});

test("functions and versions come page by page, whatever is deleted in between", async (t) => {
  const { client } = await startControl(t);
  const names = ["a", "b", "c", "d", "e"];
  for (const name of names) {
    await client.send(new CreateFunctionCommand({ ...functionInput(name), Publish: true }));
  }
  const found: string[] = [];
  for await (const { Functions = [] } of paginateListFunctions({ client, pageSize: 2 }, {})) {
    assert.ok(Functions.length <= 2);
    found.push(...Functions.map(({ FunctionName }) => FunctionName ?? ""));
    if (found.length === 2) {
      // The last of the page before is gone when the next page is asked for.
      await client.send(new DeleteFunctionCommand({ FunctionName: "b" }));
    }
  }
  assert.deepEqual(found, names);
  const all = await client.send(new ListFunctionsCommand({ FunctionVersion: "ALL" }));
  assert.deepEqual(all.Functions?.map(({ FunctionArn }) => FunctionArn).slice(0, 2), [
    `${arnPrefix}a:$LATEST`,
    `${arnPrefix}a:1`,
  ]);
  assert.ok(all.Functions?.every(({ State }) => State === undefined));
  const versions: unknown[] = [];
  const pages = paginateListVersionsByFunction({ client, pageSize: 1 }, { FunctionName: "a" });
  for await (const { Versions = [] } of pages) versions.push(...Versions.map((v) => v.Version));
  assert.deepEqual(versions, ["$LATEST", "1"]);
  await assert.rejects(client.send(new ListFunctionsCommand({ Marker: "???" })), {
    name: "InvalidParameterValueException",
    message: /^Invalid Marker '\?\?\?'/,
  });
});

test("a function that is served from its folder is published as a copy of it", async (t) => {
  const { client, store } = await startControl(t);
  const root = temporaryDirectory(t);
  const layer = join(root, "layer");
  const code = join(root, "code");
  for (const folder of [layer, code]) mkdirSync(folder);
  writeFileSync(join(code, "hello.sh"), "echo one\n");
  writeFileSync(join(layer, "bootstrap"), "#!/bin/sh\n");
  await store.functions.update(FunctionName, () => servedFrom(code, layer));

  const one = await client.send(new PublishVersionCommand({ FunctionName }));
  assert.equal(one.Version, "1");
  assert.match(one.CodeSha256 ?? "", /^[A-Za-z0-9+/]{43}=$/);
  const same = await client.send(new PublishVersionCommand({ FunctionName }));
  assert.equal(same.Version, "1");
  writeFileSync(join(code, "hello.sh"), "echo two\n");
  const two = await client.send(new PublishVersionCommand({ FunctionName }));
  assert.equal(two.Version, "2");
  assert.notEqual(two.CodeSha256, one.CodeSha256);
  const [version] = store.functions.get(FunctionName)?.versions ?? [];
  assert.equal(version?.code.kind, "zip");
  assert.equal(version?.layers?.length, 1);

  const { Code } = await client.send(new GetFunctionCommand({ FunctionName }));
  assert.equal(Code?.Location, `file://${code}`);
  for (const refused of [
    new UpdateFunctionCodeCommand({ FunctionName, ZipFile: zipWith("x") }),
    new DeleteFunctionCommand({ FunctionName }),
  ]) {
    await assert.rejects(client.send(refused as DeleteFunctionCommand), (error) => {
      assert.ok(error instanceof InvalidParameterValueException);
      assert.ok(error.message.includes(`is served from ${code}: `), error.message);
      return true;
    });
  }
  const changed = await client.send(
    new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 8 }),
  );
  assert.equal(changed.Timeout, 8);
});

function servedFrom(root: string, layer: string): FunctionRecord {
  return {
    name: FunctionName,
    origin: "directory",
    latest: {
      configuration: {
        FunctionName,
        FunctionArn: `${arnPrefix}hello`,
        Handler: "hello.sh",
        Runtime: "provided.al2023",
        Version: "$LATEST",
        State: "Active",
        LastUpdateStatus: "Successful",
        LastModified: "2026-11-21T14:00:00.000+0000",
      },
      code: { kind: "directory", root, layers: [layer], revision: "1" },
    },
    versions: [],
    lastVersion: 0,
    aliases: [],
    urls: [],
    policies: [],
    eventInvokeConfigs: [],
    reservedConcurrency: undefined,
    tags: {},
  };
}
