// One connection, every way of using it, in any pieces and order.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { missingTool } from "../../helpers/missing-tool.ts";
import { createInvocation, next, openSocket, respond, startApi } from "./runtime-client.ts";

const poll = "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n";

function responseTo(id: string, fields: string, body: string): string {
  return `POST /2018-06-01/runtime/invocation/${id}/response HTTP/1.1\r\nHost: x\r\n${fields}\r\n\r\n${body}`;
}

/** Reads what comes on a socket, one whole answer after another. */
function readAnswers(socket: Socket): () => Promise<{ status: number; body: string }> {
  let received = "";
  socket.on("data", (chunk) => {
    received += chunk.toString("latin1");
  });
  return async () => {
    for (;;) {
      const headEnd = received.indexOf("\r\n\r\n");
      const [, length] = /content-length: (\d+)/i.exec(received.slice(0, headEnd)) ?? [];
      const end = headEnd + 4 + Number(length);
      if (headEnd >= 0 && received.length >= end) {
        const answer = {
          status: Number(received.slice(9, 12)),
          body: received.slice(headEnd + 4, end),
        };
        received = received.slice(end);
        return answer;
      }
      await delay(1);
    }
  };
}

const forms: Record<string, (id: string) => string> = {
  "with its length": (id) => responseTo(id, "Content-Length: 5", "hello"),
  "in chunks": (id) =>
    responseTo(id, "Transfer-Encoding: chunked", "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"),
  "with fields nobody knows": (id) =>
    responseTo(id, "X-Other: \u00e9\r\ncontent-length: 5", "hello"),
};
for (const [how, form] of Object.entries(forms)) {
  test(`a response ${how} is the same wherever it is cut`, async (t) => {
    const api = await startApi(t);
    const length = Buffer.byteLength(form("a"), "latin1");
    for (let cut = 1; cut < length; cut += 7) {
      const socket = await openSocket(api);
      const answer = readAnswers(socket);
      const invocation = createInvocation({ requestId: "a" });
      const result = api.invoke(invocation);
      socket.write(poll);
      assert.equal((await answer()).body, '{"n":1}');
      const bytes = Buffer.from(form("a"), "latin1");
      socket.write(bytes.subarray(0, cut));
      await delay(1);
      socket.write(bytes.subarray(cut));
      assert.deepEqual(await answer(), { status: 202, body: '{"status":"OK"}' });
      const settled = await result;
      assert.ok(settled.kind === "response" && settled.body.toString() === "hello");
      socket.destroy();
    }
  });
}

test("a poll is the same wherever it is cut", async (t) => {
  const api = await startApi(t);
  for (let cut = 1; cut < poll.length; cut += 5) {
    const socket = await openSocket(api);
    const answer = readAnswers(socket);
    const result = api.invoke(createInvocation({ requestId: "a" }));
    socket.write(poll.slice(0, cut));
    await delay(1);
    socket.write(poll.slice(cut));
    assert.equal((await answer()).status, 200);
    await respond(api, "a", "ok");
    assert.equal((await result).kind, "response");
    socket.destroy();
  }
});

test("calls that are sent at once are answered one after the other", async (t) => {
  const api = await startApi(t);
  const socket = await openSocket(api);
  const answer = readAnswers(socket);
  const first = api.invoke(createInvocation({ requestId: "a" }));
  socket.write(poll);
  await answer();
  // The end of one invocation, the poll, and already the answer to what the poll will give.
  socket.write(responseTo("a", "Content-Length: 1", "1") + poll);
  assert.equal((await answer()).status, 202);
  assert.equal((await first).kind, "response");
  socket.write(responseTo("b", "Content-Length: 1", "2"));
  socket.write(poll);
  await delay(10);
  const second = api.invoke(createInvocation({ requestId: "b" }));
  assert.equal((await answer()).status, 200);
  assert.equal((await answer()).status, 202);
  const settled = await second;
  assert.ok(settled.kind === "response" && settled.body.toString() === "2");
  const third = api.invoke(createInvocation({ requestId: "c", event: Buffer.alloc(50_000, 65) }));
  assert.equal((await answer()).body, "A".repeat(50_000));
  socket.end(responseTo("c", "Content-Length: 1", "3"));
  assert.equal((await third).kind, "response");
});

