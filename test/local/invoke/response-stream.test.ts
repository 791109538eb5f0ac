// InvokeWithResponseStream, read by AWS's own SDK.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import {
  InvokeWithResponseStreamCommand,
  type InvokeWithResponseStreamResponseEvent,
  LambdaClient,
} from "@aws-sdk/client-lambda";
import { sendResponseStream } from "../../../local/invoke/response-stream.ts";
import type { InvocationResult } from "../../../local/runtime-api/invocation.ts";
import { failed, openStream, returned, streamed } from "../function-url/url-server.ts";

interface Service {
  readonly client: LambdaClient;
  readonly url: string;
  /** Settles when an answer has been sent, or given up. */
  readonly done: Promise<void>;
}

async function start(
  t: TestContext,
  result: InvocationResult,
  logTail: () => Promise<Buffer> = async () => Buffer.from("END RequestId: 1\n"),
): Promise<Service> {
  const done = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    request.resume();
    const ids = { requestId: "request-1", traceId: "Root=1-5759e988-bd862e3fe1be46a994272793" };
    const outcome = { ...ids, executedVersion: "7", result, logTail };
    const options = { logTail: request.headers["x-amz-log-type"] === "Tail" };
    sendResponseStream(response, outcome, options).then(done.resolve, done.reject);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new LambdaClient({
    endpoint: url,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  t.after(() => {
    client.destroy();
    server.close();
    server.closeAllConnections();
  });
  return { client, url, done: done.promise };
}

async function invoke(client: LambdaClient, LogType: "Tail" | "None" = "None") {
  const command = new InvokeWithResponseStreamCommand({ FunctionName: "hello", LogType });
  const output = await client.send(command);
  const events: InvokeWithResponseStreamResponseEvent[] = [];
  for await (const event of output.EventStream ?? []) events.push(event);
  return { output, events };
}

function payload(events: readonly InvokeWithResponseStreamResponseEvent[]): string {
  const chunks = events.map((event) => event.PayloadChunk?.Payload ?? new Uint8Array());
  return Buffer.concat(chunks).toString();
}

test("a stream is chunks and a completion", async (t) => {
  const { client } = await start(t, streamed("text/plain", ["one", "two"]));
  const { output, events } = await invoke(client);
  assert.equal(output.StatusCode, 200);
  assert.equal(output.ExecutedVersion, "7");
  assert.equal(output.$metadata.requestId, "request-1");
  assert.equal(payload(events), "onetwo");
  assert.deepEqual(events.at(-1)?.InvokeComplete, {});
});

test("the content type of the function is told under another name", async (t) => {
  const { url } = await start(t, streamed("text/html; charset=utf-8", ["x"]));
  const { headers } = await fetch(url, { method: "POST" });
  assert.equal(headers.get("content-type"), "application/vnd.amazon.eventstream");
  assert.equal(headers.get("x-amzn-remapped-content-type"), "text/html; charset=utf-8");
});

test("a chunk reaches the client before the next one is written", async (t) => {
  const stream = openStream("text/plain");
  const { client } = await start(t, stream.result);
  const command = new InvokeWithResponseStreamCommand({ FunctionName: "hello" });
  // The SDK hands nothing on before it has seen the first frame.
  stream.chunks.write("one");
  const { EventStream } = await client.send(command);
  const events = EventStream?.[Symbol.asyncIterator]();
  assert.ok(events);
  for (const chunk of ["one", "two"]) {
    if (chunk === "two") stream.chunks.write(chunk);
    const { value } = await events.next();
    assert.equal(Buffer.from(value?.PayloadChunk?.Payload ?? []).toString(), chunk);
  }
  stream.end();
  assert.deepEqual((await events.next()).value?.InvokeComplete, {});
});

test("a failure in the middle is told at the end, with its body as text", async (t) => {
  const error = failed("Function.TypeError");
  const { client } = await start(t, streamed("text/plain", ["half"], error));
  const { events } = await invoke(client);
  assert.equal(payload(events), "half");
  assert.deepEqual(events.at(-1)?.InvokeComplete, {
    ErrorCode: "Function.TypeError",
    ErrorDetails: error.body.toString(),
  });
});

test("a failure before the first byte has no chunk", async (t) => {
  const error = failed();
  const { client } = await start(t, { kind: "error", ...error });
  const { events } = await invoke(client);
  assert.deepEqual(events, [
    { InvokeComplete: { ErrorCode: "Unhandled", ErrorDetails: error.body.toString() } },
  ]);
});

test("a response that was not streamed comes in chunks, with the log when asked for", async (t) => {
  const text = "ü".repeat(1_000_000);
  const { client } = await start(t, returned(text));
  const { events } = await invoke(client, "Tail");
  assert.equal(payload(events), JSON.stringify(text));
  const log = events.at(-1)?.InvokeComplete?.LogResult ?? "";
  assert.equal(Buffer.from(log, "base64").toString(), "END RequestId: 1\n");
});

test("an empty response is a completion alone", async (t) => {
  const { client } = await start(t, returned(Buffer.alloc(0)));
  assert.deepEqual((await invoke(client)).events, [{ InvokeComplete: {} }]);
});

test("a fault of the service is an exception of the client", async (t) => {
  const { client } = await start(t, returned("x"), () => Promise.reject(new Error("disk full")));
  await assert.rejects(invoke(client, "Tail"), /disk full|ServiceException/);
});

test("a client that goes away lets the function run to its end", async (t) => {
  const stream = openStream("text/plain");
  const { url, done } = await start(t, stream.result);
  const controller = new AbortController();
  await fetch(url, { method: "POST", signal: controller.signal });
  controller.abort();
  const block = Buffer.alloc(64 * 1024);
  for (let count = 0; count < 200; count += 1) {
    if (!stream.chunks.write(block)) {
      await new Promise((resolve) => stream.chunks.once("drain", resolve));
    }
  }
  stream.end();
  await done;
});

test("a slow client holds the function back and still gets every byte", async (t) => {
  const stream = openStream("text/plain");
  const { client } = await start(t, stream.result);
  const block = Buffer.alloc(64 * 1024, "x");
  const total = 400;
  let written = 0;
  const writing = (async () => {
    for (; written < total; written += 1) {
      if (!stream.chunks.write(block)) {
        await new Promise((resolve) => stream.chunks.once("drain", resolve));
      }
    }
    stream.end();
  })();
  const command = new InvokeWithResponseStreamCommand({ FunctionName: "hello" });
  const { EventStream } = await client.send(command);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.ok(written < total, "25 MB were taken although nobody read them");
  let received = 0;
  for await (const event of EventStream ?? []) received += event.PayloadChunk?.Payload?.length ?? 0;
  assert.equal(received, total * block.length);
  await writing;
});
