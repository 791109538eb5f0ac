// HTTP requests as the events that a function behind a URL gets.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { returned, startUrl, type UrlServer } from "./url-server.ts";

/** Sends bytes as they are, and waits for the answer's first byte. */
function sendRaw(server: UrlServer, bytes: string | Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, "127.0.0.1", () => socket.write(bytes));
    socket.on("error", reject);
    socket.on("data", () => {
      socket.destroy();
      resolve();
    });
  });
}

test("a request becomes an event of payload format 2.0", async (t) => {
  const server = await startUrl(t, () => returned({}));
  await fetch(`${server.url}/a/b?x=1&y=%C3%A9&x=2`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "User-Agent": "tester", "X-Two": "1" },
    body: '{"é":1}',
  });
  const [event] = server.events;
  const { requestContext, headers, ...rest } = event;
  assert.deepEqual(rest, {
    version: "2.0",
    routeKey: "$default",
    rawPath: "/a/b",
    rawQueryString: "x=1&y=%C3%A9&x=2",
    queryStringParameters: { x: "1,2", y: "é" },
    body: '{"é":1}',
    isBase64Encoded: false,
  });
  const { requestId, time, timeEpoch, apiId, ...context } = requestContext;
  assert.deepEqual(context, {
    accountId: "anonymous",
    authentication: null,
    domainName: `${apiId}.lambda-url.eu-west-1.on.aws`,
    domainPrefix: apiId,
    http: {
      method: "POST",
      path: "/a/b",
      protocol: "HTTP/1.1",
      sourceIp: "127.0.0.1",
      userAgent: "tester",
    },
    routeKey: "$default",
    stage: "$default",
  });
  assert.match(apiId, /^[a-z2-7]{32}$/);
  assert.equal(requestId, server.invocations[0]?.requestId);
  assert.match(time, /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
  assert.ok(Math.abs(Date.now() - timeEpoch) < 60_000);
  assert.equal(headers["x-two"], "1");
  assert.equal(headers["content-length"], "8");
});