test("calls of every form share a connection", async (t) => {
  const api = await startApi(t);
  const socket = await openSocket(api);
  const answer = readAnswers(socket);
  for (const form of [...Object.values(forms), ...Object.values(forms)]) {
    const result = api.invoke(createInvocation({ requestId: "a" }));
    socket.write(poll);
    assert.equal((await answer()).status, 200);
    socket.write("GET /2018-06-01/nothing HTTP/1.1\r\nHost: x\r\n\r\n");
    assert.equal((await answer()).status, 404);
    socket.write(form("a"), "latin1");
    assert.equal((await answer()).status, 202);
    assert.equal((await result).kind, "response");
  }
  socket.destroy();
});

test("every byte value passes both ways", async (t) => {
  const api = await startApi(t);
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
  const socket = await openSocket(api);
  const answer = readAnswers(socket);
  const result = api.invoke(createInvocation({ requestId: "a", event: bytes }));
  socket.write(poll);
  assert.deepEqual(Buffer.from((await answer()).body, "latin1"), bytes);
  socket.write(responseTo("a", "Content-Length: 256", ""));
  socket.write(bytes);
  await answer();
  const settled = await result;
  assert.ok(settled.kind === "response" && settled.body.equals(bytes));
  socket.destroy();
});

const refusals = {
  "without Host": "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n\r\n",
  "with two lengths": responseTo("a", "Content-Length: 1\r\nContent-Length: 2", "xy"),
  "with a length and chunks": responseTo(
    "a",
    "Content-Length: 1\r\nTransfer-Encoding: chunked",
    "",
  ),
};
for (const [how, bytes] of Object.entries(refusals)) {
  test(`a call ${how} is 400 and ends its connection`, async (t) => {
    const api = await startApi(t);
    const socket = await openSocket(api);
    socket.write(bytes);
    assert.match(await text(socket), /^HTTP\/1\.1 400 Bad Request/);
    assert.equal((await api.call(`http://${api.address}/ping`)).status, 200);
  });
}

test("a connection that is to be closed is closed after its answer", async (t) => {
  const api = await startApi(t);
  const socket = await openSocket(api);
  void api.invoke(createInvocation());
  socket.write(poll.replace("Host: x", "Host: x\r\nConnection: close"));
  assert.match(await text(socket), /^HTTP\/1\.1 200 .*\{"n":1\}$/s);
});

test("a client that ends its side is answered first", async (t) => {
  const api = await startApi(t);
  const result = api.invoke(createInvocation({ requestId: "a" }));
  await next(api);
  const socket = await openSocket(api);
  socket.end(responseTo("a", "Content-Length: 2", "ok"));
  assert.match(await text(socket), /^HTTP\/1\.1 202 /);
  assert.equal((await result).kind, "response");
});

test("a connection that is reset in the middle of a call leaves the others alone", async (t) => {
  const api = await startApi(t);
  for (const sent of ["", poll.slice(0, 20), poll, responseTo("a", "Content-Length: 9", "half")]) {
    const socket = await openSocket(api);
    socket.write(sent);
    socket.resetAndDestroy();
    await once(socket, "close");
  }
  assert.equal((await api.call(`http://${api.address}/ping`)).status, 200);
});

test("curl is served", { skip: missingTool(["curl"]) }, async (t) => {
  const api = await startApi(t);
  const run = promisify(execFile);
  const bodies = { small: "ok", chunked: "ok", large: "x".repeat(200_000) };
  for (const [how, body] of Object.entries(bodies)) {
    const result = api.invoke(createInvocation({ requestId: how }));
    const { stdout } = await run("curl", ["-sS", `${api.url}/invocation/next`]);
    assert.equal(stdout, '{"n":1}');
    const extra = how === "chunked" ? ["-H", "Transfer-Encoding: chunked"] : [];
    const post = run("curl", [
      ...["-sS", ...extra, "-X", "POST", "--data-binary", "@-"],
      `${api.url}/invocation/${how}/response`,
    ]);
    post.child.stdin?.end(body);
    assert.equal((await post).stdout, '{"status":"OK"}');
    const settled = await result;
    assert.ok(settled.kind === "response" && settled.body.toString() === body);
  }
  assert.deepEqual(api.faults, []);
});
