// `stdlambda invoke` against a service: what is sent, and what is printed.
import assert from "node:assert/strict";
import { PassThrough, Readable } from "node:stream";
import { describe, test } from "node:test";
import { main } from "../../../cli/main.ts";
import { sampleEvent } from "../../../local/events/sample.ts";
import { freePort, invoke, isolate, ok, through } from "../service-call.ts";
import {
  eventFrame,
  eventStreamHeaders,
  type Reply,
  refuse,
  startFakeInvokeApi,
} from "./fake-invoke-api.ts";

isolate();

describe("a call of a service", () => {
  test("sends the event as it is, and prints the response byte for byte", async () => {
    const bytes = Buffer.from("a\0b\xff\xfe\r\n\n", "latin1");
    const event = ' {"name": "World"}\n';
    const { exitCode, stdout, stderr, seen } = await through(
      (response) => void response.end(bytes),
      ["hello"],
      { input: event },
    );
    assert.equal(exitCode, 0);
    assert.deepEqual(stdout, bytes);
    assert.equal(stderr, "");
    assert.equal(seen[0]?.method, "POST");
    assert.equal(seen[0]?.path, "/2015-03-31/functions/hello/invocations");
    assert.equal(seen[0]?.body.toString(), event);
  });

  test("carries qualifier, tenant, client context and the wish for a log", async () => {
    const { seen } = await through(ok, [
      "hello",
      ...["--qualifier", "live", "--tenant-id", "acme", "--tail"],
      ...["--client-context", '{\n"custom":{"name":"é"}}'],
    ]);
    assert.equal(seen[0]?.path, "/2015-03-31/functions/hello/invocations?Qualifier=live");
    const { headers } = seen[0] as { headers: Record<string, string> };
    assert.equal(headers["x-amz-tenant-id"], "acme");
    assert.equal(headers["x-amz-log-type"], "Tail");
    assert.equal(
      Buffer.from(headers["x-amz-client-context"] as string, "base64").toString(),
      '{"custom":{"name":"é"}}',
    );
  });

  test("takes an ARN, and a handler that a directory serves by its name", async () => {
    const arn = "arn:aws:lambda:eu-west-3:012345678912:function:hello:2";
    for (const name of [arn, "src/index.handler"]) {
      const { exitCode, seen } = await through(ok, [name]);
      assert.equal(exitCode, 0);
      assert.ok(decodeURIComponent(seen[0]?.path ?? "").includes(`/functions/${name}/`));
    }
  });

  test("needs no credentials and no region, and uses those of the environment", async () => {
    const none = await through(ok, ["hello"]);
    assert.match(String(none.seen[0]?.headers.authorization), /\/us-east-1\/lambda\/aws4_request/);
    const own = await through(ok, ["hello"], {
      env: { AWS_ACCESS_KEY_ID: "AKIDOWN", AWS_SECRET_ACCESS_KEY: "s", AWS_REGION: "eu-west-3" },
    });
    assert.match(String(own.seen[0]?.headers.authorization), /=AKIDOWN\/\d+\/eu-west-3\/lambda/);
    const named = await through(ok, ["hello", "--region", "sa-east-1"]);
    assert.match(String(named.seen[0]?.headers.authorization), /\/sa-east-1\/lambda/);
  });

  test("sends a sample event, with changes", async () => {
    const set = "Records[0].s3.bucket.name=mine";
    const { seen } = await through(ok, ["hello", "-x", "s3-put", "--set", set]);
    const sent = JSON.parse(String(seen[0]?.body));
    assert.equal(sent.Records[0].s3.bucket.name, "mine");
    assert.deepEqual(sent, await sampleEvent("s3-put", [set]));
  });

  test("goes to the address that AWS's variables name, the more special first", async () => {
    await using api = await startFakeInvokeApi(ok);
    const closed = `http://127.0.0.1:${await freePort()}`;
    for (const env of [
      { AWS_ENDPOINT_URL: api.url },
      { AWS_ENDPOINT_URL: closed, AWS_ENDPOINT_URL_LAMBDA: api.url },
    ]) {
      assert.equal((await invoke(["hello"], { env })).exitCode, 0);
    }
    assert.equal(api.seen.length, 2);
  });

  test("a function error is printed whole, named on stderr, and gives 1", async () => {
    const error = '{"errorType":"NoStock","errorMessage":"no stock left","stackTrace":[]}';
    const { exitCode, stdout, stderr } = await through(
      (response) =>
        void response.writeHead(200, { "x-amz-function-error": "Unhandled" }).end(error),
      ["hello"],
    );
    assert.equal(exitCode, 1);
    assert.equal(stdout.toString(), error);
    assert.equal(stderr, "NoStock: no stock left\n");
  });

  test("--tail prints the log to stderr, before what went wrong", async () => {
    const log = "START RequestId: 1\nwarning: é\nEND RequestId: 1";
    const { stdout, stderr } = await through(
      (response) =>
        void response
          .writeHead(200, {
            "x-amz-function-error": "Unhandled",
            "x-amz-log-result": Buffer.from(log).toString("base64"),
          })
          .end('{"errorType":"E","errorMessage":"m"}'),
      ["hello", "--tail"],
    );
    assert.equal(stdout.toString(), '{"errorType":"E","errorMessage":"m"}');
    assert.equal(stderr, `${log}\nE: m\n`);
  });

  test("--async prints no response, and the request's id on stderr", async () => {
    const { exitCode, stdout, stderr, seen } = await through(
      (response) => void response.writeHead(202, { "x-amzn-requestid": "r-1" }).end(),
      ["hello", "--async", "-d", "{}"],
    );
    assert.equal(exitCode, 0);
    assert.equal(stdout.length, 0);
    assert.equal(stderr, "accepted, request id r-1\n");
    assert.equal(seen[0]?.headers["x-amz-invocation-type"], "Event");
  });

  test("is made once, also when the service fails", async () => {
    const { exitCode, seen } = await through(
      refuse(500, "ServiceException", { Message: "broken" }),
      ["hello"],
    );
    assert.equal(exitCode, 1);
    assert.equal(seen.length, 1);
  });
});

