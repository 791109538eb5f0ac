import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
  AddPermissionCommand,
  type AddPermissionRequest,
  CreateAliasCommand,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  type LambdaClient,
  PolicyLengthExceededException,
  PreconditionFailedException,
  PublishVersionCommand,
  RemovePermissionCommand,
  ResourceConflictException,
} from "@aws-sdk/client-lambda";
import { arnPrefix, startControl } from "./control-server.ts";
import { activeFunction } from "./functions.ts";

const FunctionName = "hello";

async function start(t: TestContext) {
  const control = await startControl(t);
  await activeFunction(control.client, FunctionName);
  return control;
}

function add(client: LambdaClient, more: Partial<AddPermissionRequest> = {}) {
  return client.send(
    new AddPermissionCommand({
      FunctionName,
      StatementId: "s3",
      Action: "lambda:InvokeFunction",
      Principal: "s3.amazonaws.com",
      ...more,
    }),
  );
}

test("statements are IAM's own", async (t) => {
  const { client } = await start(t);
  const base = { Effect: "Allow", Action: "lambda:InvokeFunction", Resource: `${arnPrefix}hello` };
  for (const [input, expected] of [
    [
      { StatementId: "service", SourceArn: "arn:aws:s3:::bucket" },
      {
        Principal: { Service: "s3.amazonaws.com" },
        Condition: { ArnLike: { "AWS:SourceArn": "arn:aws:s3:::bucket" } },
      },
    ],
    [
      { StatementId: "account", Principal: "111122223333" },
      { Principal: { AWS: "arn:aws:iam::111122223333:root" } },
    ],
    [
      { StatementId: "user", Principal: "arn:aws:iam::111122223333:user/me" },
      { Principal: { AWS: "arn:aws:iam::111122223333:user/me" } },
    ],
    [
      {
        StatementId: "url",
        Principal: "*",
        FunctionUrlAuthType: "NONE",
        SourceAccount: "111122223333",
        InvokedViaFunctionUrl: true,
      },
      {
        Principal: "*",
        Condition: {
          StringEquals: {
            "AWS:SourceAccount": "111122223333",
            "lambda:FunctionUrlAuthType": "NONE",
          },
          Bool: { "lambda:InvokedViaFunctionUrl": "true" },
        },
      },
    ],
  ] as const) {
    const { Statement, $metadata } = await add(client, input);
    assert.equal($metadata.httpStatusCode, 201);
    assert.deepEqual(JSON.parse(Statement ?? ""), { Sid: input.StatementId, ...base, ...expected });
  }
  const { Policy, RevisionId } = await client.send(new GetPolicyCommand({ FunctionName }));
  const document = JSON.parse(Policy ?? "");
  assert.equal(document.Version, "2012-10-17");
  assert.equal(document.Statement.length, 4);
  const now = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
  assert.equal(RevisionId, now.RevisionId);
});

test("an alias and a version have policies of their own", async (t) => {
  const { client } = await start(t);
  await client.send(new PublishVersionCommand({ FunctionName }));
  await client.send(new CreateAliasCommand({ FunctionName, Name: "live", FunctionVersion: "1" }));
  for (const Qualifier of ["1", "live"]) {
    await add(client, { Qualifier });
    const { Policy } = await client.send(new GetPolicyCommand({ FunctionName, Qualifier }));
    assert.equal(JSON.parse(Policy ?? "").Statement[0].Resource, `${arnPrefix}hello:${Qualifier}`);
  }
  await assert.rejects(client.send(new GetPolicyCommand({ FunctionName })), {
    name: "ResourceNotFoundException",
  });
});

test("a statement is removed, and with the last one the policy", async (t) => {
  const { client } = await start(t);
  await add(client);
  const remove = (StatementId: string, RevisionId?: string) =>
    client.send(new RemovePermissionCommand({ FunctionName, StatementId, RevisionId }));
  await assert.rejects(remove("none"), {
    message: "Statement none is not found in resource policy.",
  });
  await assert.rejects(remove("s3", "old"), PreconditionFailedException);
  const { RevisionId } = await client.send(new GetPolicyCommand({ FunctionName }));
  await remove("s3", RevisionId);
  await assert.rejects(remove("s3"), {
    message: "No policy is associated with the given resource.",
  });
});

test("a permission that cannot be is refused", async (t) => {
  const { client } = await start(t);
  await add(client);
  await assert.rejects(add(client), ResourceConflictException);
  await assert.rejects(add(client, { StatementId: "x", RevisionId: "old" }), (error) => {
    assert.ok(error instanceof PreconditionFailedException);
    assert.match(error.message, /Call the GetPolicy API/);
    return true;
  });
  for (const [input, message] of [
    [{ Principal: "somebody" }, /^The provided principal was invalid/],
    [{ Qualifier: "$LATEST" }, /do not support adding policies for \$LATEST/],
    [{ Qualifier: "42" }, /^Function not found: .*:hello:42$/],
    [{ Qualifier: "none" }, /^Cannot find alias arn: .*:hello:none$/],
    [{ FunctionName: "none" }, /^Function not found: .*:function:none$/],
    [{ StatementId: "a.b" }, /^1 validation error detected: Value 'a\.b' at 'statementId'/],
  ] as const) {
    await assert.rejects(add(client, { StatementId: "y", ...input }), { message });
  }
  await assert.rejects(
    client.send(new RemovePermissionCommand({ FunctionName: "none", StatementId: "x" })),
    { message: `No policy found for: ${arnPrefix}none` },
  );
});

test("a policy has at most 20 KB", async (t) => {
  const { client } = await start(t);
  const fill = async () => {
    for (let number = 0; number < 10; number += 1) {
      await add(client, {
        StatementId: `s${number}`,
        SourceArn: `arn:aws:s3:::${"b".repeat(4000)}`,
      });
    }
  };
  await assert.rejects(fill(), PolicyLengthExceededException);
});
