// What becomes of a script's whole stdout.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { answerFromStdout } from "../../../host/answer/stdout.ts";

function body(stdout: string | Buffer, policy: "auto" | "raw" | "json" | "stream"): Buffer {
  const outcome = answerFromStdout(Buffer.from(stdout), policy);
  assert.equal(outcome.kind, "response");
  return outcome.kind === "response" ? Buffer.from(outcome.body) : assert.fail();
}

function json(stdout: string): string {
  return body(stdout, "json").toString();
}

describe("auto and raw", () => {
  it("answer byte for byte", () => {
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.constantFrom("auto" as const, "raw" as const),
        (bytes, policy) => {
          assert.deepEqual(body(Buffer.from(bytes), policy), Buffer.from(bytes));
        },
      ),
    );
  });
});

describe("json", () => {
  it("leaves JSON byte for byte", () => {
    for (const text of [
      '{"a": 1.0}\n',
      " [1]\r\n",
      "12345678901234567890",
      '"a"',
      "null",
      "true",
    ]) {
      assert.equal(json(text), text);
    }
  });

  it("makes text a JSON string, one trailing newline removed", () => {
    assert.equal(json("hello\n"), '"hello"');
    assert.equal(json("hello\r\n"), '"hello"');
    assert.equal(json("hello\n\n"), '"hello\\n"');
    assert.equal(json("{half"), '"{half"');
    assert.equal(json('é "😀"'), '"é \\"😀\\""');
    assert.equal(json("\n"), '""');
    assert.equal(json("1 2"), '"1 2"');
  });

  it("makes nothing null", () => assert.equal(json(""), "null"));

  it("is whole JSON for any text", () => {
    fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => void JSON.parse(json(text))));
  });

  it("refuses bytes that are not UTF-8, with what to do", () => {
    for (const bytes of [[0xff], [0x22, 0xc3, 0x22], [0xed, 0xa0, 0x80]]) {
      const outcome = answerFromStdout(Buffer.from(bytes), "json");
      assert.equal(outcome.kind, "failure");
      if (outcome.kind !== "failure") return;
      assert.equal(outcome.failure.errorType, "Function.InvalidOutput");
      assert.match(outcome.failure.errorMessage, /base64.*STDLAMBDA_STDOUT=raw/);
    }
  });
});
