// What a deployment says when AWS refuses: in a line, with what to do about it.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { GetFunctionCommand } from "@aws-sdk/client-lambda";
import { startDeployment, testEnvironment } from "../../deploy/deployment.ts";
import { type Hooks, lambdaError } from "../../deploy/lambda-proxy.ts";
import { callMain } from "../command-line.ts";

// Against AWS the SDK looks for credentials itself, in the variables of its process.
for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name];
Object.assign(process.env, testEnvironment);

const script = { "hello.sh": "#!/bin/sh\ncat\n" };
const role = ["--role", "arn:aws:iam::123456789012:role/lambda"];
/** As against AWS itself, by way of the test's address. */
const remote = ["deploy", "--remote", "--layer", "none"];

/** Answers the calls that match with an error, for so many times. */
function refusing(
  matches: RegExp,
  error: ReturnType<typeof lambdaError>,
  times = Number.POSITIVE_INFINITY,
): Hooks {
  let refused = 0;
  return {
    before: ({ method, path }) =>
      matches.test(`${method} ${path}`) && refused++ < times ? error : undefined,
  };
}

const creation = /^POST \/2015-03-31\/functions$/;

describe("a deployment to AWS", () => {
  it("asks for a role for a new function, and says how one is made", async (t) => {
    const { run, proxy } = await startDeployment(t, script);
    const { exitCode, stderr } = await run(remote);
    assert.equal(exitCode, 1);
    assert.match(
      stderr,
      /error: hello is new, and a new function needs an execution role: --role ARN/,
    );
    assert.match(stderr, /aws iam create-role .*\n.*aws iam attach-role-policy/);
    assert.deepEqual(proxy.writes(), []);
  });

  it("refuses a role that is no ARN, and says how to get it", async (t) => {
    const { run } = await startDeployment(t, script);
    const { exitCode, stderr } = await run([...remote, "--role", "lambda"]);
    assert.equal(exitCode, 2);
    assert.match(stderr, /--role <arn>.*aws iam get-role --role-name NAME/);
  });

  it("waits until Lambda may assume a role that was just made", { timeout: 30_000 }, async (t) => {
    const message = "The role defined for the function cannot be assumed by Lambda.";
    const error = lambdaError(400, "InvalidParameterValueException", message);
    const { run } = await startDeployment(t, script, refusing(creation, error, 1));
    const { exitCode, stderr } = await run([...remote, ...role]);
    assert.equal(exitCode, 0, stderr);
    assert.match(stderr, /Waiting: Lambda cannot assume the role of hello yet/);
  });

  it("waits out throttling", async (t) => {
    const error = lambdaError(429, "TooManyRequestsException", "Rate exceeded");
    const { run } = await startDeployment(t, script, refusing(creation, error, 2));
    const { exitCode, stderr } = await run([...remote, ...role]);
    assert.equal(exitCode, 0, stderr);
  });

  it("waits for another change that is under way", async (t) => {
    const message =
      "The operation cannot be performed at this time. An update is in progress for resource: hello";
    const error = lambdaError(409, "ResourceConflictException", message);
    const { run } = await startDeployment(t, script, refusing(/^PUT .*\/configuration$/, error, 2));
    await run([...remote, ...role]);
    const { exitCode, stderr } = await run([...remote, "--memory", "256"]);
    assert.equal(exitCode, 0, stderr);
    assert.match(stderr, /another change of hello is in progress/);
  });

  const passing: readonly [string, RegExp, string][] = [
    [
      "a role that was just made",
      /assume the role/,
      "The role defined for the function cannot be assumed by Lambda.",
    ],
    [
      "permissions of the role that are new",
      /does not have its permissions yet/,
      "The provided execution role does not have permissions to call SendMessage on SQS",
    ],
    [
      "a grant of a key",
      /no grant for the key/,
      "Lambda was unable to configure access to your environment variables because the KMS key is invalid for CreateGrant.",
    ],
  ];
  for (const [what, told, message] of passing) {
    it(`waits for ${what}, also on an update`, async (t) => {
      const error = lambdaError(400, "InvalidParameterValueException", message);
      const { run } = await startDeployment(
        t,
        script,
        refusing(/^PUT .*\/configuration$/, error, 2),
      );
      await run([...remote, ...role]);
      const other = ["--role", "arn:aws:iam::123456789012:role/other"];
      const { exitCode, stderr } = await run([...remote, ...other]);
      assert.equal(exitCode, 0, stderr);
      assert.match(stderr, told);
    });
  }

  it("pauses before it tries again, when the function is at rest all the same", async (t) => {
    const error = lambdaError(409, "ResourceConflictException", "An update is in progress");
    const { run } = await startDeployment(t, script, refusing(/^PUT .*\/code$/, error, 3));
    await run([...remote, ...role]);
    const began = performance.now();
    const { exitCode, stderr } = await run([...remote, "--include", "hello.sh", "--arch", "arm64"]);
    assert.equal(exitCode, 0, stderr);
    assert.ok(performance.now() - began > 3000, "500, 1000 and 2000 ms");
  });

  const creations: readonly [string, RegExp][] = [
    ["CreateFunction", creation],
    ["CreateAlias", /^POST .*\/aliases$/],
    ["CreateFunctionUrlConfig", /^POST .*\/url/],
    ["AddPermission", /^POST .*\/policy/],
    ["PublishVersion", /^POST .*\/versions$/],
  ];
  for (const [operation, call] of creations) {
    it(`goes on when the reply to ${operation} is lost, and the SDK repeats the call`, async (t) => {
      let lost = 0;
      const { run, json, proxy } = await startDeployment(t, script, {
        after: ({ method, path }) =>
          call.test(`${method} ${path}`) && lost++ === 0 ? "lost" : undefined,
      });
      const { exitCode, stderr } = await run([...remote, ...role, "--url"]);
      assert.equal(exitCode, 0, stderr);
      assert.ok(lost > 1, "the call was repeated");
      proxy.calls.length = 0;
      const again = await json([...remote, "--url"]);
      assert.deepEqual(proxy.writes(), []);
      const [{ action, version, url }] = again.functions as [Record<string, unknown>];
      assert.deepEqual([action, version, typeof url], ["none", "1", "string"]);
    });
  }

  it("does not take over a function that somebody else creates meanwhile", async (t) => {
    const taken = lambdaError(409, "ResourceConflictException", "Function already exist: hello");
    let isTaken = false;
    const { run, client } = await startDeployment(t, script, {
      before: ({ method, path }) => {
        if (!creation.test(`${method} ${path}`)) return undefined;
        isTaken = true;
        return taken;
      },
    });
    const { exitCode, stderr } = await run([...remote, ...role]);
    assert.ok(isTaken);
    assert.equal(exitCode, 1);
    assert.match(stderr, /error: /);
    await assert.rejects(client.send(new GetFunctionCommand({ FunctionName: "hello" })));
  });

  const cases: readonly [string, number, string, string, RegExp][] = [
    [
      "expired credentials",
      403,
      "ExpiredTokenException",
      "The security token included in the request is expired",
      /error: ExpiredTokenException: .* is expired\nRenew them \(aws sso login\)/,
    ],
    [
      "a missing permission",
      403,
      "AccessDeniedException",
      "User: arn:aws:iam::1:user/me is not authorized to perform: lambda:CreateFunction",
      /not authorized to perform: lambda:CreateFunction.*\nAllow this call to the deploying user; docs\/deploy\.md/,
    ],
    [
      "a role that may not be passed on",
      403,
      "AccessDeniedException",
      "User: me is not authorized to perform: iam:PassRole on resource: role",
      /\nAllow iam:PassRole on the function's role/,
    ],
    [
      "variables that are too many, without their values",
      400,
      "InvalidParameterValueException",
      'the variables exceeded the 4KB limit. String measured: {"KEY":"hunter2"}',
      /^(?!.*hunter2)[\s\S]*String measured: \(hidden\)/,
    ],
    [
      "a full storage",
      400,
      "CodeStorageExceededException",
      "Code storage limit exceeded.",
      /\nDelete functions, old versions or layer versions/,
    ],
  ];
  for (const [what, status, type, message, expected] of cases) {
    it(`names ${what}`, async (t) => {
      const error = lambdaError(status, type, message);
      const { run } = await startDeployment(t, script, refusing(creation, error));
      const { exitCode, stdout, stderr } = await run([...remote, ...role]);
      assert.equal(exitCode, 1);
      assert.equal(stdout, "");
      assert.match(stderr, expected);
      assert.doesNotMatch(stderr, /hunter2|^ {4}at /m);
    });
  }

  it("says what is done already when a later call fails", async (t) => {
    const error = lambdaError(403, "AccessDeniedException", "not authorized: lambda:CreateAlias");
    const { run } = await startDeployment(t, script, refusing(/^POST .*\/aliases$/, error));
    const { exitCode, stderr } = await run([...remote, ...role]);
    assert.equal(exitCode, 1);
    assert.match(
      stderr,
      /not finished; done so far:\n {2}created the function hello\n {2}published version 1/,
    );
    assert.match(stderr, /Run the same command again: it continues from there\./);
  });

  it("says what a region or credentials are wanted for, when there are none", async () => {
    for (const name of Object.keys(testEnvironment)) {
      if (name.startsWith("AWS_") && name !== "AWS_EC2_METADATA_DISABLED") delete process.env[name];
    }
    const { exitCode, stderr } = await callMain(["list"]);
    assert.equal(exitCode, 1);
    assert.match(stderr, /error: no region for AWS was given\nGive --region/);
    const signed = await callMain(["list", "--region", "eu-central-1"]);
    assert.match(signed.stderr, /error: no usable credentials for AWS: .*\n.*--profile NAME/);
  });
});
