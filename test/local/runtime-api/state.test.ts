// The order of calls: what each state allows, and how the rest is refused.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import {
  createInvocation,
  fail,
  failInit,
  next,
  openSocket,
  respond,
  startApi,
  startInvocation,
} from "./runtime-client.ts";

const stranger = "00000000-0000-4000-8000-000000000000";

test("an invocation goes from next through response to next", async (t) => {
  const api = await startApi(t);
  for (let round = 0; round < 3; round++) {
    const { id, result } = await startInvocation(api);
    const answer = await respond(api, id, `${round}`);
    assert.equal(answer.status, 202);
    assert.equal(answer.body.toString(), '{"status":"OK"}');
    assert.equal(answer.headers.get("content-type"), "application/json");
    const settled = await result;
    assert.ok(settled.kind === "response");
    assert.equal(settled.body.toString(), `${round}`);
  }
  assert.deepEqual(api.faults, []);
});

test("a post for an id that is not the current one is 400 InvalidRequestID", async (t) => {
  const api = await startApi(t);
  assert.equal((await respond(api, stranger, "early")).errorType, "InvalidRequestID");
  const { id, result } = await startInvocation(api);
  const answer = await respond(api, stranger, "wrong");
  assert.equal(answer.status, 400);
  assert.deepEqual(JSON.parse(answer.body.toString()), {
    errorMessage: "Invalid request ID",
    errorType: "InvalidRequestID",
  });
  assert.equal((await fail(api, stranger, "{}")).status, 400);
  assert.equal((await respond(api, id, "right")).status, 202);
  assert.equal((await result).kind, "response");
});

test("a second response is 403 until the next poll, and 400 after it", async (t) => {
  const api = await startApi(t);
  const { id, result } = await startInvocation(api);
  await respond(api, id, "first");
  const second = await respond(api, id, "second");
  assert.equal(second.status, 403);
  assert.equal(second.errorType, "InvalidStateTransition");
  assert.match(
    second.body.toString(),
    /State transition from RuntimeResponseSentState to InvocationResponse failed for runtime/,
  );
  assert.equal((await fail(api, id, "{}")).errorType, "InvalidStateTransition");
  const poll = next(api);
  await api.idle();
  assert.equal((await respond(api, id, "late")).errorType, "InvalidRequestID");
  const settled = await result;
  assert.ok(settled.kind === "response" && settled.body.toString() === "first");
  void api.invoke(createInvocation());
  assert.equal((await poll).status, 200);
});

test("an error after a response is 403, and a response after an error as well", async (t) => {
  const api = await startApi(t);
  const { id, result } = await startInvocation(api);
  assert.equal((await fail(api, id, '{"errorType":"X"}')).status, 202);
  assert.equal((await respond(api, id, "late")).status, 403);
  assert.equal((await result).kind, "error");
});

test("next without an answer gives the same event again", async (t) => {
  const api = await startApi(t);
  const { id, event } = await startInvocation(api);
  const again = await next(api);
  assert.equal(again.headers.get("lambda-runtime-aws-request-id"), id);
  assert.deepEqual(again.body, event.body);
  assert.match(api.faults.join(), /same event again/);
  assert.equal((await respond(api, id, "ok")).status, 202);
});

test("next after an init error is 403", async (t) => {
  const api = await startApi(t);
  assert.equal((await failInit(api, "{}", "Runtime.Bad")).status, 202);
  const refused = await next(api);
  assert.equal(refused.status, 403);
  assert.equal(refused.errorType, "InvalidStateTransition");
  assert.equal((await failInit(api, "{}", "Runtime.Bad")).status, 403);
});

test("an init error after next is 403 in every later state", async (t) => {
  const api = await startApi(t);
  const { id } = await startInvocation(api);
  assert.equal((await failInit(api, "{}", "Runtime.Bad")).errorType, "InvalidStateTransition");
  await respond(api, id, "ok");
  assert.equal((await failInit(api, "{}", "Runtime.Bad")).status, 403);
});

test("a response that breaks off leaves nothing but 403, until the process ends", async (t) => {
  const api = await startApi(t);
  const { id, result } = await startInvocation(api);
  const socket = await openSocket(api);
  socket.write(
    `POST /2018-06-01/runtime/invocation/${id}/response HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf`,
  );
  socket.end();
  socket.destroySoon();
  await until(() => api.faults.length > 0);
  assert.equal((await respond(api, id, "whole")).status, 403);
  assert.equal((await fail(api, id, "{}")).status, 403);
  assert.equal((await next(api)).status, 403);
  assert.match(api.faults.join(), /broke off/);
  await api.environmentExited({ code: 1, signal: null });
  const settled = await result;
  assert.ok(settled.kind === "error" && settled.errorType === "Runtime.ExitError");
});

test("one environment takes one invocation at a time", async (t) => {
  const api = await startApi(t);
  const first = createInvocation();
  void api.invoke(first);
  assert.throws(() => api.invoke(createInvocation()), /has an invocation without an answer/);
  await next(api);
  assert.throws(() => api.invoke(createInvocation()), /has an invocation without an answer/);
  await respond(api, first.requestId, "ok");
  const second = createInvocation();
  const result = api.invoke(second);
  await next(api);
  await respond(api, second.requestId, "ok");
  assert.equal((await result).kind, "response");
});

test("a retry may keep its request id", async (t) => {
  const api = await startApi(t);
  const { id, result } = await startInvocation(api, { requestId: "again" });
  await fail(api, id, "{}");
  assert.equal((await result).kind, "error");
  const retry = api.invoke(createInvocation({ requestId: "again" }));
  assert.equal((await respond(api, id, "late")).errorType, "InvalidStateTransition");
  await next(api);
  assert.equal((await respond(api, id, "ok")).status, 202);
  assert.equal((await retry).kind, "response");
});

test("idle tells when the runtime waits for an event", async (t) => {
  const api = await startApi(t);
  let isIdle = false;
  const firstIdle = api.idle().then((outcome) => {
    isIdle = true;
    return outcome;
  });
  await call404(api.url);
  assert.equal(isIdle, false);
  const poll = next(api);
  assert.equal(await firstIdle, "ready");
  const invocation = createInvocation();
  const result = api.invoke(invocation);
  await poll;
  await respond(api, invocation.requestId, "ok");
  await result;
  const secondIdle = api.idle();
  void next(api).catch(() => {});
  assert.equal(await secondIdle, "ready");
  const exited = api.idle();
  assert.equal(await exited, "ready");
});

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await delay(1);
}

/** A round trip, so that all that was sent before has been read. */
async function call404(url: string): Promise<void> {
  assert.equal((await fetch(`${url}/nothing`)).status, 404);
}
