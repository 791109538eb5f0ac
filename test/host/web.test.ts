// Web servers behind events, each as people write it: Express, Fastify, Python, a shell with socat.
import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, it } from "node:test";
import { missingTool } from "../helpers/missing-tool.ts";
import { alb, payload1, payload2, webSocket } from "./event/http-events.ts";
import { functionFolder } from "./runners/function-folder.ts";

const folder = functionFolder({
  "express.mjs": `import express from "express";
const app = express();
app.use(express.text({ type: "*/*" }));
app.get("/hello", (request, response) => response.cookie("a", "1").cookie("b", "2").send("hello " + request.query.q));
app.post("/echo", (request, response) => response.status(201).json({ got: request.body, type: request.headers["content-type"] }));
app.listen(process.env.PORT);`,
  "fastify.mjs": `import Fastify from "fastify";
const app = Fastify();
app.get("/hello", async (request) => ({ hello: request.query.q }));
await app.listen({ port: Number(process.env.PORT), host: "127.0.0.1" });`,
  "server.py": `import os
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = ("python " + self.path).encode()
        self.send_response(200); self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
HTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
`,
  "answer.sh": `#!/bin/sh
read -r method path version
body="$method $path"
printf 'HTTP/1.1 200 OK\\r\\nContent-Type: text/plain\\r\\nContent-Length: %s\\r\\nConnection: close\\r\\n\\r\\n%s' "\${#body}" "$body"
`,
  "socat.sh": `#!/bin/sh
exec socat "TCP-LISTEN:$PORT,bind=127.0.0.1,fork,reuseaddr" EXEC:./answer.sh
`,
  "server.mjs": `import { createServer } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
let served = 0;
const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const { pathname } = new URL(request.url, "http://x");
  console.log("got", request.method, request.url);
  switch (pathname) {
    case "/seen": return response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body: body.toString("base64") }));
    case "/pid": return response.end(String(process.pid));
    case "/events": if (body.includes("refuse")) { response.statusCode = 400; return response.end("refused"); } return response.end(JSON.stringify({ event: JSON.parse(body), type: request.headers["content-type"] }));
    case "/there": response.writeHead(302, { location: "/here" }); return response.end();
    case "/503": response.statusCode = 503; return response.end("not now");
    case "/hang": return;
    case "/exit": process.exit(7);
    case "/end": process.exit(0);
    case "/break": return request.socket.destroy();
    case "/bytes": response.setHeader("content-encoding", "x"); return response.end(Buffer.from([0, 255]));
    case "/large": return response.end(Buffer.alloc(7_000_000));
    case "/cookies": response.setHeader("set-cookie", ["a=1", "b=2"]); return response.end();
    case "/parts": response.setHeader("content-type", "text/event-stream"); response.write("data: 1\\n\\n"); await delay(200); return response.end("data: 2\\n\\n");
    case "/half": response.write("half"); await delay(50); return response.destroy();
    case "/closes": response.end("closes"); await delay(20); return server.closeIdleConnections();
    case "/ready": response.statusCode = served++ < 3 ? 503 : 204; return response.end();
    default: response.statusCode = 404; return response.end("none");
  }
});
server.listen(process.env.PORT, "localhost");
process.on("SIGTERM", () => { console.log("terminated"); process.exit(0); });`,
  "dies.mjs": `console.error("no database"); process.exit(4);`,
  "silent.mjs": "setInterval(() => {}, 1000);",
});
symlinkSync(join(import.meta.dirname, "../../node_modules"), join(folder.root, "node_modules"));

let ports = 18_000 + (process.pid % 10_000);
const start = (handler: string, env: Record<string, string> = {}) =>
  folder.start(handler, { STDLAMBDA_MODE: "web", STDLAMBDA_WEB_PORT: String(ports++), ...env });

type Change = Record<string, unknown>;
const get = (rawPath: string, change: Change = {}) =>
  payload2(
    { rawPath, body: undefined, rawQueryString: "", ...change },
    { http: { method: "GET" } },
  );

type Host = Awaited<ReturnType<typeof start>>;
const answered = async (host: Host, event: object) =>
  JSON.parse(String((await host.invoke(event)).body));

