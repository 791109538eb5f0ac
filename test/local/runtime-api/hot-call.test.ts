// What is recognised as a plain call: Node's own parser reads the same, and nothing else is taken.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import fc from "fast-check";
import { type HotCall, readHotCall } from "../../../local/runtime-api/hot-call.ts";

const poll = "GET /2018-06-01/runtime/invocation/next HTTP/1.1";
const id = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";
const response = `POST /2018-06-01/runtime/invocation/${id}/response HTTP/1.1`;

function read(head: readonly string[], body = ""): HotCall | undefined {
  return readHotCall(Buffer.from(`${head.join("\r\n")}\r\n\r\n${body}`, "latin1"));
}

test("a poll is recognised", () => {
  assert.deepEqual(read([poll, "Host: x"]), {
    requestId: undefined,
    contentType: undefined,
    bodyStart: 61,
    end: 61,
  });
});

test("a response is recognised with its body, and what follows it is left", () => {
  const head = [response, "host:127.0.0.1:9001", "CONTENT-TYPE: text/plain ", "Content-Length: 3"];
  const call = read(head, "abcGET");
  assert.equal(call?.requestId, id);
  assert.equal(call?.contentType, "text/plain");
  assert.equal((call?.end ?? 0) - (call?.bodyStart ?? 0), 3);
});

const others: Record<string, [string[], string?]> = {
  "a head that is not whole": [[poll]],
  "another path": [["GET /2018-06-01/runtime/invocation/nex HTTP/1.1", "Host: x"]],
  "a query": [["GET /2018-06-01/runtime/invocation/next?x HTTP/1.1", "Host: x"]],
  "another method": [["HEAD /2018-06-01/runtime/invocation/next HTTP/1.1", "Host: x"]],
  "HTTP/1.0": [["GET /2018-06-01/runtime/invocation/next HTTP/1.0", "Host: x"]],
  "an encoded id": [["POST /2018-06-01/runtime/invocation/a%2F/response HTTP/1.1", "Host: x"]],
  "no id": [["POST /2018-06-01/runtime/invocation//response HTTP/1.1", "Host: x"]],
  "two ids": [["POST /2018-06-01/runtime/invocation/a/b/response HTTP/1.1", "Host: x"]],
  "no host": [[poll, "Accept: */*"]],
  "two hosts": [[poll, "Host: x", "Host: y"]],
  "a poll with a body": [[poll, "Host: x", "Content-Length: 1"], "x"],
  "a body that is not whole": [[response, "Host: x", "Content-Length: 4"], "abc"],
  "two lengths": [[response, "Host: x", "Content-Length: 1", "Content-Length: 1"], "x"],
  "a length that is none": [[response, "Host: x", "Content-Length: +1"], "x"],
  chunks: [[response, "Host: x", "Transfer-Encoding: chunked"], "0\r\n\r\n"],
  "an expectation": [[response, "Host: x", "Expect: 100-continue", "Content-Length: 0"]],
  "a streamed response": [
    [response, "Host: x", "Lambda-Runtime-Function-Response-Mode: streaming"],
  ],
  "a connection that ends": [[poll, "Host: x", "Connection: close"]],
  "an unknown field": [[poll, "Host: x", "X-Other: y"]],
  "a folded field": [[poll, "Host: x", " y"]],
  "a name with a space": [[poll, "Host : x"]],
  "a bare line end": [[poll, "Host: x\nAccept: y"]],
  "a value beyond ASCII": [[poll, "Host: \u00e9"]],
  "a long head": [[poll, "Host: x", `Accept: ${"y".repeat(4096)}`]],
};
for (const [what, [head, body]] of Object.entries(others)) {
  test(`${what} is left to Node's server`, () => {
    const bytes = what.startsWith("a head") ? Buffer.from(head.join("")) : undefined;
    assert.equal(bytes ? readHotCall(bytes) : read(head, body), undefined);
  });
}

test("whatever is recognised, Node's server reads the same", async (t) => {
  const seen: { message: IncomingMessage; body: Buffer }[] = [];
  const server = createServer(async (message, reply) => {
    seen.push({ message, body: await buffer(message) });
    reply.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const line = fc.constantFrom(
    "Host: x",
    "hOST:\t y \t",
    "Content-Length: 3",
    "content-length:0",
    "Content-Type: application/json",
    "Content-Type:",
    "Connection: Keep-Alive",
    "Connection: close",
    "Transfer-Encoding: chunked",
    "User-Agent: a/1 (b; c)",
    "Accept: */*\r\n folded",
    "Accept-Encoding: \u0000",
    "Expect: 100-continue",
    "no field",
  );
  const call = fc.tuple(fc.constantFrom(poll, response), fc.array(line, { maxLength: 5 }));
  await fc.assert(
    fc.asyncProperty(call, fc.constantFrom("", "abc", "abcdef"), async ([start, lines], body) => {
      const bytes = Buffer.from(`${[start, ...lines].join("\r\n")}\r\n\r\n${body}`, "latin1");
      const hot = readHotCall(bytes);
      if (hot === undefined) return;
      seen.length = 0;
      const socket = connect(port, "127.0.0.1");
      socket.write(bytes.subarray(0, hot.end));
      const [answer] = (await once(socket, "data")) as [Buffer];
      socket.destroy();
      assert.match(answer.toString(), /^HTTP\/1\.1 200 /);
      assert.equal(seen.length, 1);
      const read = seen[0];
      assert.deepEqual(read?.body, bytes.subarray(hot.bodyStart, hot.end));
      assert.equal(read?.message.headers["content-type"], hot.contentType);
      assert.equal(read?.message.url?.includes(id), hot.requestId === id);
    }),
    { numRuns: 500 },
  );
});
