// Bytes to messages: whatever the cuts between chunks are, the lines are the same.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { createLogLines } from "../../../local/logs/log-lines.ts";

function messagesOf(chunks: readonly (string | Buffer)[], maximumBytes?: number): string[] {
  const messages: string[] = [];
  const lines = createLogLines((message) => messages.push(message), maximumBytes);
  for (const chunk of chunks) lines.push(Buffer.from(chunk));
  lines.flush();
  return messages;
}

describe("lines", () => {
  test("are handed on when their newline came, the last one at the end", () => {
    const messages: string[] = [];
    const lines = createLogLines((message) => messages.push(message));
    lines.push(Buffer.from("one\ntwo\nthr"));
    assert.deepEqual(messages, ["one", "two"]);
    lines.push(Buffer.from("ee"));
    lines.flush();
    lines.flush();
    assert.deepEqual(messages, ["one", "two", "three"]);
  });

  test("may be empty", () => {
    assert.deepEqual(messagesOf(["\n\na\n\n"]), ["", "", "a", ""]);
    assert.deepEqual(messagesOf([""]), []);
  });

  test("lose the carriage return of their end only", () => {
    assert.deepEqual(messagesOf(["a\r\nb\rc\r\n\r\n"]), ["a", "b\rc", ""]);
    assert.deepEqual(messagesOf(["a\r", "\nb"]), ["a", "b"]);
  });

  test("keep characters whole that two chunks share", () => {
    const bytes = Buffer.from("grüße 🎉\n");
    assert.deepEqual(messagesOf([...bytes].map((byte) => Buffer.from([byte]))), ["grüße 🎉"]);
  });

  test("that are not UTF-8 get the replacement character", () => {
    assert.deepEqual(messagesOf([Buffer.from([0x61, 0xff, 0x62, 0x0a])]), ["a\ufffdb"]);
  });

  test("are the same wherever the chunks are cut", () => {
    const text = fc.string({
      unit: fc.constantFrom("a", "ü", "€", "🎉", "\n", "\r\n", "\r", " "),
      maxLength: 60,
    });
    const cuts = fc.array(fc.nat(200), { maxLength: 8 });
    fc.assert(
      fc.property(text, cuts, (whole, positions) => {
        const bytes = Buffer.from(whole);
        const sorted = [0, ...positions.map((p) => Math.min(p, bytes.length)), bytes.length];
        sorted.sort((a, b) => a - b);
        const chunks = sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
        assert.deepEqual(messagesOf(chunks), messagesOf([bytes]));
      }),
    );
  });
});

describe("a line that is too long", () => {
  test("is cut into messages of at most 256 KB, as CloudWatch counts", () => {
    const messages = messagesOf([`${"x".repeat(600_000)}\nnext\n`]);
    assert.deepEqual(
      messages.map(({ length }) => length),
      [262_118, 262_118, 75_764, 4],
    );
  });

  test("is cut between characters, and nothing of it is lost", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "ü", "€", "🎉"), maxLength: 50 });
    fc.assert(
      fc.property(
        text,
        fc.integer({ min: 4, max: 12 }),
        fc.integer({ min: 1, max: 20 }),
        (line, most, step) => {
          const bytes = Buffer.from(`${line}\n`);
          const chunks: Buffer[] = [];
          for (let at = 0; at < bytes.length; at += step)
            chunks.push(bytes.subarray(at, at + step));
          const messages = messagesOf(chunks, most);
          assert.equal(messages.join(""), line);
          for (const message of messages) assert.ok(Buffer.byteLength(message) <= most);
        },
      ),
    );
  });

  test("that just fits stays whole, with a carriage return behind it, too", () => {
    assert.deepEqual(messagesOf(["abcd\r\nabcd\n"], 4), ["abcd", "abcd"]);
    assert.deepEqual(messagesOf(["ab", "cd", "\r", "\n", "abcde\n"], 4), ["abcd", "abcd", "e"]);
  });

  test("is handed on while it has no end yet", () => {
    const messages: string[] = [];
    const lines = createLogLines((message) => messages.push(message));
    for (let count = 0; count < 100; count += 1) lines.push(Buffer.alloc(64 * 1024, 0x78));
    const handed = messages.reduce((sum, { length }) => sum + length, 0);
    assert.ok(handed > 100 * 64 * 1024 - 2 * 262_144);
  });

  test("of bytes that are not UTF-8 at all is cut, too", () => {
    const messages = messagesOf([Buffer.alloc(20, 0x80)], 8);
    assert.equal(messages.join(""), "\ufffd".repeat(20));
  });
});
