// What a poll gets: the event's bytes, and the headers of runtime and invocation.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import {
  call,
  createInvocation,
  next,
  openSocket,
  respond,
  startApi,
  startInvocation,
} from "./runtime-client.ts";

test("an event arrives byte for byte", async (t) => {
  const api = await startApi(t);
  const event = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index % 256));
  const { event: received } = await startInvocation(api, { event });
  assert.deepEqual(received.body, event);
  assert.equal(received.headers.get("content-length"), "70000");
});

test("an empty event is an empty body", async (t) => {
  const api = await startApi(t);
  const { event } = await startInvocation(api, { event: Buffer.alloc(0) });
  assert.equal(event.status, 200);
  assert.equal(event.body.length, 0);
});

test("the headers carry the invocation, and what is absent has none", async (t) => {
  const api = await startApi(t);
  const { id, event } = await startInvocation(api, { deadlineMs: 1_800_000_000_123 });
  assert.equal(event.headers.get("lambda-runtime-aws-request-id"), id);
  assert.equal(event.headers.get("lambda-runtime-deadline-ms"), "1800000000123");
  assert.equal(
    event.headers.get("lambda-runtime-invoked-function-arn"),
    "arn:aws:lambda:us-east-1:012345678912:function:test",
  );
  assert.equal(event.headers.get("content-type"), "application/json");
  const optional = ["trace-id", "client-context", "cognito-identity", "aws-tenant-id"];
  for (const name of optional) assert.equal(event.headers.has(`lambda-runtime-${name}`), false);
});

test("optional headers are sent as they are, client context as UTF-8 on one line", async (t) => {
  const api = await startApi(t);
  const clientContext = '{\n "custom": {"name": "é😀"}\r\n}';
  const { event } = await startInvocation(api, {
    traceId: "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
    clientContext,
    cognitoIdentity: '{"cognitoIdentityId":"i","cognitoIdentityPoolId":"p"}',
    tenantId: "tenant-1",
    contentType: "text/plain",
  });
  const header = event.headers.get("lambda-runtime-client-context") ?? "";
  const decoded = Buffer.from(header, "latin1").toString("utf8");
  assert.deepEqual(JSON.parse(decoded), JSON.parse(clientContext));
  assert.match(event.headers.get("lambda-runtime-trace-id") ?? "", /^Root=1-.*Sampled=1$/);
  assert.equal(event.headers.get("lambda-runtime-aws-tenant-id"), "tenant-1");
  assert.equal(event.headers.get("content-type"), "text/plain");
});

test("a poll is held open until there is an event", async (t) => {
  const api = await startApi(t);
  const poll = next(api);
  assert.equal(await Promise.race([poll.then(() => "answered"), delay(50, "held")]), "held");
  const invocation = createInvocation();
  void api.invoke(invocation);
  assert.equal((await poll).headers.get("lambda-runtime-aws-request-id"), invocation.requestId);
});

test("an aborted poll still takes the next event, and the fault says why", async (t) => {
  const api = await startApi(t);
  const socket = await openSocket(api);
  socket.write("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n");
  await api.idle();
  socket.destroy();
  // Two round trips later the server has seen the end of that connection.
  for (let trip = 0; trip < 2; trip++) await call(`${api.url}/nothing`);
  const invocation = createInvocation();
  const result = api.invoke(invocation);
  assert.match(api.faults.join(), /is lost.*Never abort or time out a pending GET next/);
  api.timedOut(invocation.requestId, 3);
  const settled = await result;
  assert.ok(settled.kind === "error" && settled.errorType === "Sandbox.Timedout");
});

test("one connection serves polls and posts in turn", async (t) => {
  const api = await startApi(t);
  const socket = await openSocket(api);
  let received = "";
  socket.on("data", (chunk) => {
    received += chunk;
  });
  const until = async (pattern: RegExp) => {
    while (!pattern.test(received)) await delay(1);
    received = "";
  };
  for (const body of ["one", "two"]) {
    const invocation = createInvocation();
    const result = api.invoke(invocation);
    socket.write("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n");
    await until(/200 OK.*\{"n":1\}/s);
    socket.write(
      `POST /2018-06-01/runtime/invocation/${invocation.requestId}/response HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n${body}`,
    );
    await until(/202 Accepted.*\{"status":"OK"\}/s);
    const settled = await result;
    assert.ok(settled.kind === "response" && settled.body.toString() === body);
  }
  socket.destroy();
});

test("an id that needs encoding comes back decoded", async (t) => {
  const api = await startApi(t);
  const { result } = await startInvocation(api, { requestId: "a/b c" });
  assert.equal((await respond(api, encodeURIComponent("a/b c"), "ok")).status, 202);
  assert.equal((await result).kind, "response");
});