describe("a streamed call", () => {
  const stream = (...frames: Buffer[]): Reply => {
    return (response) =>
      void response.writeHead(200, eventStreamHeaders).end(Buffer.concat(frames));
  };

  test("prints each chunk when it comes", async () => {
    const printed = Promise.withResolvers<void>();
    await using api = await startFakeInvokeApi(async (response, { path }) => {
      assert.equal(path, "/2021-11-15/functions/hello/response-streaming-invocations");
      response.writeHead(200, eventStreamHeaders);
      response.write(eventFrame("PayloadChunk", "one\n"));
      // The rest comes only when the first chunk has been printed: a buffering client would hang.
      await printed.promise;
      response.write(eventFrame("PayloadChunk", Buffer.from([0, 255])));
      response.end(eventFrame("InvokeComplete", "{}"));
    });
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const chunks: Buffer[] = [];
    stdout.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      printed.resolve();
    });
    const exitCode = await main(
      ["invoke", "hello", "-d", "{}", "--stream", "--endpoint-url", api.url],
      { stdin: Readable.from([]), stdout, stderr, env: {} },
    );
    assert.equal(exitCode, 0);
    assert.deepEqual(Buffer.concat(chunks), Buffer.from("one\n\0\xff", "latin1"));
  });

  test("that fails midway prints what it had and gives 1", async () => {
    const complete = {
      ErrorCode: "Function.Exit4",
      ErrorDetails: '{"errorType":"Function.Exit4","errorMessage":"broken off"}',
      LogResult: Buffer.from("a log\n").toString("base64"),
    };
    const { exitCode, stdout, stderr } = await through(
      stream(
        eventFrame("PayloadChunk", "begun\n"),
        eventFrame("InvokeComplete", JSON.stringify(complete)),
      ),
      ["hello", "--stream", "--tail"],
    );
    assert.equal(exitCode, 1);
    assert.equal(stdout.toString(), "begun\n");
    assert.equal(stderr, "a log\nFunction.Exit4: broken off\n");
  });

  test("that ends before it is complete is an error, after the bytes it had", async () => {
    const { exitCode, stdout, stderr } = await through(stream(eventFrame("PayloadChunk", "half")), [
      "hello",
      "--stream",
    ]);
    assert.equal(exitCode, 1);
    assert.equal(stdout.toString(), "half");
    assert.match(stderr, /^error: the stream ended without the service's end mark/);
  });

  test("whose connection breaks is an error, not a hang", async () => {
    const { exitCode, stdout, stderr } = await through(
      async (response) => {
        response.writeHead(200, eventStreamHeaders);
        await new Promise((resolve) => {
          response.write(eventFrame("PayloadChunk", "half"), resolve);
        });
        response.destroy();
      },
      ["hello", "--stream"],
    );
    assert.equal(exitCode, 1);
    assert.equal(stdout.toString(), "half");
    assert.match(stderr, /^error: the connection to \S+ broke off|^error: the stream ended/);
  });
});

test("a stop ends a call that waits for its answer", async () => {
  const stop = new AbortController();
  const arrived = Promise.withResolvers<void>();
  await using api = await startFakeInvokeApi(() => arrived.resolve());
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const ended = main(["invoke", "hello", "-d", "{}", "--endpoint-url", api.url], {
    ...{ stdin: Readable.from([]), stdout, stderr, env: {} },
    signal: stop.signal,
  });
  await Promise.race([arrived.promise, ended]);
  stop.abort(new Error("stopped by the user"));
  await assert.rejects(ended, /stopped by the user/);
});
