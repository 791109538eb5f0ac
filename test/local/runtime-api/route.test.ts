// Requests that are for no operation, and requests that are barely requests.
import assert from "node:assert/strict";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import fc from "fast-check";
import { call, fail, openSocket, startApi, startInvocation } from "./runtime-client.ts";

const unknown: [string, string][] = [
  ["POST", "/2018-06-01/runtime/invocation/id/other"],
  ["POST", "/2018-06-01/runtime/invocation//response"],
  ["GET", "/2018-06-01/runtime/restore/next"],
  ["POST", "/2018-06-01/runtime/restore/next"],
  ["POST", "/2018-06-01/runtime/restore/error"],
  ["GET", "/2018-06-01/runtime/invocation/next/"],
  ["GET", "/runtime/invocation/next"],
  ["GET", "/"],
];
for (const [method, path] of unknown) {
  test(`${method} ${path} is 404`, async (t) => {
    const api = await startApi(t);
    const answer = await call(`http://${api.address}${path}`, { method });
    assert.equal(answer.status, 404);
    assert.equal(answer.body.toString(), "404 page not found\n");
  });
}

const wrongMethods: [string, string, string][] = [
  ["POST", "/2018-06-01/runtime/invocation/next", "GET"],
  ["HEAD", "/2018-06-01/runtime/invocation/next", "GET"],
  ["GET", "/2018-06-01/runtime/invocation/id/response", "POST"],
  ["PUT", "/2018-06-01/runtime/invocation/id/error", "POST"],
  ["GET", "/2018-06-01/runtime/init/error", "POST"],
  ["POST", "/2020-01-01/extension/event/next", "GET"],
  ["DELETE", "/2020-01-01/extension/register", "POST"],
  ["POST", "/2022-07-01/telemetry", "PUT"],
  ["POST", "/ping", "GET"],
];
for (const [method, path, allowed] of wrongMethods) {
  test(`${method} ${path} is 405, and says what is allowed`, async (t) => {
    const api = await startApi(t);
    const answer = await call(`http://${api.address}${path}`, { method });
    assert.equal(answer.status, 405);
    assert.equal(answer.headers.get("allow"), allowed);
    assert.equal(answer.body.length, 0);
    assert.match(api.faults.join(), /answered 405: the method is/);
  });
}

test("restore/next has a method where there are snapshots", async (t) => {
  const api = await startApi(t, { snapStart: true });
  const answer = await call(`${api.url}/restore/next`, { method: "POST" });
  assert.deepEqual([answer.status, answer.headers.get("allow")], [405, "GET"]);
});

test("a whole URL as the target of a call is taken by its path", async (t) => {
  const api = await startApi(t);
  const socket = await openSocket(api);
  socket.write(`GET http://${api.address}/ping?x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  assert.match(await text(socket), /^HTTP\/1\.1 200 .*pong$/s);
});

test("ping is answered with pong", async (t) => {
  const api = await startApi(t);
  for (const path of ["/ping", "/2018-06-01/ping"]) {
    const answer = await call(`http://${api.address}${path}`);
    assert.equal(answer.body.toString(), "pong");
  }
});

test("headers of half a megabyte are read", async (t) => {
  const api = await startApi(t);
  const { id, result } = await startInvocation(api);
  const cause = JSON.stringify({ message: "x".repeat(500_000) });
  const headers = { "Lambda-Runtime-Function-XRay-Error-Cause": cause };
  assert.equal((await fail(api, id, "{}", headers)).status, 202);
  assert.equal((await result).kind, "error");
});

test("whatever is asked for, the server answers the next call", async (t) => {
  const api = await startApi(t);
  const segment = fc.constantFrom("2018-06-01", "runtime", "invocation", "init", "%", "%zz", "..");
  const path = fc.array(fc.oneof(segment, fc.webSegment()), { maxLength: 6 });
  const method = fc.constantFrom("POST", "PUT", "DELETE", "OPTIONS", "PATCH");
  await fc.assert(
    fc.asyncProperty(method, path, fc.string(), async (verb, segments, body) => {
      const answer = await call(`http://${api.address}/${segments.join("/")}`, {
        method: verb,
        ...(verb === "OPTIONS" ? {} : { body }),
      });
      assert.ok([400, 404, 405].includes(answer.status));
    }),
    { numRuns: 200 },
  );
  assert.equal((await call(`http://${api.address}/ping`)).status, 200);
});

test("bytes that are not a request end their own connection only", async (t) => {
  const api = await startApi(t);
  const socket = await openSocket(api);
  socket.on("error", () => {});
  socket.resume();
  socket.write("\u0000\u0001 nonsense\r\n\r\n");
  await once(socket, "close");
  assert.equal((await call(`http://${api.address}/ping`)).status, 200);
});
