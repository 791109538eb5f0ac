// A function error on its way to the caller: verbatim, with a type that logs can hold.

import assert from "node:assert/strict";
import { test } from "node:test";
import { maximumPayloadBytes } from "../../../lambda/limits.ts";
import { fail, next, startApi, startInvocation } from "./runtime-client.ts";

const errorType = "Lambda-Runtime-Function-Error-Type";
const errorCause = "Lambda-Runtime-Function-XRay-Error-Cause";

test("the body reaches the caller as it was posted", async (t) => {
  const api = await startApi(t);
  const { id, result } = await startInvocation(api);
  const body = '{ "errorMessage":"no","errorType":"Any thing","stackTrace":[] }';
  assert.equal((await fail(api, id, body, { [errorType]: "Function.Refused" })).status, 202);
  const settled = await result;
  assert.ok(settled.kind === "error");
  assert.equal(settled.body.toString(), body);
  assert.equal(settled.errorType, "Function.Refused");
});

const types = {
  "Function.ExitOne": "Function.ExitOne",
  "Runtime.HandlerNotFound": "Runtime.HandlerNotFound",
  "a Runtime.Odd one": "a Runtime.Odd one",
  "Function.lower": "Function.Unknown",
  TypeError: "Runtime.Unknown",
};
for (const [header, expected] of Object.entries(types)) {
  test(`the type ${header} is kept as ${expected}`, async (t) => {
    const api = await startApi(t);
    const { id, result } = await startInvocation(api);
    await fail(api, id, "{}", { [errorType]: header });
    const settled = await result;
    assert.ok(settled.kind === "error");
    assert.equal(settled.errorType, expected);
  });
}

test("an error without a type is Runtime.Unknown", async (t) => {
  const api = await startApi(t);
  const { id, result } = await startInvocation(api);
  await fail(api, id, "");
  const settled = await result;
  assert.ok(settled.kind === "error");
  assert.equal(settled.errorType, "Runtime.Unknown");
});

test("X-Ray's cause is read from its header, and a bad one is dropped", async (t) => {
  const api = await startApi(t);
  const cause = { working_directory: "/var/task", exceptions: [], paths: [] };
  const first = await startInvocation(api);
  await fail(api, first.id, "{}", { [errorCause]: JSON.stringify(cause) });
  const settled = await first.result;
  assert.ok(settled.kind === "error");
  assert.deepEqual(settled.cause, cause);
  for (const bad of ["{", "7", "{}", '{"exceptions":[],"paths":[]}']) {
    const { id, result } = await startInvocation(api);
    assert.equal((await fail(api, id, "{}", { [errorCause]: bad })).status, 202);
    const dropped = await result;
    assert.ok(dropped.kind === "error");
    assert.equal(dropped.cause, undefined);
  }
});

test("a cause beyond 64 KiB is cropped, not dropped", async (t) => {
  const api = await startApi(t);
  const { id, result } = await startInvocation(api);
  const stack = Array.from({ length: 2000 }, (_, line) => ({ path: "x".repeat(40), line }));
  const cause = JSON.stringify({ exceptions: [{ type: "T", message: "m", stack }] });
  assert.ok(cause.length > 64 * 1024);
  assert.equal((await fail(api, id, "{}", { [errorCause]: cause })).status, 202);
  const settled = await result;
  assert.ok(settled.kind === "error");
  const kept = JSON.stringify(settled.cause);
  assert.ok(kept.length > 10_000 && kept.length <= 64 * 1024);
});

test("a cause in the body is taken out before the caller sees it", async (t) => {
  const api = await startApi(t);
  const { id, result } = await startInvocation(api);
  const cause = { working_directory: "/", exceptions: [], paths: ["a.ts"] };
  await fail(api, id, JSON.stringify({ errorMessage: "m", errorType: "T", errorCause: cause }), {
    "Content-Type": "application/vnd.aws.lambda.error.cause+json",
  });
  const settled = await result;
  assert.ok(settled.kind === "error");
  assert.equal(settled.body.toString(), '{"errorMessage":"m","errorType":"T"}');
  assert.deepEqual(settled.cause, cause);
  const second = await startInvocation(api);
  await fail(api, second.id, "no json", {
    "Content-Type": "application/vnd.aws.lambda.error.cause+json",
  });
  const invalid = await second.result;
  assert.ok(invalid.kind === "error" && invalid.body.toString() === '"Invalid error body"');
});

test("an error body beyond the limit is 413, and the caller is told so", async (t) => {
  const api = await startApi(t);
  const { id, result } = await startInvocation(api);
  assert.equal((await fail(api, id, "x".repeat(maximumPayloadBytes + 1))).status, 413);
  const settled = await result;
  assert.ok(settled.kind === "error" && settled.errorType === "Function.ResponseSizeTooLarge");
  void next(api).catch(() => {});
  assert.equal(await api.idle(), "ready");
});
