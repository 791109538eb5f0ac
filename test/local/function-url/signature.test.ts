// URLs of auth type AWS_IAM: who gets in, and what the function learns of them.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { missingTool } from "../../helpers/missing-tool.ts";
import { type Configuration, returned, startUrl } from "./url-server.ts";

const run = promisify(execFile);
const configuration: Configuration = { AuthType: "AWS_IAM", FunctionUrl: undefined };
const signature = "0123456789abcdef".repeat(4);
const key = "AKIAIOSFODNN7EXAMPLE";

function amzDate(offsetMinutes = 0): string {
  const time = new Date(Date.now() + offsetMinutes * 60_000);
  return time.toISOString().replace(/[:-]|\.\d+/g, "");
}

interface Parts {
  readonly date?: string;
  readonly service?: string;
  readonly signed?: string;
  readonly hex?: string;
  readonly scheme?: string;
}

function signedHeaders(parts: Parts = {}): Record<string, string> {
  const { date = amzDate(), service = "lambda", signed = "host;x-amz-date" } = parts;
  const { hex = signature, scheme = "AWS4-HMAC-SHA256" } = parts;
  const credential = `${key}/${date.slice(0, 8)}/eu-west-1/${service}/aws4_request`;
  return {
    "X-Amz-Date": date,
    Authorization: `${scheme} Credential=${credential}, SignedHeaders=${signed}, Signature=${hex}`,
  };
}

test("a signed request gets in, and the function learns the access key", async (t) => {
  const server = await startUrl(t, () => returned({}), configuration);
  assert.equal((await fetch(server.url, { headers: signedHeaders() })).status, 200);
  const { accountId, authorizer } = server.events[0].requestContext;
  assert.equal(accountId, "012345678912");
  assert.equal(authorizer.iam.accessKey, key);
  assert.equal(authorizer.iam.userArn, "arn:aws:iam::012345678912:user/local");
});

const refused: { name: string; headers: Record<string, string>; fault: RegExp }[] = [
  { name: "no signature", headers: {}, fault: /no Authorization header/ },
  { name: "a bearer token", headers: { Authorization: "Bearer abc" }, fault: /AWS4-HMAC-SHA256/ },
  { name: "another scheme", headers: signedHeaders({ scheme: "AWS3" }), fault: /scheme/ },
  { name: "another service", headers: signedHeaders({ service: "s3" }), fault: /signed for s3/ },
  { name: "an unsigned host", headers: signedHeaders({ signed: "x-amz-date" }), fault: /host/ },
  { name: "half a signature", headers: signedHeaders({ hex: "abc" }), fault: /64 hexadecimal/ },
  { name: "an old date", headers: signedHeaders({ date: amzDate(-16) }), fault: /has expired/ },
  { name: "a future date", headers: signedHeaders({ date: amzDate(16) }), fault: /in the future/ },
  { name: "no date", headers: { ...signedHeaders(), "X-Amz-Date": "" }, fault: /X-Amz-Date/ },
  {
    name: "a credential in pieces",
    headers: { ...signedHeaders(), Authorization: "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EX" },
    fault: /KEY\/DATE\/REGION/,
  },
];

for (const { name, headers, fault } of refused) {
  test(`a request with ${name} is forbidden, and the log says why`, async (t) => {
    const server = await startUrl(t, () => returned({}), configuration);
    const response = await fetch(server.url, { headers });
    assert.equal(response.status, 403);
    assert.equal(response.headers.get("x-amzn-errortype"), "AccessDeniedException");
    assert.match(await response.text(), /^\{"Message":"Forbidden/);
    assert.match(server.faults.join(), fault);
    assert.equal(server.events.length, 0);
  });
}

test("a signed URL gets in until it has expired", async (t) => {
  const server = await startUrl(t, () => returned({}), configuration);
  const query = (offset: number, expires: string) =>
    new URLSearchParams({
      "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
      "X-Amz-Credential": `${key}/${amzDate(offset).slice(0, 8)}/eu-west-1/lambda/aws4_request`,
      "X-Amz-Date": amzDate(offset),
      "X-Amz-Expires": expires,
      "X-Amz-SignedHeaders": "host",
      "X-Amz-Signature": signature,
    });
  const status = async (offset: number, expires: string) =>
    (await fetch(`${server.url}/?${query(offset, expires)}`)).status;
  assert.equal(await status(0, "60"), 200);
  assert.equal(await status(-60, "7200"), 200);
  assert.equal(await status(-60, "600"), 403);
  assert.equal(await status(0, "soon"), 403);
  assert.equal(await status(0, "9999999"), 403);
});

test("curl signs well enough", { skip: missingTool(["curl"]) }, async (t) => {
  const server = await startUrl(t, () => returned("in"), configuration);
  const signing = ["--aws-sigv4", "aws:amz:eu-west-1:lambda", "--user", "test:secret"];
  const { stdout } = await run("curl", ["-s", "--noproxy", "*", ...signing, `${server.url}/a?b=c`]);
  assert.equal(stdout, "in");
  assert.equal(server.events[0].requestContext.authorizer.iam.accessKey, "test");
});
