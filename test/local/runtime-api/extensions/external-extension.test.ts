// External extensions: programs beside the runtime, from their registration to the SHUTDOWN event.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import {
  createInvocation,
  next,
  respond,
  startApi,
  startInvocation,
  type TestedApi,
} from "../runtime-client.ts";
import { eventNext, register, registered, reportFailure } from "./extension-client.ts";

const stillOpen = (promise: Promise<unknown>) =>
  Promise.race([promise.then(() => "settled"), delay(20, "open")]);

/** An extension that has polled, whose open poll is in the result. */
async function startExtension(api: TestedApi, name: string, events: readonly string[]) {
  const id = await registered(api, name, events);
  const poll = eventNext(api, id);
  // Nobody waits for a poll that the end of the test breaks.
  poll.catch(() => {});
  return { id, poll };
}

test("the sandbox hears when all external extensions have registered", async (t) => {
  const api = await startApi(t, { externalExtensions: ["one", "two"] });
  const ready = api.extensionsRegistered();
  assert.equal((await register(api, "one", '{"events":["INVOKE","SHUTDOWN"]}')).status, 200);
  assert.equal((await register(api, "inside", '{"events":[]}')).status, 200);
  assert.equal(await stillOpen(ready), "open");
  assert.equal((await register(api, "two", '{"events":[]}')).status, 200);
  assert.equal(await ready, "ready");
  assert.deepEqual(api.extensions(), [
    { name: "one", external: true, state: "Registered", events: ["INVOKE", "SHUTDOWN"] },
    { name: "two", external: true, state: "Registered", events: [] },
    { name: "inside", external: false, state: "Registered", events: [] },
  ]);
  assert.equal(await api.extensionsRegistered(), "ready");
});

test("without external extensions there is nothing to wait for", async (t) => {
  const api = await startApi(t);
  assert.equal(await api.extensionsRegistered(), "ready");
});

test("an external extension registers once, and not for what is not an event", async (t) => {
  const api = await startApi(t, { externalExtensions: ["one"] });
  const unknown = await register(api, "one", '{"events":["FREEZE"]}');
  assert.equal(unknown.errorType, "Extension.InvalidEventType");
  assert.match(unknown.body.toString(), /FREEZE: ErrorInvalidEventType/);
  await register(api, "one", '{"events":["SHUTDOWN"]}');
  const again = await register(api, "one", '{"events":["SHUTDOWN"]}');
  assert.equal(again.errorType, "Extension.InvalidExtensionState");
  assert.match(
    again.body.toString(),
    /State transition from Registered to Registered failed for extension one\./,
  );
});

test("an event waits until the runtime and every extension have polled", async (t) => {
  const api = await startApi(t, { externalExtensions: ["one"] });
  const id = await registered(api, "one", ["INVOKE"]);
  const invocation = createInvocation();
  const result = api.invoke(invocation);
  const poll = next(api);
  assert.equal(await stillOpen(poll), "open");
  assert.equal(api.free(), 0);
  const event = await eventNext(api, id);
  assert.equal(JSON.parse(event.body.toString()).requestId, invocation.requestId);
  await poll;
  await respond(api, invocation.requestId, "ok");
  assert.equal((await result).kind, "response");
  // The runtime asks again, the extension is still at work: the invocation is not over.
  const idle = api.idle();
  void next(api).catch(() => {});
  assert.equal(await stillOpen(idle), "open");
  void eventNext(api, id).catch(() => {});
  assert.equal(await idle, "ready");
  assert.equal(api.free(), 1);
});

test("a second poll of the same extension is refused", async (t) => {
  const api = await startApi(t, { externalExtensions: ["one"] });
  const { id } = await startExtension(api, "one", []);
  void next(api).catch(() => {});
  await api.idle();
  const second = await eventNext(api, id);
  assert.equal(second.errorType, "Extension.InvalidExtensionState");
  assert.match(second.body.toString(), /from Ready to Ready failed/);
});

test("SHUTDOWN reaches those that registered for it, waiting or not", async (t) => {
  const api = await startApi(t, { externalExtensions: ["waits", "works", "deaf"] });
  const waits = await startExtension(api, "waits", ["SHUTDOWN"]);
  const worksId = await registered(api, "works", ["INVOKE", "SHUTDOWN"]);
  const deaf = await startExtension(api, "deaf", ["INVOKE"]);
  await until(() => api.extensions().filter(({ state }) => state === "Ready").length === 2);
  const told = api.shutdown("spindown", 1_800_000_002_000);
  assert.deepEqual(told, ["waits", "works"]);
  const expected = {
    eventType: "SHUTDOWN",
    deadlineMs: 1_800_000_002_000,
    shutdownReason: "spindown",
  };
  assert.deepEqual(JSON.parse((await waits.poll).body.toString()), expected);
  assert.deepEqual(JSON.parse((await eventNext(api, worksId)).body.toString()), expected);
  assert.equal(await stillOpen(deaf.poll), "open");
  assert.equal(api.free(), 0);
});

test("after SHUTDOWN no event is given out any more", async (t) => {
  const api = await startApi(t);
  const poll = next(api);
  poll.catch(() => {});
  await api.idle();
  api.shutdown("spindown", Date.now());
  const result = api.invoke(createInvocation());
  assert.equal(await stillOpen(poll), "open");
  await api.environmentExited({ code: 0, signal: null });
  assert.equal((await result).kind, "error");
});

