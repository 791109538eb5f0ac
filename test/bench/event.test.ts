// The event on the wire: its size is exact and each number makes another event.
import assert from "node:assert/strict";
import { test } from "node:test";
import { wireEvent } from "../../bench/event.ts";

test("an event is JSON of exactly the size asked for, with a head that fits it", () => {
  for (const size of [40, 200, 5_000_000]) {
    const { bytes, body } = wireEvent(size);
    assert.equal(body.length, size);
    assert.equal(JSON.parse(body.toString()).pad.length, size - 25);
    const head = bytes.subarray(0, bytes.length - size).toString();
    assert.match(head, new RegExp(`^HTTP/1.1 200 OK\r\n[^]*Content-Length: ${size}\r\n\r\n$`));
  }
});

test("a number goes into the body, the head and the id, and the deadline lies ahead", () => {
  const event = wireEvent(200);
  const id = event.renumber(42);
  assert.match(id, /^00000042-/);
  assert.equal(JSON.parse(event.body.toString()).n, "00000042");
  const text = event.bytes.toString();
  assert.ok(text.includes(`Lambda-Runtime-Aws-Request-Id: ${id}\r\n`));
  const deadline = Number(/Lambda-Runtime-Deadline-Ms: (\d+)\r\n/.exec(text)?.[1]);
  assert.ok(deadline > Date.now() && deadline < Date.now() + 120_000);
});
