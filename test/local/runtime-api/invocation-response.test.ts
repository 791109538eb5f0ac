// A buffered response: any bytes, up to Lambda's limit.

import assert from "node:assert/strict";
import { test } from "node:test";
import { maximumPayloadBytes } from "../../../lambda/limits.ts";
import {
  createInvocation,
  fail,
  next,
  openSocket,
  respond,
  startApi,
  startInvocation,
} from "./runtime-client.ts";

test("a response is handed on byte for byte, with its content type", async (t) => {
  const api = await startApi(t);
  const { id, result } = await startInvocation(api);
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  await respond(api, id, bytes, { "Content-Type": "image/png" });
  const settled = await result;
  assert.ok(settled.kind === "response");
  assert.deepEqual(settled.body, Buffer.from(bytes));
  assert.equal(settled.contentType, "image/png");
});

test("an empty response is one", async (t) => {
  const api = await startApi(t);
  const { id, result } = await startInvocation(api);
  assert.equal((await respond(api, id, "")).status, 202);
  const settled = await result;
  assert.ok(settled.kind === "response" && settled.body.length === 0);
});

test("a response in chunks without the streaming mode is buffered", async (t) => {
  const api = await startApi(t);
  const { id, result } = await startInvocation(api);
  const socket = await openSocket(api);
  socket.write(
    `POST /2018-06-01/runtime/invocation/${id}/response HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`,
  );
  const settled = await result;
  assert.ok(settled.kind === "response" && settled.body.toString() === "abcde");
  socket.destroy();
});

test("6,291,556 bytes are taken, one more is not", async (t) => {
  const api = await startApi(t);
  const bytes = new Uint8Array(maximumPayloadBytes + 1).fill(120);
  const first = await startInvocation(api);
  assert.equal((await respond(api, first.id, bytes.subarray(1))).status, 202);
  const taken = await first.result;
  assert.ok(taken.kind === "response" && taken.body.length === 6_291_556);

  const second = await startInvocation(api);
  const refused = await respond(api, second.id, bytes);
  assert.equal(refused.status, 413);
  assert.deepEqual(JSON.parse(refused.body.toString()), {
    errorMessage: "Exceeded maximum allowed payload size (6291556 bytes).",
    errorType: "RequestEntityTooLarge",
  });
  const settled = await second.result;
  assert.ok(settled.kind === "error" && settled.errorType === "Function.ResponseSizeTooLarge");
  assert.deepEqual(JSON.parse(settled.body.toString()), {
    errorType: "Function.ResponseSizeTooLarge",
    errorMessage:
      "Response payload size (6291557 bytes) exceeded maximum allowed payload size (6291556 bytes).",
  });
  // The caller has its answer: an error post would be a second one, a poll is in order.
  assert.equal((await fail(api, second.id, "{}")).status, 403);
  void api.invoke(createInvocation());
  assert.equal((await next(api)).status, 200);
});

test("a mode other than streaming is 400, and the runtime is refused from then on", async (t) => {
  const api = await startApi(t);
  const { id, result } = await startInvocation(api);
  const mode = { "Lambda-Runtime-Function-Response-Mode": "Streaming" };
  const refused = await respond(api, id, "x", mode);
  assert.equal(refused.status, 400);
  assert.equal(refused.errorType, "InvalidFunctionResponseMode");
  const settled = await result;
  assert.ok(settled.kind === "error" && settled.errorType === "Runtime.InvalidResponseModeHeader");
  assert.equal((await next(api)).status, 403);
});

test("a body announced with Expect: 100-continue is asked for", async (t) => {
  const api = await startApi(t);
  const { id, result } = await startInvocation(api);
  const socket = await openSocket(api);
  socket.write(
    `POST /2018-06-01/runtime/invocation/${id}/response HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n`,
  );
  const [chunk] = (await new Promise((resolve) => {
    socket.once("data", (data) => resolve([data]));
  })) as [Buffer];
  assert.match(chunk.toString(), /^HTTP\/1\.1 100 Continue/);
  socket.write("ok");
  const settled = await result;
  assert.ok(settled.kind === "response" && settled.body.toString() === "ok");
  socket.destroy();
});