test("the end of an extension fails what is pending with Extension.Crash", async (t) => {
  const reasons = [
    [{ code: 1, signal: null }, "exit status 1"],
    [{ code: 0, signal: null }, "exit code 0"],
    [{ code: null, signal: "SIGKILL" }, "signal: killed"],
  ] as const;
  for (const [exit, reason] of reasons) {
    const api = await startApi(t, { externalExtensions: ["one"] });
    await startExtension(api, "one", []);
    const { id, result } = await startInvocation(api);
    api.extensionExited("one", exit);
    const settled = await result;
    assert.ok(settled.kind === "error" && settled.errorType === "Extension.Crash");
    assert.deepEqual(JSON.parse(settled.body.toString()), {
      errorType: "Extension.Crash",
      errorMessage: `RequestId: ${id} Error: ${reason}`,
    });
    assert.equal(await api.idle(), "exited");
    const later = await api.invoke(createInvocation());
    assert.ok(later.kind === "error" && later.errorType === "Extension.Crash");
  }
});

test("an extension that ends before it registered ends the wait for it", async (t) => {
  const api = await startApi(t, { externalExtensions: ["one"] });
  const ready = api.extensionsRegistered();
  api.extensionExited("one", { code: 1, signal: null });
  assert.equal(await ready, "exited");
});

test("an extension that cannot be started is Extension.LaunchError", async (t) => {
  const api = await startApi(t, { externalExtensions: ["one"] });
  api.extensionNotStarted("one", "permission denied");
  const settled = await api.invoke(createInvocation({ requestId: "r" }));
  assert.ok(settled.kind === "error" && settled.errorType === "Extension.LaunchError");
  assert.match(settled.body.toString(), /RequestId: r Error: permission denied/);
});

test("an extension that ends after SHUTDOWN fails nothing", async (t) => {
  const api = await startApi(t, { externalExtensions: ["one"] });
  await startExtension(api, "one", ["SHUTDOWN"]);
  const { id, result } = await startInvocation(api);
  api.shutdown("timeout", Date.now() + 2000);
  api.extensionExited("one", { code: 0, signal: null });
  assert.equal(await stillOpen(result), "open");
  await respond(api, id, "ok");
  assert.equal((await result).kind, "response");
});

test("the error an extension reports names its end", async (t) => {
  for (const [phase, type] of [
    ["init", "Extension.InitError"],
    ["exit", "Extension.ExitError"],
  ] as const) {
    const reports: string[][] = [];
    const api = await startApi(t, {
      externalExtensions: ["one"],
      onExtensionError: (...report) => reports.push(report),
    });
    const result = api.invoke(createInvocation({ requestId: "r" }));
    const id = await registered(api, "one", []);
    const missing = await reportFailure(api, phase, id);
    assert.equal(missing.errorType, "Extension.MissingHeader");
    const taken = await reportFailure(api, phase, id, "Extension.NoSuchTable");
    assert.equal(taken.status, 202);
    assert.deepEqual(JSON.parse(taken.body.toString()), { status: "OK" });
    assert.deepEqual(reports, [["one", "Extension.NoSuchTable"]]);
    assert.equal((await reportFailure(api, phase, id, "Again")).status, 202);
    assert.equal((await eventNext(api, id)).errorType, "Extension.InvalidExtensionState");
    api.extensionExited("one", { code: 3, signal: null });
    const settled = await result;
    assert.ok(settled.kind === "error" && settled.errorType === type);
    assert.match(settled.body.toString(), /RequestId: r Error: exit status 3/);
    assert.equal(reports.length, 1);
  }
});

test("an init error is refused once the extension has polled", async (t) => {
  const api = await startApi(t, { externalExtensions: ["one"] });
  const { id } = await startExtension(api, "one", []);
  await until(() => api.extensions()[0]?.state === "Ready");
  const refused = await reportFailure(api, "init", id, "X");
  assert.equal(refused.errorType, "Extension.InvalidExtensionState");
  assert.match(refused.body.toString(), /from Ready to InitError failed/);
});

test("an identifier that was not given out yet is unknown", async (t) => {
  const api = await startApi(t, { externalExtensions: ["one"] });
  const stranger = "00000000-0000-4000-8000-000000000000";
  const refused = await reportFailure(api, "exit", stranger, "X");
  assert.equal(refused.errorType, "Extension.UnknownExtensionIdentifier");
});

test("more than ten programs are refused with their names", async (t) => {
  const names = Array.from({ length: 11 }, (_, index) => `extension-${index}`);
  await assert.rejects(startApi(t, { externalExtensions: names }), /11 extensions .*extension-10/);
  const api = await startApi(t, { externalExtensions: names.slice(1) });
  const eleventh = await register(api, "inside", '{"events":[]}');
  assert.equal(eleventh.errorType, "Extension.TooManyExtensions");
});

test("extensions that ask for telemetry are told that there is none, and may go on", async (t) => {
  const api = await startApi(t);
  const paths = { "2022-07-01/telemetry": "Telemetry", "2020-08-15/logs": "Logs" };
  for (const [path, name] of Object.entries(paths)) {
    const answer = await api.call(`http://${api.address}/${path}`, { method: "PUT", body: "{}" });
    assert.equal(answer.status, 202);
    assert.deepEqual(JSON.parse(answer.body.toString()), {
      errorMessage: `${name} API is not supported`,
      errorType: `${name}.NotSupported`,
    });
  }
});

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await delay(1);
}
