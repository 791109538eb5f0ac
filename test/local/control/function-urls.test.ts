import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateAliasCommand,
  CreateFunctionUrlConfigCommand,
  DeleteFunctionUrlConfigCommand,
  GetFunctionUrlConfigCommand,
  ListFunctionUrlConfigsCommand,
  ResourceConflictException,
  ResourceNotFoundException,
  UpdateFunctionUrlConfigCommand,
} from "@aws-sdk/client-lambda";
import { arnPrefix, startControl } from "./control-server.ts";
import { activeFunction } from "./functions.ts";

const FunctionName = "hello";

test("a function and its alias have a URL each", async (t) => {
  const { client, endpoint } = await startControl(t);
  await activeFunction(client, FunctionName);
  await client.send(
    new CreateAliasCommand({ FunctionName, Name: "live", FunctionVersion: "$LATEST" }),
  );
  const created = await client.send(
    new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: "NONE" }),
  );
  assert.equal(created.$metadata.httpStatusCode, 201);
  assert.equal(created.FunctionUrl, `${endpoint}/lambda-url/hello/`);
  assert.equal(created.FunctionArn, `${arnPrefix}hello`);
  const Cors = { AllowOrigins: ["*"], AllowMethods: ["GET"], MaxAge: 60 };
  const alias = await client.send(
    new CreateFunctionUrlConfigCommand({
      FunctionName,
      Qualifier: "live",
      AuthType: "AWS_IAM",
      InvokeMode: "RESPONSE_STREAM",
      Cors,
    }),
  );
  assert.equal(alias.FunctionUrl, `${endpoint}/lambda-url/hello:live/`);
  assert.deepEqual(alias.Cors, Cors);
  const changed = await client.send(
    new UpdateFunctionUrlConfigCommand({ FunctionName, Qualifier: "live", AuthType: "NONE" }),
  );
  assert.equal(changed.AuthType, "NONE");
  assert.equal(changed.InvokeMode, "RESPONSE_STREAM");
  assert.deepEqual(changed.Cors, Cors);
  const { FunctionUrlConfigs = [] } = await client.send(
    new ListFunctionUrlConfigsCommand({ FunctionName }),
  );
  assert.deepEqual(
    FunctionUrlConfigs.map((config) => [config.FunctionArn, config.InvokeMode]),
    [
      [`${arnPrefix}hello`, "BUFFERED"],
      [`${arnPrefix}hello:live`, "RESPONSE_STREAM"],
    ],
  );
  await assert.rejects(
    client.send(new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: "NONE" })),
    ResourceConflictException,
  );
  await client.send(new DeleteFunctionUrlConfigCommand({ FunctionName }));
  await assert.rejects(
    client.send(new GetFunctionUrlConfigCommand({ FunctionName })),
    ResourceNotFoundException,
  );
  const left = await client.send(
    new GetFunctionUrlConfigCommand({ FunctionName, Qualifier: "live" }),
  );
  assert.equal(left.FunctionArn, `${arnPrefix}hello:live`);
});

test("a URL needs a function or an alias that is there", async (t) => {
  const { client } = await startControl(t);
  await activeFunction(client, FunctionName);
  const create = (input: object) =>
    client.send(new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: "NONE", ...input }));
  await assert.rejects(create({ FunctionName: "none" }), { message: "Function does not exist" });
  await assert.rejects(create({ Qualifier: "none" }), { message: "Function does not exist" });
  await assert.rejects(create({ Qualifier: "1" }), { name: "ValidationException" });
  await assert.rejects(create({ AuthType: undefined }), {
    message:
      "1 validation error detected: Value null at 'authType' failed to satisfy constraint: Member must not be null",
  });
  const absent = { message: "The resource you requested does not exist." };
  for (const name of [FunctionName, "none"]) {
    const input = { FunctionName: name };
    await assert.rejects(client.send(new GetFunctionUrlConfigCommand(input)), absent);
    await assert.rejects(client.send(new DeleteFunctionUrlConfigCommand(input)), absent);
  }
});
