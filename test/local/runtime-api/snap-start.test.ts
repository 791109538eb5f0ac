// SnapStart: the call in which the snapshot is taken, and what follows each restore.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { FunctionError } from "../../../local/runtime-api/invocation.ts";
import { registered } from "./extensions/extension-client.ts";
import {
  type Answer,
  createInvocation,
  failInit,
  next,
  openSocket,
  respond,
  startApi,
  type TestedApi,
} from "./runtime-client.ts";

const stillOpen = (promise: Promise<unknown>) =>
  Promise.race([promise.then(() => "settled"), delay(20, "open")]);

function restoreNext(api: TestedApi): Promise<Answer> {
  return api.call(`${api.url}/restore/next`);
}

function failRestore(api: TestedApi, body: string): Promise<Answer> {
  const headers = { "Lambda-Runtime-Function-Error-Type": "Runtime.AfterRestoreError" };
  return api.call(`${api.url}/restore/error`, { method: "POST", body, headers });
}

test("a runtime with hooks waits in restore/next, and polls when it is restored", async (t) => {
  const api = await startApi(t, { snapStart: true });
  const restoring = restoreNext(api);
  assert.equal(await api.snapshotReady(), "hooks");
  assert.equal(await stillOpen(restoring), "open");
  assert.equal((await restoreNext(api)).errorType, "InvalidStateTransition");
  assert.equal((await next(api)).status, 403);
  const restored = api.restored();
  api.restore();
  const answer = await restoring;
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("content-length"), "0");
  assert.equal(await stillOpen(restored), "open");
  const invocation = createInvocation();
  const result = api.invoke(invocation);
  assert.equal((await next(api)).status, 200);
  assert.equal(await restored, "ready");
  await respond(api, invocation.requestId, "ok");
  assert.equal((await result).kind, "response");
});

test("a runtime without hooks polls at once, and a restore changes nothing for it", async (t) => {
  const api = await startApi(t, { snapStart: true });
  const ready = api.snapshotReady();
  const poll = next(api);
  assert.equal(await ready, "no-hooks");
  api.restore();
  assert.equal(await api.restored(), "ready");
  void api.invoke(createInvocation());
  assert.equal((await poll).status, 200);
});

test("a failed restore fails the invocation that asked for it at once", async (t) => {
  const errors: FunctionError[] = [];
  const body = '{"errorType":"Error","errorMessage":"no network"}';
  const failures = { "restore/error": failRestore, "init/error": failOldRestore };
  for (const [path, failure] of Object.entries(failures)) {
    const api = await startApi(t, { snapStart: true, onInitError: (error) => errors.push(error) });
    const restoring = restoreNext(api);
    await api.snapshotReady();
    const result = api.invoke(createInvocation());
    const restored = api.restored();
    api.restore();
    await restoring;
    assert.equal((await failure(api, body)).status, 202, path);
    assert.equal(await restored, "exited");
    const settled = await result;
    assert.ok(settled.kind === "error" && settled.errorType === "Runtime.AfterRestoreError");
    assert.equal(settled.body.toString(), body);
    assert.equal(errors.pop()?.errorType, "Runtime.AfterRestoreError");
  }
});

/** Runtimes that know one error call report a restore as an init. */
function failOldRestore(api: TestedApi, body: string): Promise<Answer> {
  return failInit(api, body, "Runtime.AfterRestoreError");
}

test("a restore error without a restore is refused", async (t) => {
  const api = await startApi(t, { snapStart: true });
  assert.equal((await failRestore(api, "{}")).errorType, "InvalidStateTransition");
  void next(api).catch(() => {});
  await api.idle();
  assert.equal((await failRestore(api, "{}")).status, 403);
});

test("a failed init ends the wait for the snapshot when the process has ended", async (t) => {
  const api = await startApi(t, { snapStart: true });
  const ready = api.snapshotReady();
  await failInit(api, "{}", "Runtime.BeforeSnapshotError");
  assert.equal(await stillOpen(ready), "open");
  await api.environmentExited({ code: 64, signal: null });
  assert.equal(await ready, "exited");
  const settled = await api.invoke(createInvocation());
  assert.ok(settled.kind === "error" && settled.errorType === "Runtime.BeforeSnapshotError");
});

test("a runtime that left restore/next is not told of the restore, and the fault says so", async (t) => {
  const api = await startApi(t, { snapStart: true });
  const socket = await openSocket(api);
  socket.write("GET /2018-06-01/runtime/restore/next HTTP/1.1\r\nHost: x\r\n\r\n");
  await api.snapshotReady();
  socket.destroy();
  for (let trip = 0; trip < 2; trip++) await api.call(`${api.url}/nothing`);
  api.restore();
  assert.match(api.faults.join(), /does not learn of the restore/);
});

test("the snapshot waits for the extensions too", async (t) => {
  const api = await startApi(t, { snapStart: true, externalExtensions: ["one"] });
  const id = await registered(api, "one", []);
  void restoreNext(api).catch(() => {});
  const ready = api.snapshotReady();
  assert.equal(await stillOpen(ready), "open");
  const headers = { "Lambda-Extension-Identifier": id };
  const poll = api.call(`http://${api.address}/2020-01-01/extension/event/next`, { headers });
  poll.catch(() => {});
  assert.equal(await ready, "hooks");
});
