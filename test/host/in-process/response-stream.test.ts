// Functions that stream: awslambda.streamifyResponse and HttpResponseStream, as on AWS's Node runtime.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { functionFolder } from "../runners/function-folder.ts";

const folder = functionFolder({
  "index.mjs": `import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const stream = awslambda.streamifyResponse;
export const atOnce = stream(async (event, out) => { out.write("a"); out.write("b"); out.end("c"); });
export const later = stream(async (event, out) => { await wait(10); out.write("a"); await wait(100); out.end("b"); });
export const notAsync = stream((event, out) => { setTimeout(() => out.end("later"), 20); });
export const piped = stream(async (event, out) => pipeline(Readable.from(["x", "y", "z"]), out));
export const typed = stream(async (event, out) => { out.setContentType("text/html"); out.end("<p>"); });
export const http = stream(async (event, out) => {
  const page = awslambda.HttpResponseStream.from(out, { statusCode: 201, headers: { a: "é" }, cookies: ["b=c"] });
  page.write("body"); page.end();
});
export const httpEmpty = stream(async (event, out) => awslambda.HttpResponseStream.from(out, { statusCode: 204 }).end());
export const empty = stream(async (event, out) => { out.end(); });
export const failsFirst = stream(async () => { throw new RangeError("first"); });
export const failsMidway = stream(async (event, out) => { out.write("a"); out.write("b"); throw new RangeError("midway"); });
export const destroyed = stream(async (event, out) => { out.write("a"); await wait(20); out.destroy(); });
export const destroyedFor = stream(async (event, out) => { out.write("a"); await wait(20); out.destroy(new TypeError("destroyed")); });
export const neverEnded = stream(async (event, out) => { out.write("a"); });
export const exits = stream(async (event, out) => { out.write("a"); await wait(5); process.exit(2); });
export const uncaught = stream(async (event, out) => { out.write("a"); setTimeout(() => { throw new TypeError("uncaught"); }, 10); await wait(5000); });
export const much = stream(async (event, out) => {
  for (let n = 0; n < 320; n++) if (!out.write(Buffer.alloc(65536, "x"))) await new Promise((resolve) => out.once("drain", resolve));
  out.end();
});
export const sevenMB = stream(async (event, out) => { out.end(Buffer.alloc(7_000_000, "x")); });
export const anyValue = stream(async (event, out) => { out.write({ a: 1 }); out.write([1, null]); out.write(2.5); out.write(true); out.write("text"); out.write(new Uint8Array([65])); out.write(new Uint16Array([1])); out.write(new Date(0)); out.end(); });
export const anyValueHttp = stream(async (event, out) => { const page = awslambda.HttpResponseStream.from(out, { statusCode: 200 }); page.write({ a: 1 }); page.end(); });
export const encodedWrite = stream(async (event, out) => { await new Promise((resolve) => out.write("c3a9", "hex", resolve)); out.end("21", "hex"); });
export const lateType = stream(async (event, out) => { out.write("a"); try { out.setContentType("text/html"); } catch (error) { out.write(error.message); } out.end(); });
export const lateTypeThrown = stream(async (event, out) => { out.write("a"); out.setContentType("text/html"); });
export const latePrelude = stream(async (event, out) => { out.write("a"); awslambda.HttpResponseStream.from(out, { statusCode: 201 }); });
export const writesNothing = stream(async (event, out) => { for (const value of [null, undefined]) { try { out.write(value); } catch (error) { out.write(error.name); } } out.end(); });
export const event = stream(async (event, out, context) => { out.end(JSON.stringify([event, context.awsRequestId])); });
`,
});

const prelude = (json: string) => `${json}${"\0".repeat(8)}`;
const httpType = "application/vnd.awslambda.http-integration-response";

