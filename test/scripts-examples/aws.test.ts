// The examples that call AWS: what they send is signed, whole, and seen by nobody else.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { it, type TestContext } from "node:test";
import { execa } from "execa";
import { missingTool } from "../helpers/missing-tool.ts";
import { projectEnvironment } from "../helpers/project-environment.ts";
import { startAwsStandIn } from "./aws-stand-in.ts";
import { examplesRoot } from "./examples.ts";
import { verifySignature } from "./verify-signature.ts";

const folder = join(examplesRoot, "10-aws-from-sh");
const skip = missingTool(["curl"]);

function run(script: string, input: string | Buffer, variables: NodeJS.ProcessEnv) {
  return execa(join(folder, script), {
    input,
    env: { ...projectEnvironment(), ...variables },
    reject: false,
  });
}

async function standIn(test: TestContext) {
  const aws = await startAwsStandIn();
  test.after(aws.close);
  return aws;
}

it("forwards an event of any characters byte for byte", { skip }, async (test) => {
  const aws = await standIn(test);
  const event = readFileSync(join(folder, "event.json"), "utf8");
  for (const text of [event, "", '@/etc/passwd\n$(id) "quoted" \\ % & = + ü\n\n']) {
    const { exitCode, stderr } = await run("forward.sh", text, aws.variables);
    assert.equal(exitCode, 0, stderr);
    assert.equal(aws.messages.at(-1), text);
  }
});

it("fails with AWS's own words when a signature is refused", { skip }, async (test) => {
  const aws = await standIn(test);
  const variables = { ...aws.variables, AWS_SECRET_ACCESS_KEY: "another" };
  for (const script of ["identity.sh", "forward.sh"]) {
    const { exitCode, stdout, stderr } = await run(script, "{}", variables);
    assert.notEqual(exitCode, 0);
    assert.equal(stdout, "");
    assert.match(stderr, /the signature does not match/);
  }
});

it("says which variable the queue is named by", { skip }, async () => {
  const { exitCode, stderr } = await run("forward.sh", "{}", { QUEUE_URL: "" });
  assert.notEqual(exitCode, 0);
  assert.match(stderr, /set QUEUE_URL to the address of a queue/);
});

it("signs without a token for credentials that have none", { skip }, async (test) => {
  const signed: string[] = [];
  const server = createServer(async (request, response) => {
    await buffer(request);
    signed.push(String(request.headers.authorization));
    response.end("<Arn>arn:aws:iam::123456789012:user/ada</Arn>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  test.after(() => server.close());
  const { exitCode, stdout, stderr } = await run("identity.sh", "{}", {
    AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_SESSION_TOKEN: "",
    AWS_REGION: "eu-west-1",
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  assert.equal(exitCode, 0, stderr);
  assert.equal(stdout, '{"arn":"arn:aws:iam::123456789012:user/ada"}');
  assert.doesNotMatch(signed[0] as string, /x-amz-security-token/);
});

it("keeps the secrets out of the list of processes", { skip }, async (test) => {
  const lines: string[] = [];
  const server = createServer(async (request, response) => {
    await buffer(request);
    // While curl waits for this answer.
    const { stdout } = await execa("ps", ["-eo", "args"]);
    lines.push(...stdout.split("\n").filter((line) => line.includes("--aws-sigv4")));
    response.end("<Arn>a</Arn>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  test.after(() => server.close());
  const missing = missingTool(["ps"]);
  if (missing) return test.skip(missing);
  const { exitCode, stderr } = await run("identity.sh", "{}", {
    AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "very-secret-key",
    AWS_SESSION_TOKEN: "very-secret-token",
    AWS_REGION: "eu-west-1",
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  assert.equal(exitCode, 0, stderr);
  assert.ok(lines.length > 0, "curl was not seen");
  assert.doesNotMatch(lines.join("\n"), /very-secret/);
});

it("verifies path, query, headers and body of a request", { skip }, async (test) => {
  let received: [Parameters<typeof verifySignature>[0], Buffer] | undefined;
  const server = createServer(async (request, response) => {
    received = [request, await buffer(request)];
    response.end("<MessageId>1</MessageId>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  test.after(() => server.close());
  const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "s", sessionToken: "t" };
  await run("forward.sh", "{}", {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_REGION: "eu-west-1",
    QUEUE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/1/queue?a=1&b=2`,
  });
  assert.ok(received);
  const [{ method, url, headers }, body] = received;
  const verify = (changed: object, changedBody = body, as = credentials) =>
    verifySignature(
      { method, url, headers, ...changed } as NonNullable<typeof received>[0],
      changedBody,
      as,
    );

  assert.deepEqual(verify({}), { service: "sqs", region: "eu-west-1" });
  const other = /the signature does not match/;
  assert.throws(() => verify({ method: "PUT" }), other);
  assert.throws(() => verify({ url: "/1/another?a=1&b=2" }), other);
  assert.throws(() => verify({ url: "/1/queue?a=1&b=3" }), other);
  assert.throws(() => verify({ headers: { ...headers, host: "example.com" } }), other);
  assert.throws(() => verify({}, Buffer.from("another body")), other);
  assert.throws(() => verify({}, body, { ...credentials, secretAccessKey: "x" }), other);
  assert.throws(
    () => verify({ headers: { ...headers, "x-amz-date": "20200101T000000Z" } }),
    /is not ours/,
  );
});