test("what the front end knows of the connection cannot be set by the client", async (t) => {
  const server = await startUrl(t, () => returned({}));
  await fetch(server.url, {
    headers: { "X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "gopher", TE: "trailers" },
  });
  const { headers, requestContext } = server.events[0];
  assert.equal(headers.host, requestContext.domainName);
  assert.equal(headers["x-forwarded-for"], "127.0.0.1");
  assert.equal(headers["x-forwarded-proto"], "https");
  assert.equal(headers["x-forwarded-port"], "443");
  assert.match(headers["x-amzn-trace-id"], /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
  assert.equal(headers.connection, undefined);
  assert.equal(headers.te, undefined);
});

test("a caller's trace goes on, without what has not X-Ray's form", async (t) => {
  const server = await startUrl(t, () => returned({}));
  const root = "Root=1-5759e988-bd862e3fe1be46a994272793";
  const response = await fetch(server.url, {
    headers: { "X-Amzn-Trace-Id": `Self=1-aa;${root};Parent=nobody;Sampled=1` },
  });
  assert.equal(server.events[0].headers["x-amzn-trace-id"], `${root};Sampled=1`);
  const trace = server.invocations[0]?.traceId ?? "";
  assert.match(trace, new RegExp(`^${root};Parent=[0-9a-f]{16};Sampled=1$`));
  assert.equal(response.headers.get("x-amzn-trace-id"), trace);
});

test("the path is raw and decoded, the query may be empty or odd", async (t) => {
  const server = await startUrl(t, () => returned({}));
  const targets = ["/a%20b/%2e%2e//c", "/bad%Fescape", "?", "?__proto__=1&a=b=c&d&+e=%zz", ""];
  for (const target of targets) {
    await sendRaw(server, `GET /lambda-url/hello${target} HTTP/1.1\r\nHost: x\r\n\r\n`);
  }
  await sendRaw(server, "GET http://x/lambda-url/hello/whole?q HTTP/1.1\r\nHost: x\r\n\r\n");
  const paths = server.events.map((event) => [event.rawPath, event.requestContext.http.path]);
  assert.deepEqual(paths, [
    ["/a%20b/%2e%2e//c", "/a b/..//c"],
    ["/bad%Fescape", "/bad%Fescape"],
    ["/", "/"],
    ["/", "/"],
    ["/", "/"],
    ["/whole", "/whole"],
  ]);
  assert.deepEqual(
    server.events.map((event) => event.rawQueryString),
    ["", "", "", "__proto__=1&a=b=c&d&+e=%zz", "", "q"],
  );
  assert.deepEqual(Object.entries(server.events[3].queryStringParameters), [
    ["__proto__", "1"],
    ["a", "b=c"],
    ["d", ""],
    [" e", "%zz"],
  ]);
  assert.equal("queryStringParameters" in server.events[0], false);
});

test("repeated headers are joined, cookies listed, and UTF-8 is read as such", async (t) => {
  const server = await startUrl(t, () => returned({}));
  const lines = [
    "GET /lambda-url/hello HTTP/1.1",
    "Host: x",
    "X-Many: 1",
    "x-many: 2",
    "Cookie: a=1; b=2",
    "Cookie: c=3",
    "X-Name: Zoë",
    "User-Agent: one",
    "User-Agent: two",
  ];
  await sendRaw(server, Buffer.from(`${lines.join("\r\n")}\r\n\r\n`));
  const { headers, cookies, requestContext } = server.events[0];
  assert.equal(headers["x-many"], "1,2");
  assert.equal(headers.cookie, "a=1; b=2; c=3");
  assert.deepEqual(cookies, ["a=1", "b=2", "c=3"]);
  assert.equal(headers["x-name"], "Zoë");
  assert.equal(requestContext.http.userAgent, "one,two");
});

const bodies = [
  { type: "text/plain; charset=utf-8", body: "é", text: true },
  { type: "application/vnd.api+json", body: "{", text: true },
  { type: "application/xml", body: "<a/>", text: true },
  { type: "image/svg+xml", body: "<svg/>", text: false },
  { type: "application/x-www-form-urlencoded", body: "a=1", text: false },
  { type: "application/octet-stream", body: Buffer.of(0, 255), text: false },
  { type: "application/json", body: Buffer.of(0xff, 0xfe), text: false },
];

for (const { type, body, text } of bodies) {
  test(`a body of ${type} (${body.length}) is ${text ? "text" : "base64"}`, async (t) => {
    const server = await startUrl(t, () => returned({}));
    await fetch(server.url, { method: "PUT", headers: { "Content-Type": type }, body });
    const [event] = server.events;
    assert.equal(event.isBase64Encoded, !text);
    assert.equal(event.body, Buffer.from(body).toString(text ? "utf8" : "base64"));
  });
}

test("a chunked body has a length in the event, and no transfer encoding", async (t) => {
  const server = await startUrl(t, () => returned({}));
  const head = "POST /lambda-url/hello HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  await sendRaw(server, `${head}3\r\nabc\r\n0\r\n\r\n`);
  const { headers, body } = server.events[0];
  assert.equal(headers["content-length"], "3");
  assert.equal(headers["transfer-encoding"], undefined);
  assert.equal(Buffer.from(body, "base64").toString(), "abc");
});

test("a body that makes the event too large is refused, and nothing is invoked", async (t) => {
  const server = await startUrl(t, () => returned({}));
  const headers = { "Content-Type": "text/plain" };
  const limit = 6 * 1024 * 1024 + 100;
  for (const size of [limit + 1, limit - 10]) {
    const body = "x".repeat(size);
    const response = await fetch(server.url, { method: "POST", headers, body });
    assert.equal(response.status, 413);
    assert.match(await response.text(), /Request Entity Too Large.*6291556/);
  }
  const body = "x".repeat(limit - 5000);
  assert.equal((await fetch(server.url, { method: "POST", headers, body })).status, 200);
  assert.equal(server.events.length, 1);
});

test("a request that breaks off is not invoked", async (t) => {
  const server = await startUrl(t, () => returned({}));
  const socket = connect(server.port, "127.0.0.1");
  socket.resume();
  socket.write("POST /lambda-url/hello HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
  await new Promise((resolve) => socket.once("connect", resolve));
  socket.end();
  await new Promise((resolve) => socket.once("close", resolve));
  assert.equal((await fetch(server.url)).status, 200);
  assert.equal(server.events.length, 1);
});
