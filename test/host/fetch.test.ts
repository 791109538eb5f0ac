// Functions of the Fetch API, from the event to the answer: Hono, itty-router, and by hand.
import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { alb, payload1, payload2, webSocket } from "./event/http-events.ts";
import { functionFolder } from "./runners/function-folder.ts";

const folder = functionFolder({
  "app.mjs": `import { Hono } from "hono";
import { setCookie, getCookie } from "hono/cookie";
import { streamSSE } from "hono/streaming";
const app = new Hono();
app.get("/a b/c", (c) => c.text("encoded " + c.req.query("y")));
app.post("/echo", async (c) => c.json({ got: await c.req.json(), cookie: getCookie(c, "one") }));
app.get("/cookies", (c) => { setCookie(c, "a", "1"); setCookie(c, "b", "2", { path: "/x" }); return c.body(null, 204); });
app.get("/there", (c) => c.redirect("/here", 301));
app.post("/form", async (c) => c.text([...(await c.req.formData()).entries()].map((e) => e.join("=")).join("&")));
app.get("/bytes", (c) => c.body(new Uint8Array([0, 255]).buffer));
app.get("/events", (c) => streamSSE(c, async (s) => { for (const n of [1, 2]) { await s.writeSSE({ data: String(n) }); await s.sleep(150); } }));
app.get("/throws", () => { throw new Error("inside"); });
export default app;`,
  "itty.mjs": `import { AutoRouter } from "itty-router";
const router = AutoRouter();
router.get("/hello", ({ query }) => ({ q: query.q }));
export default { ...router };`,
  "bare.mjs": `export default {
  greeting: "hello",
  async fetch(request, { event, context, waitUntil }) {
    const url = new URL(request.url);
    switch (url.pathname) {
      case "/later": waitUntil(new Promise((done) => setTimeout(() => { console.log("later"); done(); }, 200))); return new Response("now");
      case "/later-fails": waitUntil(Promise.reject(new TypeError("in the background"))); return new Response("now");
      case "/hang": await new Promise((_, fail) => request.signal.addEventListener("abort", () => { console.log("aborted", request.signal.reason.name); fail(new Error("x")); })); break;
      case "/text": return "no response";
      case "/nothing": return undefined;
      case "/gone": return Response.error();
      case "/large": return new Response(new Uint8Array(7_000_000));
      case "/plain": return new Response(new Uint8Array([104, 105]));
      case "/exit": process.exit(3);
      case "/breaks": return new Response(new ReadableStream({ start(c) { c.enqueue(Buffer.from("half")); }, pull(c) { c.error(new RangeError("midway")); } }));
      default: return Response.json({ greeting: this.greeting, method: request.method, url: request.url,
        body: await request.text(), headers: Object.fromEntries(request.headers),
        version: event.version, id: context.awsRequestId });
    }
  },
};`,
  "named.mjs":
    "export function fetch(event, context) { return { isAws: typeof context.getRemainingTimeInMillis }; }",
});
symlinkSync(join(import.meta.dirname, "../../node_modules"), join(folder.root, "node_modules"));

type Change = Record<string, unknown>;
const get = (rawPath: string, change: Change = {}) =>
  payload2({ rawPath, body: undefined, ...change }, { http: { method: "GET" } });
const post = (rawPath: string, body: string, type: string) =>
  payload2({ rawPath, body, headers: { host: "example.org", "content-type": type } });

