import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
  CreateAliasCommand,
  CreateFunctionUrlConfigCommand,
  DeleteAliasCommand,
  GetAliasCommand,
  ListAliasesCommand,
  ListFunctionUrlConfigsCommand,
  PreconditionFailedException,
  PublishVersionCommand,
  paginateListAliases,
  ResourceConflictException,
  ResourceNotFoundException,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { arnPrefix, startControl } from "./control-server.ts";
import { activeFunction, updated } from "./functions.ts";

const FunctionName = "hello";

/** A function with versions 1 and 2. */
async function start(t: TestContext) {
  const control = await startControl(t);
  const { client } = control;
  await activeFunction(client, FunctionName);
  await client.send(new PublishVersionCommand({ FunctionName }));
  await client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 4 }));
  await updated(client, FunctionName);
  await client.send(new PublishVersionCommand({ FunctionName }));
  return control;
}

test("an alias is made, read, changed and deleted", async (t) => {
  const { client } = await start(t);
  const { $metadata, RevisionId, ...created } = await client.send(
    new CreateAliasCommand({ FunctionName, Name: "live", FunctionVersion: "1" }),
  );
  assert.equal($metadata.httpStatusCode, 201);
  assert.deepEqual(created, {
    AliasArn: `${arnPrefix}hello:live`,
    Name: "live",
    FunctionVersion: "1",
    Description: "",
  });
  const weights = { AdditionalVersionWeights: { "2": 0.25 } };
  const changed = await client.send(
    new UpdateAliasCommand({ FunctionName, Name: "live", RoutingConfig: weights, RevisionId }),
  );
  assert.deepEqual(changed.RoutingConfig, weights);
  assert.notEqual(changed.RevisionId, RevisionId);
  const read = await client.send(new GetAliasCommand({ FunctionName, Name: "live" }));
  assert.deepEqual({ ...read, $metadata: undefined }, { ...changed, $metadata: undefined });
  const plain = await client.send(
    new UpdateAliasCommand({
      FunctionName,
      Name: "live",
      FunctionVersion: "2",
      Description: "two",
      RoutingConfig: { AdditionalVersionWeights: {} },
    }),
  );
  assert.equal(plain.RoutingConfig, undefined);
  assert.equal(plain.FunctionVersion, "2");
  assert.equal(plain.Description, "two");
  for (let times = 0; times < 2; times += 1) {
    await client.send(new DeleteAliasCommand({ FunctionName, Name: "live" }));
  }
  await assert.rejects(
    client.send(new GetAliasCommand({ FunctionName, Name: "live" })),
    (error) => {
      assert.ok(error instanceof ResourceNotFoundException);
      assert.equal(error.message, `Cannot find alias arn: ${arnPrefix}hello:live`);
      return true;
    },
  );
});

test("aliases are listed by name, page by page, and by version", async (t) => {
  const { client } = await start(t);
  for (const [Name, FunctionVersion] of [
    ["c", "1"],
    ["a", "2"],
    ["b", "1"],
  ] as const) {
    await client.send(new CreateAliasCommand({ FunctionName, Name, FunctionVersion }));
  }
  const names: unknown[] = [];
  for await (const { Aliases = [] } of paginateListAliases(
    { client, pageSize: 2 },
    { FunctionName },
  )) {
    names.push(...Aliases.map(({ Name }) => Name));
  }
  assert.deepEqual(names, ["a", "b", "c"]);
  const { Aliases } = await client.send(
    new ListAliasesCommand({ FunctionName, FunctionVersion: "1" }),
  );
  assert.deepEqual(
    Aliases?.map(({ Name }) => Name),
    ["b", "c"],
  );
});

test("an alias that cannot be is refused", async (t) => {
  const { client } = await start(t);
  const create = (input: object) =>
    client.send(
      new CreateAliasCommand({ FunctionName, Name: "new", FunctionVersion: "1", ...input }),
    );
  const weights = (AdditionalVersionWeights: Record<string, number>) => ({
    RoutingConfig: { AdditionalVersionWeights },
  });
  for (const [input, message] of [
    [{ FunctionVersion: "9" }, /^Function not found: .*:hello:9$/],
    [{ FunctionName: "none" }, /^Function not found: .*:none:1$/],
    [{ Name: "2024" }, /^1 validation error detected: Value '2024' at 'name'/],
    [weights({ "1": 0.5 }), /^Invalid function version 1\. .* already included/],
    [weights({ "9": 0.5 }), /^Function not found: .*:hello:9$/],
    [weights({ "2": 0.5, "9": 0.1 }), /^Number of items in AdditionalVersionWeights cannot/],
    [
      { FunctionVersion: "$LATEST", ...weights({ "2": 0.5 }) },
      /^\$LATEST is not supported for an alias pointing to more than 1 version$/,
    ],
    [
      weights({ "2": 2 }),
      /Value '\{2=2\.0\}' at 'routingConfig\.additionalVersionWeights' .*Map value must satisfy constraint: \[Member must have value less than or equal to 1\.0, Member must have value greater than or equal to 0\.0, Member must not be null\]$/,
    ],
    [weights({ $LATEST: 0.5 }), /Map keys must satisfy constraint: \[.*pattern: \[0-9\]\+\]$/],
  ] as const) {
    await assert.rejects(create(input), { message });
  }
  await create({});
  await assert.rejects(create({}), (error) => {
    assert.ok(error instanceof ResourceConflictException);
    assert.equal(error.message, `Alias already exists: ${arnPrefix}hello:new`);
    return true;
  });
  const update = (input: object) =>
    client.send(new UpdateAliasCommand({ FunctionName, Name: "new", ...input }));
  await assert.rejects(update({ RevisionId: "old" }), PreconditionFailedException);
  await assert.rejects(update({ Name: "none" }), { message: /^Alias not found: .*:hello:none$/ });
  await assert.rejects(update({ FunctionVersion: "9" }), { message: /^Function not found: .*:9$/ });
});

test("what hangs on an alias goes with it", async (t) => {
  const { client } = await start(t);
  await client.send(new CreateAliasCommand({ FunctionName, Name: "live", FunctionVersion: "1" }));
  await client.send(
    new CreateFunctionUrlConfigCommand({ FunctionName, Qualifier: "live", AuthType: "NONE" }),
  );
  await client.send(new DeleteAliasCommand({ FunctionName, Name: "live" }));
  const { FunctionUrlConfigs } = await client.send(
    new ListFunctionUrlConfigsCommand({ FunctionName }),
  );
  assert.deepEqual(FunctionUrlConfigs, []);
});
