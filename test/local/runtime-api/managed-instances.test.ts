// Lambda Managed Instances: many polls and many invocations at a time, matched by their ids.

import assert from "node:assert/strict";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { maximumPayloadBytes } from "../../../lambda/limits.ts";
import { register } from "./extensions/extension-client.ts";
import {
  type Answer,
  createInvocation,
  fail,
  failInit,
  next,
  openSocket,
  openStream,
  respond,
  startApi,
  startInvocation,
  type TestedApi,
} from "./runtime-client.ts";

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await delay(1);
}

/** Opens polls and waits until the API holds them. */
async function openPolls(api: TestedApi, count: number, free: number): Promise<Promise<Answer>[]> {
  const polls = Array.from({ length: count }, () => next(api));
  for (const poll of polls) poll.catch(() => {});
  await until(() => api.free() === free);
  return polls;
}

function idOf(event: Answer): string {
  return event.headers.get("lambda-runtime-aws-request-id") ?? "";
}

test("invocations run side by side, and each gets its own answer", async (t) => {
  const api = await startApi(t, { maxConcurrency: 3 });
  const polls = await openPolls(api, 3, 3);
  const results = ["a", "b", "c"].map((requestId) => api.invoke(createInvocation({ requestId })));
  assert.equal(api.free(), 0);
  const ids = (await Promise.all(polls)).map(idOf).sort();
  assert.deepEqual(ids, ["a", "b", "c"]);
  for (const id of ids.reverse()) assert.equal((await respond(api, id, `for ${id}`)).status, 202);
  const bodies = (await Promise.all(results)).map((result) => {
    assert.ok(result.kind === "response");
    return result.body.toString();
  });
  assert.deepEqual(bodies, ["for a", "for b", "for c"]);
  assert.deepEqual(api.faults, []);
});

test("a runtime may hold more polls open than it may get events", async (t) => {
  const api = await startApi(t, { maxConcurrency: 2 });
  const polls = await openPolls(api, 5, 2);
  void api.invoke(createInvocation({ requestId: "a" }));
  assert.equal(api.free(), 1);
  void api.invoke(createInvocation({ requestId: "b" }));
  assert.equal(api.free(), 0);
  assert.throws(() => api.invoke(createInvocation()), /has 2 invocations without an answer/);
  const first = await Promise.race(polls);
  await respond(api, idOf(first), "ok");
  await until(() => api.free() === 1);
});

test("what comes before there is a poll waits for it, the oldest first", async (t) => {
  const api = await startApi(t, { maxConcurrency: 2 });
  const results = ["a", "b"].map((requestId) => api.invoke(createInvocation({ requestId })));
  assert.equal(idOf(await next(api)), "a");
  assert.equal(idOf(await next(api)), "b");
  await respond(api, "b", "2");
  await respond(api, "a", "1");
  const bodies = (await Promise.all(results)).map((result) => result.kind === "response");
  assert.deepEqual(bodies, [true, true]);
});

test("idle means that there is room for one more", async (t) => {
  const api = await startApi(t, { maxConcurrency: 2 });
  await openPolls(api, 2, 2);
  void api.invoke(createInvocation({ requestId: "a" }));
  assert.equal(await api.idle(), "ready");
  void api.invoke(createInvocation({ requestId: "b" }));
  const idle = api.idle();
  assert.equal(await Promise.race([idle, delay(20, "busy")]), "busy");
  await respond(api, "a", "ok");
  void next(api).catch(() => {});
  assert.equal(await idle, "ready");
});

test("an id is used by one invocation at a time", async (t) => {
  const api = await startApi(t, { maxConcurrency: 2 });
  void api.invoke(createInvocation({ requestId: "a" }));
  assert.throws(() => api.invoke(createInvocation({ requestId: "a" })), /a is in use/);
});

test("absent headers are empty", async (t) => {
  const api = await startApi(t, { maxConcurrency: 1 });
  const { event } = await startInvocation(api);
  for (const name of ["trace-id", "client-context", "cognito-identity"]) {
    assert.equal(event.headers.get(`lambda-runtime-${name}`), "");
  }
  assert.equal(event.headers.has("lambda-runtime-aws-tenant-id"), false);
});

