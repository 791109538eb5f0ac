// What comes over one connection: the guard looks at each request, and half a request ends.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { createListener } from "../../../local/http/listener.ts";
import { startTestService } from "../service/test-service.ts";

const invocation = "/2015-03-31/functions/hello/invocations";

function bytes(path: string, fields: readonly string[], body: string): string {
  const length = `Content-Length: ${Buffer.byteLength(body)}`;
  return `${[`POST ${path} HTTP/1.1`, ...fields, length].join("\r\n")}\r\n\r\n${body}`;
}

function open(t: TestContext, port: number): Socket {
  const socket = connect(port, "127.0.0.1");
  t.after(() => socket.destroy());
  return socket;
}

test("the guard looks at every request of a connection", async (t) => {
  const { url } = await startTestService(t, {
    "hello.mjs": "export function main() { process.stdout.write('1'); }",
  });
  const socket = open(t, Number(new URL(url).port));
  let received = "";
  socket.on("data", (chunk) => {
    received += chunk.toString("latin1");
  });
  async function call(...fields: string[]): Promise<string> {
    received = "";
    socket.write(bytes(invocation, fields, "{}"));
    while (!/\r\n\r\n./s.test(received)) await once(socket, "data");
    return received;
  }
  assert.match(await call("Host: evil.example"), /^HTTP\/1\.1 403 .*AccessDeniedException/s);
  assert.match(await call("Host: localhost"), /^HTTP\/1\.1 200 .*\r\n\r\n1$/s);
  assert.match(await call("Host: localhost", "Origin: http://evil.example"), /^HTTP\/1\.1 403 /);
  assert.match(await call("Host: localhost", "Sec-Fetch-Site: cross-site"), /^HTTP\/1\.1 403 /);
  assert.match(await call("Host: localhost", "X-Other: 1"), /^HTTP\/1\.1 200 .*1$/s);
});

test("requests that are sent at once are answered in their order", async (t) => {
  const { url } = await startTestService(t, { "echo.sh": "cat" });
  const path = invocation.replace("hello", "echo");
  const socket = open(t, Number(new URL(url).port));
  const last = ["Host: localhost", "Connection: close"];
  socket.write(bytes(path, ["Host: localhost"], '{"n":1}') + bytes(path, last, '{"n":2}'));
  const [first = "", second = ""] = (await text(socket)).split(/(?<=\})(?=HTTP)/);
  assert.match(first, /\r\n\r\n\{"n":1\}$/);
  assert.match(second, /\r\n\r\n\{"n":2\}$/);
});

const halves = {
  "no byte": "",
  "half a line": "POST /2015-03-31/fu",
  "half a head": "POST / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
  "half a body": `${bytes("/", ["Host: localhost"], "{}")}`.slice(0, -1),
};
for (const [what, sent] of Object.entries(halves)) {
  test(`a client that sends ${what} and stops is told so, and its connection closed`, async (t) => {
    const listener = createListener((request) => request.resume(), {
      headMs: 200,
      requestMs: 400,
    });
    t.after(listener.destroy);
    t.after(listener.stop);
    const socket = open(t, await listener.listen("127.0.0.1", 0));
    socket.write(sent);
    assert.match(await text(socket), /^HTTP\/1\.1 408 Request Timeout\r\nConnection: close\r\n/);
  });
}

test("an answer may take longer than a request", async (t) => {
  const limits = { headMs: 100, requestMs: 100 };
  const listener = createListener((_request, response) => {
    setTimeout(() => response.end("late"), 400);
  }, limits);
  t.after(listener.destroy);
  t.after(listener.stop);
  const port = await listener.listen("127.0.0.1", 0);
  assert.equal(await (await fetch(`http://127.0.0.1:${port}`)).text(), "late");
});
