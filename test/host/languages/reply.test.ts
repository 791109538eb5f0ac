// What an adapter says, cut into pieces anywhere.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createReplyReader, type Reply } from "../../../host/languages/reply.ts";

function read(text: string | Buffer, pieceBytes: number): { replies: Reply[]; partial: boolean } {
  const reader = createReplyReader();
  const bytes = Buffer.from(text);
  const replies: Reply[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    replies.push(...reader.push(bytes.subarray(at, at + pieceBytes)));
  }
  return { replies, partial: reader.partial };
}

describe("replies", () => {
  it("are the same however they are cut", () => {
    const text = "ready\nresponse 1 3\n{}\nresponse 2 0\nerror 3 4 2 12\nTypeéat a\nbdone 4 7\n";
    for (const size of [1, 2, 3, 7, 1000]) {
      const { replies, partial } = read(text, size);
      assert.deepEqual(
        replies,
        [
          { kind: "ready" },
          { kind: "response", id: "1", body: Buffer.from("{}\n") },
          { kind: "response", id: "2", body: Buffer.alloc(0) },
          {
            kind: "error",
            id: "3",
            failure: { errorType: "Type", errorMessage: "é", stackTrace: ["at a", "bdone 4"] },
          },
          { kind: "nonsense", text: " 7" },
        ].slice(0, replies.length),
      );
      assert.equal(replies.length, 5);
      assert.equal(partial, false);
    }
  });

  it("wait for their rest", () => {
    for (const text of ["rea", "response 1 5\nhell", "error 1 1 1 1\nab", "response 1 5"]) {
      assert.deepEqual(read(text, 4), { replies: [], partial: true });
    }
  });

  it("that are none end the reading", () => {
    for (const text of [
      "hello\n",
      "response 1\n",
      "response 1 x\n",
      "error 1 2 3\n",
      "\n",
      "x".repeat(300),
    ]) {
      const { replies } = read(`${text}ready\n`, 5);
      assert.deepEqual(
        replies.map(({ kind }) => kind),
        ["nonsense"],
        text,
      );
    }
  });

  it("may be larger than a response: nothing of it is kept", () => {
    const bytes = Buffer.concat([
      Buffer.from("response 1 7000000\n"),
      Buffer.alloc(7_000_000),
      Buffer.from("done 2 0\n"),
    ]);
    assert.deepEqual(read(bytes, 65_536).replies, [
      { kind: "response", id: "1", body: undefined },
      { kind: "done", id: "2", status: 0 },
    ]);
  });

  it("of an error are bounded, repaired where they are not UTF-8, and cut at NUL where frames have lines", () => {
    const stack = "a\nb\0c\nd\0";
    const message = Buffer.alloc(1_000_000, 0xff);
    const head = `error 1 0 ${message.length} ${stack.length}\n`;
    const [reply] = read(
      Buffer.concat([Buffer.from(head), message, Buffer.from(stack)]),
      9999,
    ).replies;
    assert.ok(reply?.kind === "error");
    assert.equal(reply.failure.errorType, "Error");
    assert.equal(reply.failure.errorMessage, "\ufffd".repeat(256 * 1024));
    assert.deepEqual(reply.failure.stackTrace, ["a\nb", "c\nd"]);
  });
});