test("a post for an id that nobody runs, or a second one, is 400", async (t) => {
  const api = await startApi(t, { maxConcurrency: 2 });
  const { id, result } = await startInvocation(api);
  assert.equal((await respond(api, "stranger", "x")).errorType, "InvalidRequestID");
  assert.equal((await fail(api, "stranger", "{}")).errorType, "InvalidRequestID");
  assert.equal((await respond(api, id, "first")).status, 202);
  assert.equal((await respond(api, id, "second")).errorType, "InvalidRequestID");
  const settled = await result;
  assert.ok(settled.kind === "response" && settled.body.toString() === "first");
});

test("a second response beside the first is 400, and the first one counts", async (t) => {
  const api = await startApi(t, { maxConcurrency: 2 });
  const { id, result } = await startInvocation(api);
  const { post, answer } = openStream(api, id);
  const settled = await result;
  assert.equal((await respond(api, id, "second")).errorType, "InvalidRequestID");
  post.end("first");
  assert.ok(settled.kind === "stream");
  assert.equal((await buffer(settled.chunks)).toString(), "first");
  assert.equal((await answer).status, 202);
});

test("a timeout fails one invocation, and its late post is 410, once", async (t) => {
  const api = await startApi(t, { maxConcurrency: 2 });
  const slow = await startInvocation(api);
  const other = await startInvocation(api);
  api.timedOut(slow.id, 3);
  const settled = await slow.result;
  assert.ok(settled.kind === "error" && settled.errorType === "Sandbox.Timedout");
  const late = await respond(api, slow.id, "late");
  assert.equal(late.status, 410);
  assert.deepEqual(JSON.parse(late.body.toString()), {
    errorMessage: "Invoke timeout",
    errorType: "InvokeTimeout",
  });
  assert.equal((await fail(api, slow.id, "{}")).errorType, "InvalidRequestID");
  assert.equal((await respond(api, other.id, "ok")).status, 202);
  assert.equal((await other.result).kind, "response");
});

test("a timeout of what nobody took yet takes it back", async (t) => {
  const api = await startApi(t, { maxConcurrency: 1 });
  const result = api.invoke(createInvocation({ requestId: "a" }));
  api.timedOut("a", 3);
  assert.equal((await result).kind, "error");
  const after = api.invoke(createInvocation({ requestId: "b" }));
  assert.equal(idOf(await next(api)), "b");
  await respond(api, "b", "ok");
  assert.equal((await after).kind, "response");
});

test("the deadline ends a stream, whose post is told so", async (t) => {
  const api = await startApi(t, { maxConcurrency: 1 });
  const { id, result } = await startInvocation(api);
  const { post, answer } = openStream(api, id);
  post.write("half");
  const settled = await result;
  assert.ok(settled.kind === "stream");
  api.timedOut(id, 1);
  assert.equal((await settled.ended)?.errorType, "Sandbox.Timedout");
  post.end("rest");
  assert.equal((await answer).status, 410);
});

test("an error post beside a running stream ends the stream with the error", async (t) => {
  const api = await startApi(t, { maxConcurrency: 1 });
  const { id, result } = await startInvocation(api);
  const { post, answer } = openStream(api, id);
  post.write("half");
  const settled = await result;
  assert.ok(settled.kind === "stream");
  const chunks = settled.chunks[Symbol.asyncIterator]();
  assert.equal(String((await chunks.next()).value), "half");
  const error = '{"errorType":"TypeError","errorMessage":"no"}';
  const headers = { "Lambda-Runtime-Function-Error-Type": "Function.TypeError" };
  assert.equal((await fail(api, id, error, headers)).status, 202);
  assert.equal((await chunks.next()).done, true);
  const ended = await settled.ended;
  assert.equal(ended?.errorType, "Function.TypeError");
  assert.equal(ended?.body.toString(), error);
  post.end("rest");
  assert.equal((await answer).status, 202);
  void next(api).catch(() => {});
  assert.equal(await api.idle(), "ready");
});

