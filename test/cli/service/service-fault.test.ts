// What becomes of a call that a service refuses or does not answer, and of one without credentials.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { describe, test } from "node:test";
import { run } from "../command-line.ts";
import { type Reply, refuse, startFakeInvokeApi } from "../invoke/fake-invoke-api.ts";
import { freePort, invoke, isolate, ok, through } from "../service-call.ts";

const isolated = isolate();

describe("an error of the service is a line with what to do, and gives 1", () => {
  const refusals: [string, Reply, RegExp][] = [
    [
      "an unknown function",
      refuse(404, "ResourceNotFoundException", { Message: "Function not found: x" }),
      /^error: ResourceNotFoundException: Function not found: x\n.*stdlambda dev/,
    ],
    [
      "too many requests",
      refuse(429, "TooManyRequestsException", {
        message: "Rate Exceeded.",
        Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
      }),
      /^error: TooManyRequestsException: Rate Exceeded\. \(ReservedFunction\w+\)\nTry again/,
    ],
    [
      "expired credentials",
      refuse(403, "ExpiredTokenException", { message: "The security token is expired" }),
      /^error: ExpiredTokenException: The security token.*\nRenew them \(aws sso login\)/,
    ],
    [
      "a wider right that is missing",
      refuse(403, "AccessDeniedException", { Message: "not authorized" }),
      /^error: AccessDeniedException: not authorized\n.*lambda:InvokeFunction/,
    ],
    [
      "an error nobody here knows",
      refuse(400, "BrandNewException", { Message: "something else" }),
      /^error: BrandNewException: something else\n$/,
    ],
    [
      "a web server of another kind",
      (response) => void response.writeHead(404, { "content-type": "text/html" }).end("<html>"),
      /^error: what answers at http:\S+ is not a Lambda service \(status 404\)\n.*stdlambda dev/,
    ],
    [
      "a connection that is closed",
      (response) => void response.destroy(),
      /^error: the connection to http:\S+ broke off in the middle of the answer/,
    ],
  ];
  for (const [what, reply, message] of refusals) {
    test(what, async () => {
      const { exitCode, stdout, stderr } = await through(reply, ["hello"]);
      assert.equal(exitCode, 1);
      assert.equal(stdout.length, 0);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\n\s+at /);
    });
  }

  test("a port where nobody listens", async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { exitCode, stderr } = await invoke(["hello", "--endpoint-url", url]);
    assert.equal(exitCode, 1);
    assert.match(stderr, /^error: no service listens on http:\S+\nstdlambda dev starts one/);
  });

  test("an answer cannot steer the terminal, and is one line", async () => {
    const message = "\u001b[31mred\nand more";
    const { stderr } = await through(refuse(400, "OddException", { Message: message }), ["x"]);
    assert.equal(stderr, "error: OddException:  [31mred and more\n");
  });

  test("https:// where only http:// is spoken", async () => {
    await using api = await startFakeInvokeApi(ok);
    const url = api.url.replace("http:", "https:");
    const { exitCode, stderr } = await invoke(["hello", "--endpoint-url", url]);
    assert.equal(exitCode, 1);
    assert.match(stderr, /^error: https:\S+ does not speak TLS\nIs it http:/);
  });

  test("a port that does not speak HTTP", async (t) => {
    const server = createServer((socket) => socket.end("\x01\x0bnot http")).listen(0, "127.0.0.1");
    t.after(() => server.close());
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const { exitCode, stderr } = await invoke(["x", "--endpoint-url", `http://127.0.0.1:${port}`]);
    assert.equal(exitCode, 1);
    assert.match(stderr, /is not a Lambda service \(not HTTP\)/);
  });
});

describe("Lambda itself", () => {
  test("is not called without credentials, whatever service the variables name", async () => {
    await using api = await startFakeInvokeApi(ok);
    const { exitCode, stderr } = await run(["invoke", "hello", "--remote", "-d", "{}"], {
      env: { ...isolated, AWS_REGION: "eu-west-3", AWS_ENDPOINT_URL: api.url },
    });
    assert.equal(exitCode, 1);
    assert.match(stderr, /^error: no usable credentials for AWS: .*\n.*--profile/);
    assert.equal(api.seen.length, 0);
  });

  test("needs a region", async () => {
    const env = { ...isolated, AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" };
    const { exitCode, stderr } = await run(["invoke", "hello", "--remote"], { env });
    assert.equal(exitCode, 1);
    assert.match(stderr, /^error: no region for AWS was given\nGive --region/);
  });

  test("is called in the region of an ARN, at the endpoint that is named", async () => {
    await using api = await startFakeInvokeApi(ok);
    const arn = "arn:aws:lambda:eu-west-3:012345678912:function:hello";
    const { exitCode } = await run(["invoke", arn, "--remote", "--endpoint-url", api.url], {
      env: { ...isolated, AWS_ACCESS_KEY_ID: "AKIDOWN", AWS_SECRET_ACCESS_KEY: "b" },
    });
    assert.equal(exitCode, 0);
    assert.match(String(api.seen[0]?.headers.authorization), /=AKIDOWN\/\d+\/eu-west-3\/lambda/);
  });
});
