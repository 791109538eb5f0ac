// The end of the process: what those get who still wait for it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Exit, FunctionError } from "../../../local/runtime-api/invocation.ts";
import {
  createInvocation,
  failInit,
  next,
  openSocket,
  openStream,
  respond,
  startApi,
  startInvocation,
} from "./runtime-client.ts";

const reasons: [Exit, string][] = [
  [{ code: 7, signal: null }, "Runtime exited with error: exit status 7"],
  [{ code: 0, signal: null }, "Runtime exited without providing a reason"],
  [{ code: null, signal: "SIGKILL" }, "Runtime exited with error: signal: killed"],
  [{ code: null, signal: "SIGSEGV" }, "Runtime exited with error: signal: segmentation fault"],
  [{ code: null, signal: "SIGWINCH" }, "Runtime exited with error: signal: SIGWINCH"],
];
for (const [exit, reason] of reasons) {
  test(`an exit during an invocation is told as "${reason}"`, async (t) => {
    const api = await startApi(t);
    const { id, result } = await startInvocation(api);
    await api.environmentExited(exit);
    const settled = await result;
    assert.ok(settled.kind === "error" && settled.errorType === "Runtime.ExitError");
    assert.deepEqual(JSON.parse(settled.body.toString()), {
      errorType: "Runtime.ExitError",
      errorMessage: `RequestId: ${id} Error: ${reason}`,
    });
  });
}

test("an exit before the first poll fails the event that waits", async (t) => {
  const api = await startApi(t);
  const result = api.invoke(createInvocation());
  const idle = api.idle();
  await api.environmentExited({ code: 1, signal: null });
  const settled = await result;
  assert.ok(settled.kind === "error" && settled.errorType === "Runtime.ExitError");
  assert.equal(await idle, "exited");
});

test("an init error reaches its caller when the process has ended", async (t) => {
  const errors: FunctionError[] = [];
  const api = await startApi(t, { onInitError: (error) => errors.push(error) });
  const result = api.invoke(createInvocation());
  const body = '{"errorType":"Runtime.HandlerNotFound","errorMessage":"no x"}';
  assert.equal((await failInit(api, body, "Runtime.HandlerNotFound")).status, 202);
  assert.equal(errors[0]?.errorType, "Runtime.HandlerNotFound");
  assert.equal(await Promise.race([result.then(() => "settled"), delay(20, "open")]), "open");
  await api.environmentExited({ code: 0, signal: null });
  const settled = await result;
  assert.ok(settled.kind === "error" && settled.body.toString() === body);
});

test("a runtime that stays after its init error is ended by the deadline", async (t) => {
  const api = await startApi(t);
  const invocation = createInvocation();
  const result = api.invoke(invocation);
  await failInit(api, "{}", "Runtime.Bad");
  api.timedOut(invocation.requestId, 3);
  const settled = await result;
  assert.ok(settled.kind === "error" && settled.errorType === "Sandbox.Timedout");
});

test("an ended environment answers later invocations with its end", async (t) => {
  const api = await startApi(t);
  await api.environmentExited({ code: 3, signal: null });
  const settled = await api.invoke(createInvocation({ requestId: "later" }));
  assert.ok(settled.kind === "error");
  assert.match(settled.body.toString(), /RequestId: later Error: .* exit status 3/);
  assert.equal(await api.idle(), "exited");
});

test("a response that was sent before the exit counts", async (t) => {
  const api = await startApi(t);
  const { id, result } = await startInvocation(api);
  const socket = await openSocket(api);
  socket.end(
    `POST /2018-06-01/runtime/invocation/${id}/response HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nlast`,
  );
  await api.environmentExited({ code: 1, signal: null });
  const settled = await result;
  assert.ok(settled.kind === "response" && settled.body.toString() === "last");
  socket.destroy();
});

test("an exit in the middle of a stream ends it with the reason", async (t) => {
  const api = await startApi(t);
  const { id, result } = await startInvocation(api);
  const { post } = openStream(api, id);
  post.write("half");
  const settled = await result;
  assert.ok(settled.kind === "stream");
  await api.environmentExited({ code: 9, signal: null });
  assert.equal((await settled.ended)?.errorType, "Runtime.ExitError");
});

test("a timeout is told as Lambda tells it, and a late answer changes nothing", async (t) => {
  const api = await startApi(t);
  const { id, result } = await startInvocation(api);
  api.timedOut(id, 3);
  const settled = await result;
  assert.ok(settled.kind === "error");
  assert.deepEqual(JSON.parse(settled.body.toString()), {
    errorType: "Sandbox.Timedout",
    errorMessage: `RequestId: ${id} Error: Task timed out after 3.00 seconds`,
  });
  assert.equal((await respond(api, id, "late")).status, 202);
});

test("close ends polls that are open", async (t) => {
  const api = await startApi(t);
  const poll = next(api).then(
    () => "answered",
    () => "broken",
  );
  await api.idle();
  await api.close();
  assert.equal(await poll, "broken");
});