test("an error body beyond 1 MiB is 413, and a smaller one may follow", async (t) => {
  const api = await startApi(t, { maxConcurrency: 1 });
  const { id, result } = await startInvocation(api);
  assert.equal((await fail(api, id, "x".repeat(1024 * 1024 + 1))).status, 413);
  assert.equal((await fail(api, id, '{"errorType":"Small"}')).status, 202);
  const settled = await result;
  assert.ok(settled.kind === "error" && settled.body.toString() === '{"errorType":"Small"}');
});

test("a response beyond the limit is 413, and the caller is told so", async (t) => {
  const api = await startApi(t, { maxConcurrency: 1 });
  const { id, result } = await startInvocation(api);
  const body = new Uint8Array(maximumPayloadBytes + 1);
  assert.equal((await respond(api, id, body)).status, 413);
  const settled = await result;
  assert.ok(settled.kind === "error" && settled.errorType === "Function.ResponseSizeTooLarge");
  assert.equal((await fail(api, id, "{}")).errorType, "InvalidRequestID");
});

test("a mode that is none fails its invocation alone", async (t) => {
  const api = await startApi(t, { maxConcurrency: 2 });
  const { id, result } = await startInvocation(api);
  const mode = { "Lambda-Runtime-Function-Response-Mode": "Streaming" };
  assert.equal((await respond(api, id, "x", mode)).errorType, "InvalidFunctionResponseMode");
  const settled = await result;
  assert.ok(settled.kind === "error" && settled.errorType === "Runtime.InvalidResponseModeHeader");
  const other = await startInvocation(api);
  assert.equal((await respond(api, other.id, "ok")).status, 202);
});

test("a response that breaks off fails its invocation alone", async (t) => {
  const api = await startApi(t, { maxConcurrency: 2 });
  const { id, result } = await startInvocation(api);
  const socket = await openSocket(api);
  socket.end(
    `POST /2018-06-01/runtime/invocation/${id}/response HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf`,
  );
  const settled = await result;
  assert.ok(settled.kind === "error" && settled.errorType === "Runtime.TruncatedResponse");
  const other = await startInvocation(api);
  assert.equal((await respond(api, other.id, "ok")).status, 202);
});

test("a poll whose worker is gone takes no event with it", async (t) => {
  const api = await startApi(t, { maxConcurrency: 2 });
  const socket = await openSocket(api);
  socket.write("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n");
  await until(() => api.free() === 1);
  socket.destroy();
  await until(() => api.free() === 0);
  const result = api.invoke(createInvocation({ requestId: "a" }));
  assert.equal(idOf(await next(api)), "a");
  await respond(api, "a", "ok");
  assert.equal((await result).kind, "response");
});

test("the end of the process fails all that is in flight", async (t) => {
  const api = await startApi(t, { maxConcurrency: 3 });
  const running = [await startInvocation(api), await startInvocation(api)];
  const waiting = api.invoke(createInvocation());
  await api.environmentExited({ code: 2, signal: null });
  for (const result of [...running.map((one) => one.result), waiting]) {
    const settled = await result;
    assert.ok(settled.kind === "error" && settled.errorType === "Runtime.ExitError");
  }
  assert.equal(api.free(), 0);
});

test("the first worker that cannot start speaks for all", async (t) => {
  const api = await startApi(t, { maxConcurrency: 2 });
  assert.equal((await failInit(api, '{"errorType":"First"}', "Runtime.Bad")).status, 202);
  assert.equal((await failInit(api, '{"errorType":"Second"}', "Runtime.Bad")).status, 403);
  await api.environmentExited({ code: 1, signal: null });
  const settled = await api.invoke(createInvocation());
  assert.ok(settled.kind === "error" && settled.body.toString() === '{"errorType":"First"}');
  const large = await startApi(t, { maxConcurrency: 2 });
  const body = "x".repeat(1024 * 1024 + 1);
  assert.equal((await failInit(large, body, "Runtime.Bad")).status, 413);
  assert.equal((await failInit(large, "{}", "Runtime.Bad")).status, 202);
});

test("extensions are told of the end, not of invocations", async (t) => {
  const api = await startApi(t, { maxConcurrency: 2, externalExtensions: ["one"] });
  const refused = await register(api, "one", '{"events":["INVOKE"]}');
  assert.equal(refused.errorType, "Extension.InvalidEventType");
  assert.equal((await register(api, "one", '{"events":["SHUTDOWN"]}')).status, 200);
});
