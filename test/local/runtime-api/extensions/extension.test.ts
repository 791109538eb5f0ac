// Internal extensions: a runtime that registers itself to be told of its end by SIGTERM.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { createInvocation, next, respond, startApi } from "../runtime-client.ts";
import { eventNext, register } from "./extension-client.ts";

test("an extension for no event is registered, and its poll stays open", async (t) => {
  const description = {
    functionName: "f",
    functionVersion: "$LATEST",
    handler: "a.sh",
    accountId: "012345678912",
  };
  const api = await startApi(t, { description });
  assert.equal(api.wantsSigterm(), false);
  const registered = await register(api, "self", '{"events":[]}');
  assert.equal(registered.status, 200);
  const { accountId, ...shown } = description;
  assert.deepEqual(JSON.parse(registered.body.toString()), shown);
  assert.equal(api.wantsSigterm(), true);
  const id = registered.headers.get("lambda-extension-identifier");
  const poll = eventNext(api, id).then(
    () => "answered",
    () => "ended",
  );
  const invocation = createInvocation();
  const result = api.invoke(invocation);
  await next(api);
  await respond(api, invocation.requestId, "ok");
  assert.equal((await result).kind, "response");
  assert.equal(await Promise.race([poll, delay(20, "open")]), "open");
  const withAccount = await register(api, "late", '{"events":[]}', {
    "Lambda-Extension-Accept-Feature": "accountId",
  });
  assert.equal(withAccount.errorType, "Extension.RegistrationClosed");
});

test("the account is told to those that ask for it", async (t) => {
  const api = await startApi(t);
  const registered = await register(api, "self", "{}", {
    "Lambda-Extension-Accept-Feature": "accountId",
  });
  assert.equal(JSON.parse(registered.body.toString()).accountId, "012345678912");
});

test("an extension for INVOKE is told of each event, and holds the next back", async (t) => {
  const api = await startApi(t);
  const registered = await register(api, "watcher", '{"events":["INVOKE"]}');
  const id = registered.headers.get("lambda-extension-identifier");
  const invocation = createInvocation({ traceId: "Root=1-2-3" });
  void api.invoke(invocation);
  const poll = next(api);
  assert.equal(await Promise.race([poll, delay(20, "held")]), "held");
  const event = JSON.parse((await eventNext(api, id)).body.toString());
  assert.deepEqual(event, {
    eventType: "INVOKE",
    deadlineMs: invocation.deadlineMs,
    requestId: invocation.requestId,
    invokedFunctionArn: invocation.functionArn,
    tracing: { type: "X-Amzn-Trace-Id", value: "Root=1-2-3" },
  });
  assert.equal((await poll).status, 200);
});

const refusals: [string, string, string, string][] = [
  ["without a name", "", '{"events":[]}', "Extension.InvalidExtensionName"],
  ["for SHUTDOWN", "x", '{"events":["SHUTDOWN"]}', "Extension.InvalidEventType"],
  ["for an unknown event", "x", '{"events":["FREEZE"]}', "Extension.InvalidEventType"],
  ["without JSON", "x", "events", "InvalidRequestFormat"],
  ["with a list that is none", "x", '{"events":"INVOKE"}', "InvalidRequestFormat"],
];
for (const [how, name, body, errorType] of refusals) {
  test(`a registration ${how} is 403 ${errorType}`, async (t) => {
    const api = await startApi(t);
    const refused = await register(api, name, body);
    assert.equal(refused.status, 403);
    assert.equal(refused.errorType, errorType);
    assert.equal(api.wantsSigterm(), false);
  });
}

test("the refusal of SHUTDOWN names its reason", async (t) => {
  const api = await startApi(t);
  const refused = await register(api, "x", '{"events":["SHUTDOWN"]}');
  assert.match(refused.body.toString(), /ShutdownEventNotSupportedForInternalExtension/);
});

test("a name is registered once, and ten are the limit", async (t) => {
  const api = await startApi(t);
  for (let index = 0; index < 10; index++) {
    assert.equal((await register(api, `e${index}`, '{"events":[]}')).status, 200);
    const again = await register(api, `e${index}`, '{"events":[]}');
    assert.equal(again.errorType, "Extension.InvalidExtensionState");
  }
  const eleventh = await register(api, "e10", '{"events":[]}');
  assert.equal(eleventh.errorType, "Extension.TooManyExtensions");
});

const identifiers: [string | null, string][] = [
  [null, "Extension.MissingExtensionIdentifier"],
  ["me", "Extension.InvalidExtensionIdentifier"],
  ["00000000-0000-4000-8000-000000000000", "Extension.UnknownExtensionIdentifier"],
];
for (const [id, errorType] of identifiers) {
  test(`event/next with the identifier ${id} is 403 ${errorType}`, async (t) => {
    const api = await startApi(t);
    const refused = await eventNext(api, id);
    assert.equal(refused.status, 403);
    assert.equal(refused.errorType, errorType);
  });
}
