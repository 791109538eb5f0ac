import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { httpAnswer } from "../../../host/answer/http-answer.ts";
import { httpOutcome } from "../../../host/answer/http-outcome.ts";
import { bytesContentType, type Outcome, response } from "../../../host/answer/outcome.ts";
import type { HttpSource } from "../../../host/event/http-request.ts";

const sources: HttpSource[] = [
  "payload-2",
  "payload-1",
  "alb",
  "alb-multi-value",
  "lattice",
  "websocket",
];

async function answered(stdout: string | Buffer, source: HttpSource = "payload-2") {
  const outcome = await httpOutcome(response(Buffer.from(stdout)), source);
  assert.equal(outcome.kind, "response");
  return JSON.parse(Buffer.from((outcome as { body: Uint8Array }).body).toString());
}

describe("stdout as an answer", () => {
  it("is a body with the type that it shows", () => {
    const typeOf = (body: string | Buffer) => httpAnswer(Buffer.from(body)).headers[0]?.[1];
    assert.equal(typeOf('{"a":1}\n'), "application/json");
    assert.equal(typeOf("hello\n"), "text/plain; charset=utf-8");
    assert.equal(typeOf("  <!DOCTYPE html><p>"), "text/html; charset=utf-8");
    assert.equal(typeOf("<h1>ü</h1>"), "text/html; charset=utf-8");
    assert.equal(typeOf("<html>"), "text/html; charset=utf-8");
    assert.equal(typeOf("<htmlx>"), "text/plain; charset=utf-8");
    assert.equal(typeOf(Buffer.from([0xff, 0xfe])), "application/octet-stream");
    assert.equal(typeOf("a\0b"), "application/octet-stream");
    assert.equal(typeOf(""), undefined);
  });

  it("is a header block and a body", () => {
    const answer = httpAnswer(
      Buffer.from("Status: 404 Not Here\r\nContent-Type: text/x\r\nX-A:  1 \r\n\r\nBody\n\nmore"),
    );
    assert.equal(answer.status, 404);
    assert.equal(answer.reason, "Not Here");
    assert.deepEqual(answer.headers, [
      ["Content-Type", "text/x"],
      ["X-A", "1"],
    ]);
    assert.equal(answer.body.toString(), "Body\n\nmore");
  });

  it("may have no body, and no empty line", () => {
    const answer = httpAnswer(Buffer.from("Location: /there\n"));
    assert.deepEqual(
      [answer.status, answer.headers, answer.body.length],
      [302, [["Location", "/there"]], 0],
    );
    assert.equal(httpAnswer(Buffer.from("Status: 201\nLocation: /x\n\n")).status, 201);
    assert.equal(httpAnswer(Buffer.from("Status: 204")).status, 204);
  });

  it("gets a type where the block has none", () => {
    assert.deepEqual(httpAnswer(Buffer.from("Status: 500\n\n<p>no</p>")).headers, [
      ["Content-Type", "text/html; charset=utf-8"],
    ]);
  });

  it("loses what belongs to the connection", () => {
    const block =
      "Content-Type: a/b\nConnection: close\ntransfer-encoding: chunked\nContent-Length: 99\n\nx";
    assert.deepEqual(httpAnswer(Buffer.from(block)).headers, [["Content-Type", "a/b"]]);
  });

  const bodies = {
    "text with a colon": "Note: this is text\n\nmore",
    "a line that is no field": "Content-Type: a/b\nno field\n\nx",
    "a status that is none": "Status: 99\n\nx",
    "a status of 600": "Status: 600\n\nx",
    "a status in words": "Status: fine\n\nx",
    "a continued line": "Content-Type: a/b\n ; c=d\n\nx",
    "a CR inside a field": "Content-Type: a/b\rSet-Cookie: x\n\nx",
    "a NUL inside a field": "Content-Type: a\0b\n\nx",
    "a name with a space": "Content-Type : a/b\n\nx",
    "an empty line first": "\nContent-Type: a/b\n\nx",
  };
  for (const [what, text] of Object.entries(bodies)) {
    it(`is a body with ${what}`, () => {
      const answer = httpAnswer(Buffer.from(text));
      assert.equal(answer.status, 200);
      assert.equal(answer.body.toString(), text);
    });
  }

  it("is posted as it is when it is an answer already", async () => {
    const own = ' {"statusCode": 418, "x": 1}\n';
    for (const source of sources) {
      const outcome = await httpOutcome(response(Buffer.from(own)), source);
      assert.equal(String((outcome as { body: Uint8Array }).body), own);
    }
    assert.equal((await answered('{"a":{"statusCode":1}}')).body, '{"a":{"statusCode":1}}');
  });

  it("has the form of its source", async () => {
    const stdout =
      "Content-Type: text/plain\nSet-Cookie: a=1\nset-cookie: b=2\nVary: x\nVary: y\n\nhello";
    const body = { body: "hello", isBase64Encoded: false };
    assert.deepEqual(await answered(stdout, "payload-2"), {
      statusCode: 200,
      headers: { "Content-Type": "text/plain", Vary: "x, y" },
      cookies: ["a=1", "b=2"],
      ...body,
    });
    const lists = {
      "Content-Type": ["text/plain"],
      "Set-Cookie": ["a=1", "b=2"],
      Vary: ["x", "y"],
    };
    assert.deepEqual(await answered(stdout, "payload-1"), {
      statusCode: 200,
      multiValueHeaders: lists,
      ...body,
    });
    assert.deepEqual(await answered(stdout, "alb-multi-value"), {
      statusCode: 200,
      statusDescription: "200 OK",
      multiValueHeaders: lists,
      ...body,
    });
    assert.deepEqual(await answered(stdout, "lattice"), {
      statusCode: 200,
      headers: lists,
      ...body,
    });
    const { headers } = await answered(stdout, "alb");
    const names = Object.keys(headers).filter((name) => name.toLowerCase() === "set-cookie");
    assert.equal(names.length, 2);
    assert.deepEqual(names.map((name) => headers[name]).sort(), ["a=1", "b=2"]);
    assert.equal(headers.Vary, "x, y");
  });

  it("has bytes in base64", async () => {
    const bytes = Buffer.from([137, 80, 78, 71, 0, 255]);
    const { body, isBase64Encoded } = await answered(
      Buffer.concat([Buffer.from("Content-Type: image/png\n\n"), bytes]),
    );
    assert.equal(isBase64Encoded, true);
    assert.deepEqual(Buffer.from(body, "base64"), bytes);
  });

  it("that is too large in base64 is a failure, not half an answer", async () => {
    const outcome = await httpOutcome(response(Buffer.alloc(5_000_000, 255)), "payload-2");
    assert.equal(outcome.kind, "failure");
  });

  it("is one answer whose body is what was written, whatever was", async () => {
    const block = fc.array(
      fc.tuple(
        fc.constantFrom("Status", "Content-Type", "Set-Cookie", "X-A", "Location", "a b", ""),
        fc.string({ unit: "binary" }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        block,
        fc.uint8Array(),
        fc.constantFrom(...sources),
        async (lines, body, source) => {
          const stdout = Buffer.concat([
            Buffer.from(lines.map(([name, value]) => `${name}: ${value}\n`).join("")),
            Buffer.from("\n"),
            body,
          ]);
          const outcome = await httpOutcome(response(stdout), source);
          const answer = JSON.parse(String((outcome as { body: Uint8Array }).body));
          const bytes = Buffer.from(answer.body, answer.isBase64Encoded ? "base64" : "utf8");
          assert.ok(stdout.subarray(-bytes.length || stdout.length).equals(bytes));
          const { headers, multiValueHeaders, cookies } = answer;
          for (const value of Object.values({ ...headers, ...multiValueHeaders, cookies }).flat()) {
            if (value !== undefined) assert.doesNotMatch(value as string, /[\0\r\n]/);
          }
          assert.ok(answer.statusCode >= 100 && answer.statusCode <= 599);
        },
      ),
    );
  });
});

/** What a stream of these pieces becomes: prelude and body, or a failure. */
async function streamed(
  pieces: readonly (string | Buffer)[],
  source: HttpSource = "payload-2",
  failure?: { errorType: string; errorMessage: string; stackTrace: string[] },
) {
  const stream: Outcome = {
    kind: "stream",
    contentType: bytesContentType,
    async pump(write) {
      for (const piece of pieces) if (!(await write(Buffer.from(piece)))) break;
      return failure as never;
    },
  };
  const outcome = await httpOutcome(stream, source);
  if (outcome.kind !== "stream") return { outcome };
  const got: Buffer[] = [];
  const ended = await outcome.pump((piece) => {
    got.push(Buffer.from(piece));
    return true;
  });
  const all = Buffer.concat(got);
  const end = all.indexOf(Buffer.alloc(8));
  return {
    outcome,
    prelude: JSON.parse(all.toString("utf8", 0, end)),
    body: all.subarray(end + 8),
    ended,
  };
}

describe("streamed stdout as an answer", () => {
  it("has a prelude of its header block, however it is cut", async () => {
    const text = "Status: 201\r\nContent-Type: a/b\r\nSet-Cookie: x=1\r\n\r\nbody:\n\nmore";
    for (let size = 1; size <= text.length; size++) {
      const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, n) =>
        text.slice(n * size, (n + 1) * size),
      );
      const { prelude, body, outcome } = await streamed(pieces);
      assert.equal(
        (outcome as { contentType: string }).contentType,
        "application/vnd.awslambda.http-integration-response",
      );
      assert.deepEqual(prelude, {
        statusCode: 201,
        headers: { "Content-Type": "a/b" },
        cookies: ["x=1"],
      });
      assert.equal(String(body), "body:\n\nmore");
    }
  });

  it("takes the head of a proxy answer, and its body decoded", async () => {
    const text =
      '{"statusCode":200,"headers":{"a":"}"},"cookies":["c=1"],"body":"AP8=","isBase64Encoded":true}\n';
    for (const pieces of [[text], [...text]]) {
      const { prelude, body } = await streamed(pieces);
      assert.deepEqual(prelude, { statusCode: 200, headers: { a: "}" }, cookies: ["c=1"] });
      assert.deepEqual(body, Buffer.from([0, 255]));
    }
  });

  it("lets other text and lines of JSON pass at once", async () => {
    for (const text of [
      "hello\nworld",
      "data: 1\n\ndata: 2\n\n",
      '{"a":1}\n{"b":2}\n',
      "no colon here",
    ]) {
      const { prelude, body } = await streamed([...text]);
      assert.equal(prelude.statusCode, 200);
      assert.equal(String(body), text);
    }
  });

  it("is empty when nothing was written", async () => {
    const { prelude, body } = await streamed([]);
    assert.deepEqual(prelude, { statusCode: 200, headers: {}, cookies: [] });
    assert.equal(body?.length, 0);
  });

  it("that fails before its body is a function error, and after it a cut answer", async () => {
    const failure = { errorType: "Function.Exit3", errorMessage: "no", stackTrace: [] };
    const early = await streamed(["Content-Type: a/b\n\n"], "payload-2", failure);
    assert.equal(early.outcome.kind, "failure");
    const late = await streamed(["Content-Type: a/b\n\n", "x"], "payload-2", failure);
    assert.equal(late.ended, failure);
    assert.equal(String(late.body), "x");
  });

  it("is whole for sources that take no stream", async () => {
    const { outcome } = await streamed(["Content-Type: a/b\n", "\nx"], "alb");
    assert.equal(outcome.kind, "response");
  });
});
