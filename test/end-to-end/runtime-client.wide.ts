// AWS's own runtime for Node as a guest: functions created for `nodejs24.x`, run by aws-lambda-ric.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { InvokeCommand, InvokeWithResponseStreamCommand } from "@aws-sdk/client-lambda";
import { hostFiles } from "../../build/release/host-files.ts";
import { peersFolder } from "../contract/peers.ts";
import { clientOf, createFunction, publishLayer } from "./client.ts";
import { startDev } from "./dev-process.ts";

const packages = join(peersFolder, "node_modules");
const skip = existsSync(join(packages, "aws-lambda-ric"))
  ? false
  : "aws-lambda-ric is not installed: npm run peers installs it";
if (skip && process.env.CI === "true") throw new Error(skip);

const checkout = join(import.meta.dirname, "../..");
const code = {
  "index.mjs": readFileSync(join(import.meta.dirname, "../fixtures/end-to-end/index.mjs")),
};
const managed = { Runtime: "nodejs24.x" } as const;
const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString();

suite("aws-lambda-ric", { skip, timeout: 100_000 }, () => {
  async function start(t: TestContext) {
    const dev = await startDev(t, {}, { env: { NODE_PATH: packages } });
    return { dev, client: clientOf(t, dev) };
  }

  test("runs a handler, and reports its error as on AWS", async (t) => {
    const { dev, client } = await start(t);
    await createFunction(client, "echo", code, { ...managed, Handler: "index.echo" });
    const echoed = await client.send(
      new InvokeCommand({ FunctionName: "echo", Payload: Buffer.from('{"é":1}'), LogType: "Tail" }),
    );
    assert.deepEqual(JSON.parse(text(echoed.Payload)), {
      event: { é: 1 },
      requestId: echoed.$metadata.requestId,
      name: "echo",
    });
    const log = Buffer.from(echoed.LogResult ?? "", "base64").toString();
    assert.match(log, /\tINFO\ta line of the log\n/);
    await createFunction(client, "fail", code, { ...managed, Handler: "index.fail" });
    for (const _ of [1, 2]) {
      const failed = await client.send(new InvokeCommand({ FunctionName: "fail" }));
      assert.equal(failed.FunctionError, "Unhandled");
      const { errorType, errorMessage, trace } = JSON.parse(text(failed.Payload));
      assert.deepEqual([errorType, errorMessage], ["TypeError", "it failed"]);
      assert.ok(Array.isArray(trace));
    }
    await createFunction(client, "none", code, { ...managed, Handler: "index.missing" });
    const missing = await client.send(new InvokeCommand({ FunctionName: "none" }));
    assert.equal(JSON.parse(text(missing.Payload)).errorType, "Runtime.HandlerNotFound");
    assert.doesNotMatch(dev.log(), /stdlambda's own host/, "it is AWS's client that runs them");
  });

  test("streams a response, and the error that ends it", async (t) => {
    const { client } = await start(t);
    await createFunction(client, "stream", code, { ...managed, Handler: "index.stream" });
    const read = async (Payload: string) => {
      const { EventStream } = await client.send(
        new InvokeWithResponseStreamCommand({
          FunctionName: "stream",
          Payload: Buffer.from(Payload),
        }),
      );
      const chunks: string[] = [];
      for await (const { PayloadChunk, InvokeComplete } of EventStream ?? []) {
        if (PayloadChunk) chunks.push(text(PayloadChunk.Payload));
        if (InvokeComplete) return { chunks, complete: InvokeComplete };
      }
      throw new Error("the stream has no end");
    };
    const whole = await read("{}");
    assert.deepEqual([whole.chunks, whole.complete.ErrorCode], [["one ", "two"], undefined]);
    const broken = await read('{"fails":true}');
    assert.deepEqual(broken.chunks, ["one "]);
    assert.equal(JSON.parse(broken.complete.ErrorDetails ?? "").errorMessage, "it broke");
    const buffered = await client.send(new InvokeCommand({ FunctionName: "stream" }));
    assert.equal(text(buffered.Payload), "one two");
  });

  test("takes several events at a time on Managed Instances", async (t) => {
    const { client } = await start(t);
    await createFunction(client, "parallel", code, {
      ...managed,
      Handler: "index.parallel",
      CapacityProviderConfig: {
        LambdaManagedInstancesCapacityProviderConfig: {
          CapacityProviderArn: "arn:aws:lambda:us-east-1:012345678912:capacity-provider:any",
          PerExecutionEnvironmentMaxConcurrency: 4,
        },
      },
    });
    const invoke = async (id: number) => {
      const { Payload, $metadata } = await client.send(
        new InvokeCommand({
          FunctionName: "parallel",
          Payload: Buffer.from(JSON.stringify({ id })),
        }),
      );
      return { sent: id, sentAs: $metadata.requestId, ...JSON.parse(text(Payload)) };
    };
    await invoke(0);
    const answers = await Promise.all([1, 2, 3, 4].map(invoke));
    for (const { sent, id, sentAs, requestId } of answers) {
      assert.deepEqual([id, requestId], [sent, sentAs]);
    }
    // Its threads take them: what they have in common is the process.
    assert.equal(new Set(answers.map(({ pid }) => pid)).size, 1);
  });

  test("gives way to our host, where that is the wrapper", async (t) => {
    const { client } = await start(t);
    const files = await hostFiles(join(checkout, "host/bootstrap"));
    const layer = await publishLayer(
      client,
      "stdlambda-thin",
      Object.fromEntries(
        files.map(({ path, content, executable }) => {
          assert.equal(content.kind, "bytes");
          return [executable ? `${path}*` : path, content.bytes];
        }),
      ),
    );
    const wrapped = { AWS_LAMBDA_EXEC_WRAPPER: "/opt/bootstrap" };
    await createFunction(
      client,
      "hello",
      {
        "hello.ts": 'process.stdin.pipe(process.stdout); console.error("from a script" as string);',
      },
      { ...managed, Handler: "hello.ts", Layers: [layer], Environment: { Variables: wrapped } },
    );
    const { Payload, FunctionError, LogResult } = await client.send(
      new InvokeCommand({ FunctionName: "hello", Payload: Buffer.from("[1]"), LogType: "Tail" }),
    );
    assert.deepEqual([text(Payload), FunctionError], ["[1]", undefined]);
    assert.match(Buffer.from(LogResult ?? "", "base64").toString(), /^from a script$/m);
  });
});