describe("what was written is streamed", { concurrency: 2 }, () => {
  const cases: Readonly<Record<string, readonly [body: string, type: string]>> = {
    atOnce: ["abc", "application/octet-stream"],
    later: ["ab", "application/octet-stream"],
    notAsync: ["later", "application/octet-stream"],
    piped: ["xyz", "application/octet-stream"],
    typed: ["<p>", "text/html"],
    anyValue: [
      '{"a":1}[1,null]2.5truetextA{"0":1}"1970-01-01T00:00:00.000Z"',
      "application/octet-stream",
    ],
    anyValueHttp: [`${prelude('{"statusCode":200}')}{"a":1}`, httpType],
    encodedWrite: ["é!", "application/octet-stream"],
    lateType: [
      "aCannot set content-type, too late. Set it, or the metadata of an HTTP response, before the first write.",
      "application/octet-stream",
    ],
    writesNothing: ["TypeErrorTypeError", "application/octet-stream"],
    empty: ["", "application/octet-stream"],
    http: [`${prelude('{"statusCode":201,"headers":{"a":"é"},"cookies":["b=c"]}')}body`, httpType],
    httpEmpty: [prelude('{"statusCode":204}'), httpType],
  };
  for (const [name, [body, type]] of Object.entries(cases)) {
    it(name, async () => {
      await using host = await folder.start(`index.${name}`);
      for (let n = 0; n < 2; n++) {
        const answer = await host.invoke({}, { deadlineMs: Date.now() + 3000 });
        assert.equal(answer.body.toString(), body);
        assert.equal(answer.headers["content-type"], type);
        assert.equal(answer.headers["lambda-runtime-function-response-mode"], "streaming");
        assert.equal(answer.trailers["lambda-runtime-function-error-type"], undefined);
      }
    });
  }

  it("as it is written, not at the end", async () => {
    await using host = await folder.start("index.later");
    const { chunks } = await host.invoke({});
    assert.ok((chunks.at(-1)?.at ?? 0) - (chunks[0]?.at ?? 0) > 80);
  });

  it("more than a buffered response may hold, with back-pressure", async () => {
    await using host = await folder.start("index.much");
    assert.equal((await host.invoke({})).body.length, 320 * 65536);
    await using other = await folder.start("index.sevenMB");
    assert.equal((await other.invoke({})).body.length, 7_000_000);
  });

  it("to its own event and context", async () => {
    await using host = await folder.start("index.event");
    const answer = await host.invoke({ a: 1 });
    assert.deepEqual(JSON.parse(answer.body.toString()), [{ a: 1 }, answer.requestId]);
  });
});

describe("a stream that fails", { concurrency: 2 }, () => {
  it("before its first byte is an error", async () => {
    await using host = await folder.start("index.failsFirst");
    const answer = await host.invoke({});
    assert.equal(answer.status, "error");
    assert.match(answer.body.toString(), /"RangeError".*"first"/);
  });

  const midway = [
    ["failsMidway", "ab", "RangeError", "midway"],
    ["destroyed", "a", "Error", "not finished"],
    ["destroyedFor", "a", "TypeError", "destroyed"],
    ["neverEnded", "a", "Function.Timeout", "timeout"],
    ["exits", "a", "Function.Exit2", "status 2"],
    ["uncaught", "a", "TypeError", "uncaught"],
  ] as const;
  for (const [name, body, type, message] of midway) {
    it(`${name}: midway has what was written, and the error in its trailers`, async () => {
      await using host = await folder.start(`index.${name}`);
      const answer = await host.invoke({}, { deadlineMs: Date.now() + 1000 });
      assert.equal(answer.status, "response");
      assert.equal(answer.body.toString(), body);
      const trailer = answer.trailers["lambda-runtime-function-error-body"] ?? "";
      const error = JSON.parse(Buffer.from(trailer, "base64").toString());
      assert.equal(error.errorType, type);
      assert.ok(error.errorMessage.includes(message), error.errorMessage);
      if (name === "uncaught") assert.equal((await host.exited).code, 1);
      else
        assert.equal(
          (await host.invoke({}, { deadlineMs: Date.now() + 1000 })).body.toString(),
          body,
        );
    });
  }
});
