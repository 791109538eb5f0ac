// What a function returns, as the HTTP answer of a URL in invoke mode BUFFERED.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { ServiceError } from "../../../local/service-error.ts";
import { missingTool } from "../../helpers/missing-tool.ts";
import { failed, openStream, returned, startUrl, streamed } from "./url-server.ts";

const run = promisify(execFile);

test("status, headers, cookies and body are the function's", async (t) => {
  const { url } = await startUrl(t, () =>
    returned({
      statusCode: 201,
      headers: { "Content-Type": "text/plain; charset=utf-8", "X-Name": "Zoë", "X-Count": 3 },
      cookies: ["a=1; Path=/", "b=2"],
      body: "é",
    }),
  );
  const response = await fetch(url);
  assert.equal(response.status, 201);
  assert.equal(response.headers.get("content-type"), "text/plain; charset=utf-8");
  const name = Buffer.from(response.headers.get("x-name") ?? "", "latin1").toString();
  assert.equal(name, "Zoë");
  assert.equal(response.headers.get("x-count"), "3");
  assert.deepEqual(response.headers.getSetCookie(), ["a=1; Path=/", "b=2"]);
  assert.equal(response.headers.get("content-length"), "2");
  assert.match(response.headers.get("x-amzn-requestid") ?? "", /^[0-9a-f-]{36}$/);
  assert.equal(await response.text(), "é");
});

// What the real endpoint was recorded to send for these; and bytes that are no JSON at all.
const bodies = [
  { name: "an object", value: '{ "hello" : "wor ld\\"  " }', body: '{"hello":"wor ld\\"  "}' },
  { name: "a list", value: '["hello", 3, true]', body: '["hello",3,true]' },
  { name: "a string", value: '"hello"', body: "hello" },
  { name: "a number", value: "3.10", body: "3.10" },
  { name: "a large number", value: "12345678901234567890", body: "12345678901234567890" },
  { name: "null", value: "null", body: "null" },
  { name: "text", value: "{not json", body: "{not json" },
  { name: "nothing", value: "", body: "" },
];

for (const { name, value, body } of bodies) {
  test(`${name} without a statusCode is the body of a 200`, async (t) => {
    const { url } = await startUrl(t, () => returned(Buffer.from(value)));
    const response = await fetch(url);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type"), "application/json");
    assert.equal(await response.text(), body);
  });
}

test("bytes that are not UTF-8 reach the client as they are", async (t) => {
  const bytes = Buffer.of(0xff, 0, 0x22, 0xfe);
  const { url } = await startUrl(t, () => returned(bytes));
  assert.deepEqual(Buffer.from(await (await fetch(url)).arrayBuffer()), bytes);
});

test("a large string is sent whole", async (t) => {
  const text = `${"x".repeat(3_000_000)}\\"${"y".repeat(3_000_000)}`;
  const { url } = await startUrl(t, () => returned({ a: [text, text.length] }));
  const body = JSON.parse(await (await fetch(url)).text());
  assert.deepEqual(body, { a: [text, text.length] });
});

test("a base64 body is decoded, an object is sent as JSON, and none is empty", async (t) => {
  const answers = [
    { body: Buffer.of(0, 255).toString("base64"), isBase64Encoded: true },
    { body: { a: 1 }, isBase64Encoded: false },
    { body: null },
    {},
  ];
  const { url } = await startUrl(t, () => returned({ statusCode: "200", ...answers.shift() }));
  for (const expected of [Buffer.of(0, 255), Buffer.from('{"a":1}'), "", ""]) {
    const response = await fetch(url);
    assert.equal(response.headers.get("content-type"), "application/json");
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), Buffer.from(expected));
  }
});

const invalid = [
  { answer: { statusCode: 42 }, fault: /statusCode is 42; it must be an integer from 200 to 599/ },
  { answer: { statusCode: 101 }, fault: /statusCode is 101/ },
  { answer: { statusCode: "ok" }, fault: /statusCode is "ok"/ },
  { answer: { statusCode: null }, fault: /statusCode is null/ },
  { answer: { statusCode: 200, headers: "a: b" }, fault: /headers are "a: b"/ },
  { answer: { statusCode: 200, headers: { a: ["b"] } }, fault: /header a is \["b"\]/ },
  { answer: { statusCode: 200, headers: { a: "b\r\nc: d" } }, fault: /HTTP cannot carry/ },
  { answer: { statusCode: 200, headers: { "a b": "c" } }, fault: /HTTP cannot carry/ },
  { answer: { statusCode: 200, cookies: "a=b" }, fault: /cookies are "a=b"/ },
  { answer: { statusCode: 200, cookies: ["a=b\nc"] }, fault: /HTTP cannot carry/ },
  { answer: { statusCode: 200, body: "ü", isBase64Encoded: true }, fault: /not base64/ },
  { answer: { statusCode: 200, isBase64Encoded: "yes" }, fault: /isBase64Encoded/ },
];

for (const { answer, fault } of invalid) {
  test(`${JSON.stringify(answer)} is a 502 whose reason is logged`, async (t) => {
    const server = await startUrl(t, () => returned(answer));
    const response = await fetch(server.url);
    assert.equal(response.status, 502);
    assert.equal(await response.text(), "Internal Server Error");
    assert.match(server.faults.join(), fault);
  });
}

