// The answer of a URL in invoke mode RESPONSE_STREAM: the prelude, the bytes as they come, failures.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Configuration,
  failed,
  openStream,
  returned,
  startUrl,
  streamed,
} from "./url-server.ts";

const streaming: Configuration = {
  AuthType: "NONE",
  FunctionUrl: "https://abc123.lambda-url.eu-west-1.on.aws/",
  InvokeMode: "RESPONSE_STREAM",
};
const integration = "application/vnd.awslambda.http-integration-response";
const nulls = "\0".repeat(8);

const prelude = JSON.stringify({
  statusCode: 203,
  headers: { "Content-Type": "text/html", "Content-Length": "1" },
  cookies: ["a=1", "b=2"],
});

for (const size of [1, 7, 8, 9, 1000]) {
  test(`a prelude is read from chunks of ${size} bytes`, async (t) => {
    const body = `\0${nulls}<p>é</p>`;
    const bytes = Buffer.from(prelude + nulls + body);
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    );
    const { url } = await startUrl(t, () => streamed(integration, chunks), streaming);
    const response = await fetch(url);
    assert.equal(response.status, 203);
    assert.equal(response.headers.get("content-type"), "text/html");
    assert.equal(response.headers.get("content-length"), null);
    assert.deepEqual(response.headers.getSetCookie(), ["a=1", "b=2"]);
    assert.equal(await response.text(), body);
  });
}

test("an answer that never began is an empty one, as on AWS", async (t) => {
  for (const [type, expected] of [
    [integration, "application/octet-stream"],
    ["application/octet-stream", "application/octet-stream"],
    ["text/html", "text/html"],
  ] as const) {
    const { url, faults } = await startUrl(t, () => streamed(type, []), streaming);
    const response = await fetch(url);
    assert.deepEqual([response.status, await response.text()], [200, ""]);
    assert.equal(response.headers.get("content-type"), expected);
    assert.deepEqual(faults, []);
  }
});

test("a prelude that says nothing means 200 and octets", async (t) => {
  const { url } = await startUrl(t, () => streamed(integration, [`{}${nulls}body`]), streaming);
  const response = await fetch(url);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "application/octet-stream");
  assert.equal(await response.text(), "body");
});

const invalid = [
  { name: "is not JSON", start: `{"statusCode":${nulls}x`, fault: /prelude is not JSON/ },
  { name: "is no object", start: `[]${nulls}x`, fault: /not a JSON object/ },
  { name: "has no end", start: '{"statusCode":200}', fault: /not followed by 8 NUL bytes/ },
  { name: "has a bad status", start: `{"statusCode":99}${nulls}x`, fault: /statusCode is 99/ },
  { name: "is too large", start: `{"a":"${"x".repeat(17_000)}"}${nulls}x`, fault: /16384 bytes/ },
  { name: "would split a header", start: `{"headers":{"a":"\\n"}}${nulls}`, fault: /cannot carry/ },
];

for (const { name, start, fault } of invalid) {
  test(`a prelude that ${name} is a 502 whose reason is logged`, async (t) => {
    const server = await startUrl(t, () => streamed(integration, [start]), streaming);
    const response = await fetch(server.url);
    assert.equal(response.status, 502);
    assert.equal(await response.text(), "Internal Server Error");
    assert.match(server.faults.join(), fault);
  });
}

test("an endless prelude is read to its end in bounded memory", async (t) => {
  const chunks = Array(200).fill(Buffer.alloc(64 * 1024, "x"));
  const server = await startUrl(t, () => streamed(integration, chunks), streaming);
  assert.equal((await fetch(server.url)).status, 502);
});

test("bytes reach the client before the function has ended", async (t) => {
  const stream = openStream("text/event-stream");
  const { url, invocations } = await startUrl(t, () => stream.result, streaming);
  stream.chunks.write("one");
  const response = await fetch(url);
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  const reader = response.body?.getReader();
  assert.ok(reader);
  for (const chunk of ["one", "two"]) {
    if (chunk === "two") stream.chunks.write(chunk);
    assert.equal(Buffer.from((await reader.read()).value ?? []).toString(), chunk);
  }
  stream.end();
  assert.equal((await reader.read()).done, true);
  assert.equal(invocations[0]?.streaming, true);
});

