// The bench server's reader of requests, fed in pieces of every size.
import assert from "node:assert/strict";
import { test } from "node:test";
import { requestReader } from "../../bench/requests.ts";

const stream = Buffer.from(
  [
    "GET /next HTTP/1.1\r\nHost: a\r\n\r\n",
    "POST /id/response HTTP/1.1\r\nHost: a\r\ncontent-length: 13\r\n\r\nbody\r\n\r\nmore\n",
    "POST /id/response HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
    "GET /next HTTP/1.1\r\n\r\n",
  ].join(""),
);
const expected = [
  "GET /next ",
  "POST /id/response body\r\n\r\nmore\n",
  "POST /id/response ",
  "GET /next ",
];

test("requests are found whole, in whatever pieces they arrive", () => {
  for (let size = 1; size <= stream.length; size += 1) {
    const found: string[] = [];
    const read = requestReader(({ method, path, body }) => {
      found.push(`${method} ${path} ${Buffer.concat(body)}`);
    });
    for (let at = 0; at < stream.length; at += size) read(stream.subarray(at, at + size));
    assert.deepEqual(found, expected, `in pieces of ${size} bytes`);
  }
});

test("a chunked body is refused and not misread", () => {
  const read = requestReader(() => assert.fail("nothing was complete"));
  const head = "POST /id/response HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
  assert.throws(() => read(Buffer.from(head)), /Content-Length only/);
});
