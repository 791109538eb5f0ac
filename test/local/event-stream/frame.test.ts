// Frames of an event stream, byte for byte.
import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import { exception } from "../../../local/event-stream/exception.ts";
import { frame, frameHeaders } from "../../../local/event-stream/frame.ts";
import { invokeComplete } from "../../../local/event-stream/invoke-complete.ts";
import { payloadChunk } from "../../../local/event-stream/payload-chunk.ts";

/** Takes one frame apart as a client does, and checks its lengths and checksums. */
function decode(bytes: Buffer): { headers: Record<string, string>; payload: Buffer } {
  assert.equal(bytes.readUInt32BE(0), bytes.length);
  assert.equal(bytes.readUInt32BE(8), crc32(bytes.subarray(0, 8)));
  assert.equal(bytes.readUInt32BE(bytes.length - 4), crc32(bytes.subarray(0, -4)));
  const end = 12 + bytes.readUInt32BE(4);
  const headers: Record<string, string> = {};
  for (let at = 12; at < end; ) {
    const nameEnd = at + 1 + bytes.readUInt8(at);
    assert.equal(bytes.readUInt8(nameEnd), 7);
    const valueEnd = nameEnd + 3 + bytes.readUInt16BE(nameEnd + 1);
    headers[bytes.toString("utf8", at + 1, nameEnd)] = bytes.toString(
      "utf8",
      nameEnd + 3,
      valueEnd,
    );
    at = valueEnd;
  }
  return { headers, payload: bytes.subarray(end, -4) };
}

test("an empty frame is the one that AWS publishes as a test vector", () => {
  assert.equal(
    frame(frameHeaders({}), Buffer.alloc(0)).toString("hex"),
    "000000100000000005c248eb7d98c8ff",
  );
});

test("headers and payload come back as they went in", () => {
  const headers = { ":name": "välue", b: "" };
  const payload = Buffer.from([0, 1, 255]);
  assert.deepEqual(decode(frame(frameHeaders(headers), payload)), { headers, payload });
});

test("a large payload is cut into chunks, and an empty one is none", () => {
  const payload = Buffer.alloc(200_000, "abc");
  const chunks = [...payloadChunk(payload)].map(decode);
  assert.ok(chunks.length > 1);
  assert.deepEqual(Buffer.concat(chunks.map((chunk) => chunk.payload)), payload);
  assert.deepEqual(chunks[0]?.headers, {
    ":event-type": "PayloadChunk",
    ":content-type": "application/octet-stream",
    ":message-type": "event",
  });
  assert.deepEqual([...payloadChunk(Buffer.alloc(0))], []);
});

test("the last frame of a success is an empty object", () => {
  const { headers, payload } = decode(invokeComplete({}));
  assert.equal(headers[":event-type"], "InvokeComplete");
  assert.equal(payload.toString(), "{}");
});

test("an exception names its type", () => {
  const { headers, payload } = decode(exception("ServiceException", "broken"));
  assert.equal(headers[":message-type"], "exception");
  assert.equal(headers[":exception-type"], "ServiceException");
  assert.deepEqual(JSON.parse(payload.toString()), { message: "broken" });
});
