// Requests that are for no operation, and requests that are barely requests.
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import fc from "fast-check";
import { call, fail, openSocket, startApi, startInvocation } from "./runtime-client.ts";

const unknown: [string, string][] = [
  ["POST", "/2018-06-01/runtime/invocation/next"],
  ["GET", "/2018-06-01/runtime/invocation/id/response"],
  ["PUT", "/2018-06-01/runtime/invocation/id/error"],
  ["POST", "/2018-06-01/runtime/invocation/id/other"],
  ["POST", "/2018-06-01/runtime/invocation//response"],
  ["GET", "/2018-06-01/runtime/init/error"],
  ["GET", "/2018-06-01/runtime/restore/next"],
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
      assert.ok([400, 404].includes(answer.status));
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
