// A streamed response: bytes as they come, the failure in the trailers.
import assert from "node:assert/strict";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { InvocationResult } from "../../../local/runtime-api/invocation.ts";
import {
  createInvocation,
  fail,
  next,
  openStream,
  startApi,
  startInvocation,
} from "./runtime-client.ts";

type Stream = Extract<InvocationResult, { kind: "stream" }>;

async function streamOf(result: Promise<InvocationResult>): Promise<Stream> {
  const settled = await result;
  assert.ok(settled.kind === "stream");
  return settled;
}

test("chunks reach the caller before the post has ended", async (t) => {
  const api = await startApi(t);
  const { id, result } = await startInvocation(api);
  const { post, answer } = openStream(api, id);
  const stream = await streamOf(result);
  assert.equal(stream.contentType, "text/plain");
  const reader = stream.chunks[Symbol.asyncIterator]();
  for (const chunk of ["one", "two"]) {
    post.write(chunk);
    assert.equal(String((await reader.next()).value), chunk);
  }
  post.end();
  assert.equal((await reader.next()).done, true);
  assert.equal(await stream.ended, undefined);
  assert.deepEqual(await answer, { status: 202, body: '{"status":"OK"}' });
  void api.invoke(createInvocation());
  assert.equal((await next(api)).status, 200);
});

test("trailers make a stream end in a function error", async (t) => {
  const api = await startApi(t);
  const { id, result } = await startInvocation(api);
  const { post, answer } = openStream(api, id);
  const error = '{"errorType":"TypeError","errorMessage":"é"}';
  post.write("half");
  post.addTrailers({
    "Lambda-Runtime-Function-Error-Type": "Function.TypeError",
    "Lambda-Runtime-Function-Error-Body": Buffer.from(error).toString("base64"),
  });
  post.end();
  const stream = await streamOf(result);
  assert.equal((await buffer(stream.chunks)).toString(), "half");
  const ended = await stream.ended;
  assert.equal(ended?.errorType, "Function.TypeError");
  assert.equal(ended?.body.toString(), error);
  assert.equal((await answer).status, 202);
});

test("an error post beside a running stream is 403, and so is a poll", async (t) => {
  const api = await startApi(t);
  const { id, result } = await startInvocation(api);
  const { post, answer } = openStream(api, id);
  const stream = await streamOf(result);
  assert.equal((await fail(api, id, "{}")).status, 403);
  assert.equal((await next(api)).status, 403);
  post.end("rest");
  assert.equal((await buffer(stream.chunks)).toString(), "rest");
  assert.equal((await answer).status, 202);
});

test("a stream that breaks off ends in Runtime.TruncatedResponse", async (t) => {
  const api = await startApi(t);
  const { id, result } = await startInvocation(api);
  const { post } = openStream(api, id);
  post.write("half");
  const stream = await streamOf(result);
  const reader = stream.chunks[Symbol.asyncIterator]();
  assert.equal(String((await reader.next()).value), "half");
  post.destroy();
  assert.equal((await stream.ended)?.errorType, "Runtime.TruncatedResponse");
  assert.equal((await reader.next()).done, true);
  assert.equal((await next(api)).status, 403);
});

test("the deadline ends a stream", async (t) => {
  const api = await startApi(t);
  const { id, result } = await startInvocation(api);
  const { post } = openStream(api, id);
  post.write("half");
  const stream = await streamOf(result);
  const reader = stream.chunks[Symbol.asyncIterator]();
  assert.equal(String((await reader.next()).value), "half");
  api.timedOut(id, 1);
  assert.equal((await reader.next()).done, true);
  const ended = await stream.ended;
  assert.equal(ended?.errorType, "Sandbox.Timedout");
  assert.match(ended?.body.toString() ?? "", /Task timed out after 1\.00 seconds/);
  post.destroy();
});

test("a caller that stops reading does not stop the runtime", async (t) => {
  const api = await startApi(t);
  const { id, result } = await startInvocation(api);
  const { post, answer } = openStream(api, id);
  const stream = await streamOf(result);
  stream.chunks.destroy();
  for (let chunk = 0; chunk < 50; chunk++) post.write(Buffer.alloc(100_000));
  post.end();
  assert.equal((await answer).status, 202);
});

test("a slow caller slows the runtime down", async (t) => {
  const api = await startApi(t);
  const { id, result } = await startInvocation(api);
  const { post, answer } = openStream(api, id);
  const stream = await streamOf(result);
  const total = 40_000_000;
  post.end(Buffer.alloc(total));
  await delay(100);
  // Sockets' own buffers hold a few megabytes; the rest has not been taken from the runtime.
  assert.ok(post.socket && post.socket.writableLength > total / 2);
  assert.ok(stream.chunks.readableLength < 1_000_000);
  assert.equal((await buffer(stream.chunks)).length, total);
  assert.equal((await answer).status, 202);
});
