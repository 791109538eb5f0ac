// Which requests are taken as plain invocations; every other one is left to Node's own server.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { readPlainInvocation } from "../../../local/invoke/plain-invocation.ts";
import { startTestService } from "../service/test-service.ts";

const line = "POST /2015-03-31/functions/hello/invocations HTTP/1.1";

function bytes(head: readonly string[], body = ""): Buffer {
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${body}`, "latin1");
}

test("an invocation is read with its name, the headers that matter, and its event", () => {
  const request = bytes(
    [line, "Host: localhost:9000", "X-Amz-Log-Type: Tail", "content-length: 2"],
    "{}POST",
  );
  const call = readPlainInvocation(request);
  assert.equal(call?.functionName, "hello");
  assert.equal(call?.headers["x-amz-log-type"], "Tail");
  assert.equal(call?.headers.host, "localhost:9000");
  assert.equal(request.toString("latin1", call?.bodyStart, call?.end), "{}");
});

const others: Record<string, Buffer> = {
  "a page's request": bytes([line, "Host: x", "Origin: http://evil.example"]),
  "another site's request": bytes([line, "Host: x", "Sec-Fetch-Site: cross-site"]),
  "a qualifier": bytes([line.replace("invocations", "invocations?Qualifier=1"), "Host: x"]),
  "an encoded name": bytes([line.replace("hello", "a%3A1"), "Host: x"]),
  "a path that leaves": bytes([line.replace("hello", "../hello"), "Host: x"]),
  "another operation": bytes([line.replace("POST", "GET"), "Host: x"]),
  "a request without a host": bytes([line, "Accept: */*"]),
  "an event that is not whole": bytes([line, "Host: x", "Content-Length: 5"], "{}"),
  "an expectation": bytes([line, "Host: x", "Expect: 100-continue"]),
};
for (const [what, request] of Object.entries(others)) {
  test(`${what} is left to Node's server`, () => {
    assert.equal(readPlainInvocation(request), undefined);
  });
}

test("the guard holds for plain invocations, and calls of both kinds share a connection", async (t) => {
  const { url } = await startTestService(t, {
    "hello.mjs": "export function main() { process.stdout.write('1'); }",
  });
  const { port } = new URL(url);
  const socket = connect(Number(port), "127.0.0.1");
  t.after(() => socket.destroy());
  let received = "";
  socket.on("data", (chunk) => {
    received += chunk.toString("latin1");
  });
  async function call(...fields: string[]): Promise<string> {
    received = "";
    socket.write(bytes([line, ...fields, "Content-Length: 2"], "{}"));
    while (!/\r\n\r\n./s.test(received)) await once(socket, "data");
    return received;
  }
  assert.match(await call("Host: evil.example"), /^HTTP\/1\.1 403 .*AccessDeniedException/s);
  assert.match(await call(`Host: localhost:${port}`), /^HTTP\/1\.1 200 .*\r\n\r\n1$/s);
  assert.match(await call(`Host: localhost:${port}`, "X-Other: 1"), /^HTTP\/1\.1 200 .*1$/s);
  assert.match(await call("Host: localhost", "Origin: http://evil.example"), /^HTTP\/1\.1 403 /);
});