test("status and headers do not wait for a body that comes later", async (t) => {
  const stream = openStream(integration);
  const { url } = await startUrl(t, () => stream.result, streaming);
  stream.chunks.write(prelude + nulls);
  const response = await fetch(url);
  assert.equal(response.status, 203);
  stream.chunks.write("later");
  stream.end();
  assert.equal(await response.text(), "later");
});

test("a failure in the middle leaves the client with an incomplete body", async (t) => {
  const server = await startUrl(
    t,
    () => streamed("text/plain", ["half of it"], failed()),
    streaming,
  );
  const response = await fetch(server.url);
  assert.equal(response.status, 200);
  let received = "";
  await assert.rejects(async () => {
    for await (const chunk of response.body ?? []) received += Buffer.from(chunk).toString();
  });
  assert.equal(received, "half of it");
  assert.match(server.faults.join(), /failed while it streamed.*exit status 1/);
});

test("a failure before the first byte is a 502", async (t) => {
  const results = [
    streamed("text/plain", [], failed()),
    streamed(integration, [], failed()),
    streamed(integration, ['{"statusCode"'], failed()),
  ];
  const server = await startUrl(
    t,
    () => results.shift() ?? { kind: "error", ...failed() },
    streaming,
  );
  for (let count = 0; count < 4; count += 1) {
    const response = await fetch(server.url);
    assert.equal(response.status, 502);
    assert.equal(await response.text(), "Internal Server Error");
    assert.match(server.faults.at(-1) ?? "", /The function failed: .*exit status 1/);
  }
});

test("an empty stream is an empty answer", async (t) => {
  const { url } = await startUrl(t, () => streamed("text/plain", []), streaming);
  const response = await fetch(url);
  assert.equal(response.status, 200);
  assert.equal(await response.text(), "");
});

test("a response that was not streamed is passed on as it is", async (t) => {
  const envelope = { statusCode: 404, body: "x" };
  const { url, events } = await startUrl(t, () => returned(envelope), streaming);
  const response = await fetch(url);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "application/json");
  assert.deepEqual(await response.json(), envelope);
  assert.equal(events[0].requestContext.apiId, "abc123");
});

test("HEAD of a stream has no body", async (t) => {
  const { url } = await startUrl(t, () => streamed("text/plain", ["one", "two"]), streaming);
  const response = await fetch(url, { method: "HEAD" });
  assert.equal(response.status, 200);
  assert.equal(await response.text(), "");
});

test("a client that goes away lets the function run to its end", async (t) => {
  const stream = openStream("text/plain");
  const { url } = await startUrl(t, () => stream.result, streaming);
  stream.chunks.write("first");
  const controller = new AbortController();
  const response = await fetch(url, { signal: controller.signal });
  assert.equal(response.status, 200);
  controller.abort();
  const block = Buffer.alloc(64 * 1024);
  for (let count = 0; count < 200; count += 1) {
    if (!stream.chunks.write(block)) {
      await new Promise((resolve) => stream.chunks.once("drain", resolve));
    }
  }
  const ended = new Promise((resolve) => stream.chunks.once("end", resolve));
  stream.end();
  await ended;
});

test("a slow client holds the function back", async (t) => {
  const stream = openStream("text/plain");
  const { url } = await startUrl(t, () => stream.result, streaming);
  const block = Buffer.alloc(64 * 1024);
  stream.chunks.write(block);
  const response = await fetch(url);
  const total = 400;
  let written = 1;
  const writing = (async () => {
    for (; written < total; written += 1) {
      if (!stream.chunks.write(block)) {
        await new Promise((resolve) => stream.chunks.once("drain", resolve));
      }
    }
    stream.end();
  })();
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.ok(written < total, "25 MB were taken although nobody read them");
  assert.equal((await response.arrayBuffer()).byteLength, total * block.length);
  await writing;
});