describe("a function of the Fetch API", { concurrency: 2 }, () => {
  it("is found by its export alone, and answers as Hono does", async () => {
    await using host = await folder.start("app.fetch");
    const answer = async (event: object) => JSON.parse(String((await host.invoke(event)).body));
    const encoded = await answer(get("/a%20b/c", { rawQueryString: "y=%20x" }));
    assert.equal(encoded.body, "encoded  x");
    const echo = await answer(post("/echo", '{"a":1}', "application/json"));
    assert.deepEqual(JSON.parse(echo.body), { got: { a: 1 }, cookie: "1" });
    const { statusCode, cookies } = await answer(get("/cookies"));
    assert.equal(statusCode, 204);
    assert.deepEqual(cookies, ["a=1; Path=/", "b=2; Path=/x"]);
    const { headers } = await answer(get("/there"));
    assert.equal(headers.location, "/here");
    const form = "--x\r\nContent-Disposition: form-data; name=n\r\n\r\nv\r\n--x--\r\n";
    assert.equal(
      (await answer(post("/form", form, "multipart/form-data; boundary=x"))).body,
      "n=v",
    );
    const bytes = await answer(get("/bytes"));
    assert.deepEqual([bytes.body, bytes.isBase64Encoded], ["AP8=", true]);
    assert.equal((await answer(get("/none"))).statusCode, 404);
    assert.equal((await answer(get("/throws"))).statusCode, 500);
  });

  it("has cookies apart for every source", async () => {
    await using host = await folder.start("app.fetch");
    const rest = payload1({ path: "/cookies" }, { path: "/cookies", stage: "$default" });
    const { multiValueHeaders } = JSON.parse(String((await host.invoke(rest)).body));
    assert.deepEqual(multiValueHeaders["set-cookie"], ["a=1; Path=/", "b=2; Path=/x"]);
    const balanced = JSON.parse(String((await host.invoke(alb({ path: "/cookies" }))).body));
    assert.equal(
      Object.keys(balanced.headers).filter((name) => /^set-cookie$/i.test(name)).length,
      2,
    );
  });

  it("streams as it comes", async () => {
    await using host = await folder.start("app.fetch", { STDLAMBDA_STDOUT: "stream" });
    const { body, chunks } = await host.invoke(get("/events"));
    const [prelude = "", rest = ""] = String(body).split("\0".repeat(8));
    assert.equal(JSON.parse(prelude).headers["content-type"], "text/event-stream");
    assert.match(rest, /data: 1\n\ndata: 2\n\n/);
    assert.ok((chunks.at(-1)?.at ?? 0) - (chunks[0]?.at ?? 0) > 100);
    assert.equal(
      JSON.parse(String((await host.invoke(get("/none"))).body).split("\0")[0] ?? "").statusCode,
      404,
    );
  });

  it("is itty-router's, too", async () => {
    await using host = await folder.start("itty.fetch");
    const { body } = JSON.parse(
      String((await host.invoke(get("/hello", { rawQueryString: "q=1" }))).body),
    );
    assert.deepEqual(JSON.parse(body), { q: "1" });
  });

  it("gets the request, the event and the context, and its own object", async () => {
    await using host = await folder.start("bare.fetch");
    const seen = async (event: object) =>
      JSON.parse(JSON.parse(String((await host.invoke(event)).body)).body);
    const first = await seen(payload2());
    assert.equal(first.greeting, "hello");
    assert.equal(first.method, "POST");
    assert.equal(first.url, "https://example.org:8443/a%20b/c?x=1&y=%20");
    assert.equal(first.body, "ü");
    assert.equal(first.headers.cookie, "one=1; two=2");
    assert.equal(first.version, "2.0");
    assert.equal(typeof first.id, "string");
    // A body with GET is dropped, a host that no URL can have is replaced.
    const odd = await seen(
      get("x y", { body: "dropped", headers: { host: "a/b?", "": "x", "x-ü": "1" } }),
    );
    assert.equal(odd.body, "");
    assert.equal(odd.url, "https://id.lambda-url.us-east-1.on.aws/x%20y?x=1&y=%20");
    assert.equal((await seen(webSocket())).body, "hello");
    for (const method of ["CONNECT", "TRACE", "a b"]) {
      const { body } = await host.invoke(payload2({}, { http: { method } }));
      assert.equal(JSON.parse(String(body)).statusCode, 405);
    }
  });

  it("goes on after its answer, and the next event waits", async () => {
    await using host = await folder.start("bare.fetch");
    const { body, log } = await host.invoke(get("/later"));
    assert.equal(JSON.parse(String(body)).body, "now");
    assert.match(log, /later/);
    const failing = await host.invoke(get("/later-fails"));
    assert.equal(failing.status, "response");
    assert.match(failing.log, /in the background/);
    assert.equal((await host.invoke(get("/"))).status, "response");
  });

  it("is told of its deadline", async () => {
    await using host = await folder.start("bare.fetch");
    const { status, body, log } = await host.invoke(get("/hang"), {
      deadlineMs: Date.now() + 1000,
    });
    assert.equal(status, "error");
    assert.equal(JSON.parse(String(body)).errorType, "Function.Timeout");
    assert.match(log, /aborted TimeoutError/);
  });

  const faults: readonly [string, object, string, RegExp][] = [
    ["returns text", get("/text"), "Function.InvalidResponse", /no response, not a Response/],
    ["returns nothing", get("/nothing"), "Function.InvalidResponse", /undefined, not a Response/],
    ["returns a network error", get("/gone"), "Function.InvalidResponse", /status 0/],
    ["answers with too much", get("/large"), "Function.ResponseSizeTooLarge", /stream/],
    ["exits", get("/exit"), "Function.Exit3", /exit status 3/],
    [
      "gets an event that is not HTTP",
      { plain: 1 },
      "Function.NotHttp",
      /STDLAMBDA_CONVENTION=aws/,
    ],
    ["breaks off", get("/breaks"), "RangeError", /midway/],
  ];
  for (const [what, event, type, message] of faults) {
    it(`fails when it ${what}, and serves the next`, async () => {
      await using host = await folder.start("bare.fetch");
      const { status, body } = await host.invoke(event);
      assert.equal(status, "error");
      const error = JSON.parse(String(body));
      assert.equal(error.errorType, type);
      assert.match(error.errorMessage, message);
      assert.equal((await host.invoke(get("/"))).status, "response");
    });
  }

  it("that breaks off while it streams says so in the trailers", async () => {
    await using host = await folder.start("bare.fetch", { STDLAMBDA_STDOUT: "stream" });
    const { body, trailers } = await host.invoke(get("/breaks"));
    assert.match(String(body), /half$/);
    assert.equal(trailers["lambda-runtime-function-error-type"], "Function.RangeError");
  });

  it("names bytes that have no type", async () => {
    await using host = await folder.start("bare.fetch");
    const { headers } = JSON.parse(String((await host.invoke(get("/plain"))).body));
    assert.equal(headers["content-type"], "application/octet-stream");
  });

  it("is called as on AWS where the setting says so", async () => {
    await using host = await folder.start("named.fetch", { STDLAMBDA_CONVENTION: "aws" });
    assert.deepEqual(JSON.parse(String((await host.invoke({})).body)), { isAws: "function" });
  });
});
