// What the argument of `stdlambda invoke` names, and which options go together.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fixtures, run } from "../command-line.ts";
import { freePort, invoke, isolate, ok } from "../service-call.ts";
import { startFakeInvokeApi } from "./fake-invoke-api.ts";

isolate();

describe("a name with no option of either kind", () => {
  test("is a function's when there is no such handler here", async () => {
    await using api = await startFakeInvokeApi(ok);
    const env = { AWS_ENDPOINT_URL_LAMBDA: api.url };
    for (const name of [
      "hello",
      "hello:live",
      "arn:aws:lambda:us-east-1:012345678912:function:f",
    ]) {
      assert.equal((await invoke([name], { env })).exitCode, 0);
    }
    assert.equal(api.seen.length, 3);
  });

  test("is explained as both when neither is there", async () => {
    const env = { AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${await freePort()}` };
    const { exitCode, stdout, stderr } = await invoke(["hello"], { env });
    assert.equal(exitCode, 1);
    assert.equal(stdout.length, 0);
    assert.match(stderr, /^error: Runtime\.HandlerNotFound: The handler "hello" names nothing/);
    assert.match(stderr, /\nAs a function's name: no service listens on http:\S+ \(stdlambda dev/);
  });

  test("is the handler's when its form is not a function's name, or an option says so", async () => {
    await using api = await startFakeInvokeApi(ok);
    const env = { AWS_ENDPOINT_URL_LAMBDA: api.url };
    for (const args of [["missing.sh"], ["cmd:no-such-program"], ["hello", "--root", fixtures]]) {
      const { exitCode, stdout } = await invoke(args, { env });
      assert.equal(exitCode, 1);
      assert.match(JSON.parse(stdout.toString()).errorType, /^Runtime\./);
    }
    assert.equal(api.seen.length, 0);
  });
});

describe("a mistake in the call gives 2", () => {
  const mistakes: [string, string[], RegExp][] = [
    [
      "options of both kinds",
      ["x", "--async", "--timeout", "3"],
      /--timeout and --async cannot be used/,
    ],
    ["--async and --stream", ["x", "--async", "--stream"], /--async and --stream cannot be used/],
    ["--async and --tail", ["x", "--async", "--tail"], /does not wait for the response or the log/],
    ["-x and -d", ["x", "-x", "sqs", "-d", "{}"], /the event was given twice/],
    ["--set without a sample", ["x", "--set", "a=1"], /--set changes a sample event; name one/],
    ["an unknown sample", ["x", "-x", "s3"], /no sample event "s3".* s3-put, s3-delete/],
    ["a path that leads nowhere", ["x", "-x", "sqs", "--set", "Record.0=1"], /mean Records\?/],
    [
      "a tenant that cannot be",
      ["x", "--tenant-id", "a\nb"],
      /--tenant-id.* is invalid\. Give an id/s,
    ],
    [
      "an empty qualifier",
      ["x", "--qualifier", ""],
      /--qualifier.* is invalid\. Give a version or an alias/,
    ],
    ["no name for a service", ["", "--async"], /the function's name is empty/],
    ["a password in an address", ["x", "--endpoint-url", "http://u:p@a"], /give only the address/],
    [
      "an address that is none",
      ["x", "--endpoint-url", "localhost:9000"],
      /--endpoint-url is not a URL/,
    ],
  ];
  for (const [what, args, message] of mistakes) {
    test(what, async () => {
      const { exitCode, stdout, stderr } = await invoke(args);
      assert.equal(exitCode, 2);
      assert.equal(stdout.length, 0);
      assert.match(stderr, message);
    });
  }

  test("a variable of AWS that is not an address", async () => {
    const { exitCode, stderr } = await invoke(["x"], { env: { AWS_ENDPOINT_URL: "nowhere" } });
    assert.equal(exitCode, 2);
    assert.match(stderr, /AWS_ENDPOINT_URL is not a URL: "nowhere"/);
  });
});

test("a handler run once takes a sample event, too", async () => {
  const { exitCode, stdout } = await run(["invoke", "echo.sh", "-x", "hello", "--set", "name=Ada"]);
  assert.equal(exitCode, 0);
  assert.equal(stdout.toString(), '{"name":"Ada"}');
});