describe("a web server", { concurrency: 2 }, () => {
  it("is Express, unchanged", async () => {
    await using host = await start("express.mjs");
    const hello = await answered(host, get("/hello", { rawQueryString: "q=%C3%BC" }));
    assert.equal(hello.body, "hello ü");
    assert.deepEqual(hello.cookies, ["a=1; Path=/", "b=2; Path=/"]);
    const echo = await answered(host, payload2({ rawPath: "/echo" }));
    assert.equal(echo.statusCode, 201);
    assert.deepEqual(JSON.parse(echo.body), { got: "ü", type: "text/plain" });
  });

  it("is Fastify, unchanged", async () => {
    await using host = await start("fastify.mjs");
    const { body } = await answered(host, get("/hello", { rawQueryString: "q=1" }));
    assert.equal(body, '{"hello":"1"}');
  });

  it("is Python's, unchanged", { skip: missingTool(["python3"]) }, async () => {
    await using host = await start("server.py");
    assert.equal((await answered(host, get("/a b?"))).body, "python /a%20b");
  });

  it("is a shell behind socat, unchanged", { skip: missingTool(["socat"]) }, async () => {
    await using host = await start("socat.sh");
    for (let n = 0; n < 3; n++) assert.equal((await answered(host, get("/x"))).body, "GET /x");
  });

  it("gets method, path, headers, body and what Lambda says", async () => {
    await using host = await start("server.mjs");
    const event = payload2({
      rawPath: "/seen",
      body: "AP8=",
      isBase64Encoded: true,
      headers: {
        host: "example.org",
        connection: "x-hop, close",
        "x-hop": "1",
        "x-ü": "1",
        "x-line": "a\nb",
        "X-Amz-Tenant-Id": "somebody-else",
        "transfer-encoding": "chunked",
        "content-length": "99",
        "accept-encoding": "gzip",
      },
    });
    const trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1";
    const answer = await host.invoke(event, {
      headers: { "Lambda-Runtime-Trace-Id": trace, "Lambda-Runtime-Aws-Tenant-Id": "tenant-7" },
    });
    const { body } = JSON.parse(String(answer.body));
    const seen = JSON.parse(body);
    assert.equal(seen.method, "POST");
    assert.equal(seen.url, "/seen?x=1&y=%20");
    assert.equal(seen.body, "AP8=");
    const {
      "x-amzn-request-context": request,
      "x-amzn-lambda-context": context,
      ...headers
    } = seen.headers;
    assert.deepEqual(JSON.parse(request), event.requestContext);
    const lambda = JSON.parse(context);
    assert.equal(typeof lambda.awsRequestId, "string");
    // As servers written for the Lambda Web Adapter read it.
    assert.equal(lambda.request_id, lambda.awsRequestId);
    assert.equal(lambda.deadline, lambda.deadlineMs);
    assert.equal(lambda.xray_trace_id, trace);
    assert.equal(lambda.env_config.function_name, lambda.functionName);
    assert.deepEqual(headers, {
      host: "example.org",
      connection: "keep-alive",
      "x-amzn-trace-id": trace,
      "x-amz-tenant-id": "tenant-7",
      "x-line": "a b",
      "content-length": "2",
      "accept-encoding": "gzip",
      cookie: "one=1; two=2",
    });
  });

  it("answers every source in its own form", async () => {
    await using host = await start("server.mjs");
    assert.deepEqual((await answered(host, get("/cookies"))).cookies, ["a=1", "b=2"]);
    const rest = payload1({ path: "/cookies" });
    assert.deepEqual((await answered(host, rest)).multiValueHeaders["set-cookie"], ["a=1", "b=2"]);
    assert.equal((await answered(host, alb({ path: "/there" }))).statusDescription, "302 Found");
    const bytes = await answered(host, get("/bytes"));
    assert.deepEqual([bytes.body, bytes.isBase64Encoded], ["AP8=", true]);
    assert.equal(bytes.headers["content-encoding"], "x");
    assert.equal((await answered(host, get("/none"))).statusCode, 404);
    assert.equal((await answered(host, payload2({}, { http: { method: "a b" } }))).statusCode, 405);
  });

  it("is one process for all events, its output the log", async () => {
    await using host = await start("server.mjs");
    const { body } = await answered(host, get("/pid"));
    const second = await host.invoke(get("/pid"));
    assert.equal(JSON.parse(String(second.body)).body, body);
    assert.match(second.log, /got GET \/pid/);
  });

  it("streams what comes, as it comes", async () => {
    await using host = await start("server.mjs", { STDLAMBDA_STDOUT: "stream" });
    const { body, chunks } = await host.invoke(get("/parts"));
    const [prelude = "", rest] = String(body).split("\0".repeat(8));
    assert.equal(JSON.parse(prelude).headers["content-type"], "text/event-stream");
    assert.equal(rest, "data: 1\n\ndata: 2\n\n");
    assert.ok((chunks.at(-1)?.at ?? 0) - (chunks[0]?.at ?? 0) > 120);
    const half = await host.invoke(get("/half"));
    assert.match(String(half.body), /half$/);
    assert.equal(half.trailers["lambda-runtime-function-error-type"], "Function.ServerFailed");
    assert.equal((await host.invoke(get("/large"))).body.length > 7_000_000, true);
  });

  it("gets other events by POST, and their answer is the body of a 2xx", async () => {
    await using host = await start("server.mjs");
    assert.deepEqual(await answered(host, { plain: 1 }), {
      event: { plain: 1 },
      type: "application/json",
    });
    assert.equal((await answered(host, webSocket())).event.body, "hello");
    const { status, body } = await host.invoke({ refuse: 1 });
    assert.equal(status, "error");
    assert.deepEqual(JSON.parse(String(body)).errorType, "Function.ErrorStatus");
    assert.match(String(body), /400: refused/);
    await using elsewhere = await start("server.mjs", { STDLAMBDA_WEB_EVENTS: "/seen" });
    assert.equal((await answered(elsewhere, { plain: 1 })).url, "/seen");
  });

  it("fails for the statuses that the setting names, and for no other", async () => {
    await using host = await start("server.mjs", { STDLAMBDA_WEB_ERRORS: "500,502-504" });
    const { status, body } = await host.invoke(get("/503"));
    assert.equal(status, "error");
    assert.match(String(body), /Function\.ErrorStatus.*503: not now/);
    assert.equal((await answered(host, get("/none"))).statusCode, 404);
  });

  it("has its base path taken off, as a whole segment", async () => {
    await using host = await start("server.mjs", { STDLAMBDA_WEB_BASE_PATH: "/v1" });
    const urlOf = async (path: string) => JSON.parse((await answered(host, get(path))).body).url;
    assert.equal(await urlOf("/v1/seen"), "/seen");
    assert.equal(await urlOf("/seen"), "/seen");
    assert.equal((await answered(host, get("/v10/seen"))).statusCode, 404);
  });

  it("may close a connection that nobody used for long: the request is sent again", async () => {
    await using host = await start("server.mjs");
    for (let n = 0; n < 5; n++) assert.equal((await answered(host, get("/closes"))).body, "closes");
    assert.equal((await answered(host, get("/seen"))).statusCode, 200);
  });

  const faults: readonly [string, string, string, RegExp][] = [
    ["exits", "/exit", "Function.Exit7", /exit status 7|got/],
    ["ends", "/end", "Function.Exit0", /status 0/],
    ["breaks off", "/break", "Function.ServerFailed", /broke off/],
    ["answers with too much", "/large", "Function.ResponseSizeTooLarge", /limit/],
    ["does not answer", "/hang", "Function.Timeout", /not answered/],
  ];
  for (const [what, path, type, message] of faults) {
    it(`that ${what} fails this event, and the next is served`, async () => {
      await using host = await start("server.mjs");
      await host.invoke(get("/seen"));
      const { status, body } = await host.invoke(get(path), { deadlineMs: Date.now() + 1500 });
      assert.equal(status, "error");
      assert.equal(JSON.parse(String(body)).errorType, type);
      assert.match(String(body), message);
      assert.equal((await answered(host, get("/seen"))).statusCode, 200);
    });
  }

  it("that was killed while nobody called is started again", async () => {
    await using host = await start("server.mjs");
    const { body } = await answered(host, get("/pid"));
    process.kill(Number(body), "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.notEqual((await answered(host, get("/pid"))).body, body);
  });

  it("is ready when its path says so", async () => {
    await using host = await start("server.mjs", { STDLAMBDA_WEB_READY: "/ready" });
    assert.equal((await answered(host, get("/seen"))).statusCode, 200);
    assert.equal(host.log().match(/got GET \/ready/g)?.length, 4);
  });

  it("that never comes up is an init error with its last lines", async () => {
    await using dead = await start("dies.mjs");
    const posted = JSON.parse(String((await dead.initError)?.body));
    assert.equal(posted.errorType, "Runtime.ServerNotReady");
    assert.match(posted.errorMessage, /status 4.*no database/s);
    assert.notEqual((await dead.exited).code, 0);
    await using silent = await start("silent.mjs");
    const late = JSON.parse(String((await silent.initError)?.body));
    assert.equal(late.errorType, "Runtime.ServerNotReady");
    assert.match(late.errorMessage, /accepted no connection/);
  });

  it("does not get the events of another program's port", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as { port: number };
    await using host = await start("server.mjs", { STDLAMBDA_WEB_PORT: String(port) });
    assert.match(String((await host.initError)?.body), /Another program listens/);
    other.close();
  });

  it("gets a port of its own where the usual one is taken and none is named", async () => {
    const usual = createServer().listen(8080, "127.0.0.1");
    await new Promise((resolve) => usual.once("listening", resolve).once("error", resolve));
    await using host = await folder.start("server.mjs", { STDLAMBDA_MODE: "web" });
    assert.equal((await answered(host, get("/seen"))).statusCode, 200);
    usual.close();
  });

  it("is told of the end, and gone with it", async () => {
    const host = await start("server.mjs", { STDLAMBDA_SIGTERM: "on" });
    const { body } = await answered(host, get("/pid"));
    await host.stop();
    assert.match(host.log(), /terminated/);
    assert.throws(() => process.kill(Number(body), 0));
  });
});