test("a function error is a 502 that says no more", async (t) => {
  const server = await startUrl(t, () => ({ kind: "error", ...failed() }));
  const response = await fetch(server.url);
  assert.equal(response.status, 502);
  assert.equal(response.headers.get("content-type"), "application/json");
  assert.equal(await response.text(), "Internal Server Error");
  assert.match(server.faults.join(), /exit status 1/);
});

test("an error of the service has its status, type and reason", async (t) => {
  const { url } = await startUrl(t, () => {
    throw new ServiceError("TooManyRequestsException", 429, "Rate Exceeded.", {
      Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
    });
  });
  const response = await fetch(url);
  assert.equal(response.status, 429);
  assert.equal(response.headers.get("x-amzn-errortype"), "TooManyRequestsException");
  assert.deepEqual(await response.json(), {
    Type: "User",
    Message: "Rate Exceeded.",
    Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
  });
});

test("framing, ids and the date stay the endpoint's own", async (t) => {
  const headers = {
    "Content-Length": "1",
    "Transfer-Encoding": "gzip",
    Connection: "close",
    "x-amzn-RequestId": "mine",
    Date: "yesterday",
    "WWW-Authenticate": "Basic",
  };
  const { url } = await startUrl(t, () => returned({ statusCode: 401, headers, body: "whole" }));
  const response = await fetch(url);
  assert.equal(await response.text(), "whole");
  assert.equal(response.headers.get("transfer-encoding"), null);
  assert.notEqual(response.headers.get("x-amzn-requestid"), "mine");
  assert.notEqual(response.headers.get("date"), "yesterday");
  assert.equal(response.headers.get("x-amzn-remapped-date"), "yesterday");
  assert.equal(response.headers.get("x-amzn-remapped-www-authenticate"), "Basic");
});

test("HEAD, 204 and 304 have no body and leave the connection in order", async (t) => {
  const statuses = [200, 204, 304, 200];
  const { url } = await startUrl(t, () =>
    returned({ statusCode: statuses.shift(), body: "some body" }),
  );
  const head = await fetch(url, { method: "HEAD" });
  assert.equal(head.headers.get("content-length"), "9");
  assert.equal(await head.text(), "");
  for (const status of [204, 304]) {
    const response = await fetch(url);
    assert.equal(response.status, status);
    assert.equal(response.headers.get("content-length"), null);
    assert.equal(await response.text(), "");
  }
  assert.equal(await (await fetch(url)).text(), "some body");
});

test("any method reaches the function", async (t) => {
  const server = await startUrl(t, () => returned({}));
  for (const method of ["OPTIONS", "DELETE", "PATCH", "PROPFIND"]) {
    assert.equal((await fetch(server.url, { method })).status, 200);
  }
  const methods = server.events.map((event) => event.requestContext.http.method);
  assert.deepEqual(methods, ["OPTIONS", "DELETE", "PATCH", "PROPFIND"]);
});

test("a streamed response is collected and taken apart", async (t) => {
  const chunks = ['{"statusCode":', '418,"body":"tea"}'];
  const { url } = await startUrl(t, () => streamed("application/json", chunks));
  const response = await fetch(url);
  assert.equal(response.status, 418);
  assert.equal(await response.text(), "tea");
});

test("a streamed response that fails or is too large is a 502", async (t) => {
  const megabyte = Buffer.alloc(1024 * 1024, "x");
  const results = [
    streamed("text/plain", ["half"], failed()),
    streamed("text/plain", Array(7).fill(megabyte)),
  ];
  const server = await startUrl(t, () => results.shift() ?? returned({}));
  for (const fault of [/exit status 1/, /larger than 6291556 bytes; set InvokeMode/]) {
    const response = await fetch(server.url);
    assert.equal(response.status, 502);
    assert.equal(await response.text(), "Internal Server Error");
    assert.match(server.faults.at(-1) ?? "", fault);
  }
});

test("a client that goes away does no harm", async (t) => {
  const stream = openStream("text/plain");
  const results = [stream.result];
  const server = await startUrl(t, () => results.shift() ?? returned("next"));
  const controller = new AbortController();
  const response = fetch(server.url, { signal: controller.signal });
  while (server.events.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  controller.abort();
  await assert.rejects(response, { name: "AbortError" });
  stream.chunks.write("late");
  stream.end();
  assert.equal(await (await fetch(server.url)).text(), "next");
});

test("curl gets body and cookies", { skip: missingTool(["curl"]) }, async (t) => {
  const { url } = await startUrl(t, () =>
    returned({ statusCode: 202, cookies: ["a=1", "b=2"], body: "from a function" }),
  );
  const { stdout } = await run("curl", ["-si", "--noproxy", "*", "-d", "x", `${url}/path`]);
  assert.match(stdout, /^HTTP\/1\.1 202 Accepted\r\n/);
  assert.match(stdout, /Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n/);
  assert.match(stdout, /\r\n\r\nfrom a function$/);
});
