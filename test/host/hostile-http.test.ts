// Requests and answers that nobody should send: whatever comes, the host answers each event once, and
// no header is leaked, added or split.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Host } from "../helpers/runtime-api.ts";
import { alb, albLists, lattice, payload1, payload2 } from "./event/http-events.ts";
import { functionFolder } from "./runners/function-folder.ts";

const folder = functionFolder({
  "print.sh": "#!/bin/sh\nexec cat\n",
  "environment.sh":
    "#!/bin/sh\nprintf 'Content-Type: application/octet-stream\\n\\n'\nexec env -0\n",
  "app.mjs": `export default { async fetch(request) {
  return Response.json({ headers: [...request.headers], body: (await request.bytes()).length });
} };`,
  // It counts requests: one more than events means that one was smuggled.
  "server.mjs": `import { createServer } from "node:http";
let count = 0;
createServer({ maxHeaderSize: 1 << 21, requireHostHeader: true }, async (request, response) => {
  count++;
  let length = 0;
  for await (const chunk of request) length += chunk.length;
  response.end(JSON.stringify({ count, headers: request.rawHeaders, length }));
}).listen(process.env.PORT);`,
  // What a server might send: the bytes of the body, and then the end of the connection, or nothing.
  "raw.mjs": `import { createServer } from "node:net";
createServer((socket) => {
  let seen = Buffer.alloc(0);
  socket.on("error", () => {});
  socket.on("data", (data) => {
    seen = Buffer.concat([seen, data]);
    const head = seen.indexOf("\\r\\n\\r\\n");
    const length = Number(/content-length: (\\d+)/i.exec(seen.toString("latin1"))?.[1] ?? 0);
    if (head < 0 || seen.length < head + 4 + length) return;
    const bytes = seen.subarray(head + 4, head + 4 + length);
    const hangs = seen.toString("latin1").startsWith("POST /hang");
    seen = Buffer.alloc(0);
    socket.write(bytes);
    if (!hangs) socket.end();
  });
}).listen(process.env.PORT, "127.0.0.1");`,
});

const token = /^[!#$%&'*+.^_\x60|~0-9A-Za-z-]+$/;

const shapes = { payload1, payload2, alb, albLists, lattice };
const shape = fc.constantFrom(...(Object.keys(shapes) as (keyof typeof shapes)[]));
const bodied = (name: keyof typeof shapes, body: Uint8Array, change: object = {}) => ({
  ...shapes[name](),
  ...change,
  body: Buffer.from(body).toString("base64"),
  isBase64Encoded: true,
});

/** Headers of an answer in any source's form, each value apart. */
function headersOf(answer: Record<string, Record<string, string | string[]>>) {
  return [answer.headers, answer.multiValueHeaders]
    .filter((all) => all !== undefined)
    .flatMap((all) => Object.entries(all))
    .flatMap(([name, values]) => [values].flat().map((value) => [name, value] as const));
}

/** What every answer to a request must be; a function error is one for this event. */
function checkAnswer(status: string, body: Buffer) {
  const answer = JSON.parse(String(body));
  if (status === "error") {
    assert.match(answer.errorType, /^\w/);
    return undefined;
  }
  assert.ok(answer.statusCode >= 100 && answer.statusCode <= 599, String(body));
  for (const [name, value] of headersOf(answer)) {
    assert.match(name, token);
    assert.doesNotMatch(value, /[\0\r\n]/);
    assert.doesNotMatch(name, /^(connection|transfer-encoding|content-length)$/i);
  }
  for (const cookie of answer.cookies ?? []) {
    assert.doesNotMatch(cookie, /[\0\r\n]/);
  }
  const encoding = answer.isBase64Encoded ? "base64" : "utf8";
  return { ...answer, bytes: Buffer.from(answer.body ?? "", encoding) };
}

const numRuns = 150;
const odd = fc.constantFrom(
  ...["\r\n", "\r", "\n", "\0", ":", " ", "\t", "\x7f", "\xff", "ü", "\u2028", ";", ",", '"', "a"],
);
const line = fc.array(fc.oneof(odd, fc.string({ maxLength: 6 })), { maxLength: 6 });
const text = line.map((parts) => parts.join(""));
const name = fc.oneof(
  fc.constantFrom("Proxy", "proxy", "PROXY", "Transfer-Encoding", "Content-Length", "Connection"),
  fc.constantFrom("Expect", "Upgrade", "Host", "host", "Cookie", "X-A", "X_A", "x-a", "TE", "Via"),
  fc.constantFrom("X-Amz-Tenant-Id", "X-Amzn-Lambda-Context", "x-amzn-request-context"),
  text,
);

function variablesOf(output: Buffer | undefined): Record<string, string> {
  const entries = String(output).split("\0").slice(0, -1);
  return Object.fromEntries(
    entries.map((entry) => [
      entry.slice(0, entry.indexOf("=")),
      entry.slice(entry.indexOf("=") + 1),
    ]),
  );
}

async function stillServes(host: Host): Promise<void> {
  const { status } = await host.invoke(bodied("payload2", Buffer.from("plain")));
  assert.equal(status, "response");
}

describe("hostile stdout", () => {
  const field = fc.tuple(
    fc.oneof(fc.constantFrom("Status", "Content-Type", "Location", "Set-Cookie"), name),
    fc.oneof(fc.constantFrom("200 OK", "99", "600", "0404", "chunked", "5", "a=b"), text),
  );
  const block = fc
    .tuple(fc.array(field, { maxLength: 8 }), fc.constantFrom("\r\n", "\n"), text)
    .map(([fields, end, body]) =>
      Buffer.from(`${fields.map(([a, b]) => `${a}: ${b}${end}`).join("")}${end}${body}`),
    );
  const stdout = fc.oneof(block, fc.uint8Array({ maxLength: 200 }));

  it("becomes one answer, whole", async () => {
    await using host = await folder.start("print.sh", { STDLAMBDA_STDIN: "body" });
    await fc.assert(
      fc.asyncProperty(shape, stdout, async (source, bytes) => {
        const { status, body } = await host.invoke(bodied(source, bytes));
        assert.equal(status, "response");
        checkAnswer(status, body);
      }),
      { numRuns },
    );
  });

  it("streams one prelude, and no second", async () => {
    const env = { STDLAMBDA_STDIN: "body", STDLAMBDA_STDOUT: "stream" };
    await using host = await folder.start("print.sh", env);
    await fc.assert(
      fc.asyncProperty(stdout, async (bytes) => {
        const { status, body } = await host.invoke(bodied("payload2", bytes));
        assert.equal(status, "response");
        const end = body.indexOf("\0".repeat(8));
        assert.ok(end > 0, "it has a prelude");
        checkAnswer(status, body.subarray(0, end));
      }),
      { numRuns },
    );
  });

  it("may be endless, or a block of 10,000 fields", async () => {
    await using host = await folder.start("print.sh", { STDLAMBDA_STDIN: "body" });
    const fields = "Content-Type: text/plain\nX-A: 1\n".repeat(5_000);
    const many = checkAnswer(...(await sent(host, `${fields}\nbody`)));
    assert.equal(many?.statusCode, 200);
    // Without an empty line: a block that never ends.
    checkAnswer(...(await sent(host, `Status: 200\n${"a".repeat(3_000_000)}`)));
    checkAnswer(...(await sent(host, `Status: 200\nX-${"a".repeat(8192)}: 1\n\n`)));
    await stillServes(host);
  });
});

async function sent(host: Host, body: string): Promise<[string, Buffer]> {
  const answer = await host.invoke(bodied("payload2", Buffer.from(body)));
  return [answer.status, answer.body];
}

describe("a hostile request", () => {
  const requests = fc.record({
    headers: fc.dictionary(name, text, { maxKeys: 8 }),
    lists: fc.dictionary(name, fc.array(text, { maxLength: 3 }), { maxKeys: 4 }),
    cookies: fc.array(text, { maxLength: 3 }),
    path: text.map((path) => `/${path}`),
    query: text,
    body: fc.uint8Array({ maxLength: 50 }),
  });
  type Requests = typeof requests extends fc.Arbitrary<infer R> ? R : never;
  const eventOf = (source: keyof typeof shapes, request: Requests) => {
    const { headers, lists, cookies, path, query, body } = request;
    const isMultiple = source === "albLists" || source === "payload1";
    return bodied(source, body, {
      ...{ headers: source === "lattice" ? lists : headers, rawPath: path, path, cookies },
      ...(source === "lattice" && { rawPath: undefined }),
      ...(isMultiple && { multiValueHeaders: lists }),
      rawQueryString: query,
    });
  };

  it("sets no variable but those of its headers", async () => {
    await using host = await folder.start("environment.sh");
    const own = checkAnswer(...(await sent(host, "")));
    const known = new Set(Object.keys(variablesOf(own?.bytes)));
    await fc.assert(
      fc.asyncProperty(shape, requests, async (source, request) => {
        const { status, body } = await host.invoke(eventOf(source, request));
        assert.equal(status, "response");
        const variables = variablesOf(checkAnswer(status, body)?.bytes);
        assert.equal(variables.HTTP_PROXY, undefined);
        assert.equal(variables.http_proxy, undefined);
        for (const [variable, value] of Object.entries(variables)) {
          if (!known.has(variable)) assert.match(variable, /^(HTTP_|CONTENT_|HTTPS$|REMOTE_)/);
          if (variable.startsWith("HTTP_")) assert.doesNotMatch(value, /[\0\r\n]/);
        }
      }),
      { numRuns },
    );
  });

  it("is one Request, or refused", async () => {
    await using host = await folder.start("app.fetch");
    await fc.assert(
      fc.asyncProperty(shape, requests, async (source, request) => {
        const { status, body } = await host.invoke(eventOf(source, request));
        assert.equal(status, "response", String(body));
        checkAnswer(status, body);
      }),
      { numRuns },
    );
  });

  it("is one request to a server, with its body and no header of its making", async () => {
    const env = { STDLAMBDA_MODE: "web", STDLAMBDA_WEB_PORT: "19731" };
    await using host = await folder.start("server.mjs", env);
    let count = 0;
    await fc.assert(
      fc.asyncProperty(shape, requests, async (source, request) => {
        const { status, body } = await host.invoke(eventOf(source, request));
        const answer = checkAnswer(status, body);
        assert.equal(status, "response", String(body));
        if (answer?.statusCode !== 200) return;
        const seen = JSON.parse(String(answer.bytes));
        assert.equal(seen.count, ++count);
        assert.equal(seen.length, request.body.length);
        const values = (wanted: string) =>
          seen.headers.filter(
            (_: string, at: number) =>
              at % 2 === 1 && seen.headers[at - 1].toLowerCase() === wanted,
          );
        for (const once of ["host", "content-length", "x-amzn-lambda-context"]) {
          assert.ok(values(once).length <= 1, once);
        }
        assert.ok(JSON.parse(values("x-amzn-lambda-context")[0]).awsRequestId);
        for (const never of ["transfer-encoding", "x-amz-tenant-id", "upgrade"]) {
          assert.deepEqual(values(never), []);
        }
      }),
      { numRuns },
    );
  });

  for (const [handler, env] of [
    ["environment.sh", {}],
    ["app.fetch", {}],
    ["server.mjs", { STDLAMBDA_MODE: "web", STDLAMBDA_WEB_PORT: "19732" }],
  ] as const) {
    it(`may have 10,000 headers and names of 8 KB: ${handler}`, async () => {
      await using host = await folder.start(handler, env);
      const many = Object.fromEntries(
        Array.from({ length: 10_000 }, (_, at) => [`x-header-${at}`, "value"]),
      );
      const long = { [`x-${"n".repeat(8192)}`]: "1", "x-large": "v".repeat(200_000) };
      for (const headers of [many, long]) {
        const { status, body } = await host.invoke(
          bodied("payload2", Buffer.from("b"), { headers: { host: "example.org", ...headers } }),
        );
        checkAnswer(status, body);
      }
      await stillServes(host);
    });
  }
});

describe("a hostile server", () => {
  const status = fc.constantFrom(
    "200 OK",
    "204 No",
    "99 X",
    "1000 X",
    "200",
    "abc",
    "100 Continue",
  );
  const fields = fc.array(
    fc
      .tuple(
        fc.oneof(fc.constantFrom("Content-Length", "Transfer-Encoding", "Set-Cookie"), name),
        fc.oneof(fc.constantFrom("3", "300", "-1", "3, 4", "chunked", "gzip", "a=b"), text),
      )
      .map(([a, b]) => `${a}: ${b}\r\n`),
    { maxLength: 5 },
  );
  const raw = fc.oneof(
    fc
      .tuple(status, fields, text)
      .map(([line, all, body]) => Buffer.from(`HTTP/1.1 ${line}\r\n${all.join("")}\r\n${body}`)),
    fc.uint8Array({ maxLength: 100 }),
  );

  for (const stdout of ["auto", "stream"]) {
    it(`is answered for, with STDLAMBDA_STDOUT=${stdout}`, async () => {
      const port = stdout === "auto" ? "19733" : "19734";
      const env = { STDLAMBDA_MODE: "web", STDLAMBDA_WEB_PORT: port, STDLAMBDA_STDOUT: stdout };
      await using host = await folder.start("raw.mjs", env);
      await fc.assert(
        fc.asyncProperty(shape, raw, async (source, bytes) => {
          const { status, body } = await host.invoke(bodied(source, bytes));
          const end = stdout === "stream" ? body.indexOf("\0".repeat(8)) : -1;
          checkAnswer(status, end < 0 ? body : body.subarray(0, end));
        }),
        // A connection that breaks off costs 200 ms: the server may be about to end.
        { numRuns: numRuns / 3 },
      );
    });
  }

  it("that never ends its head, or sends less than it says, costs its event alone", async () => {
    const env = { STDLAMBDA_MODE: "web", STDLAMBDA_WEB_PORT: "19735" };
    await using host = await folder.start("raw.mjs", env);
    const whole = bodied("payload2", Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
    const answered = async () => checkAnswer("response", (await host.invoke(whole)).body)?.body;
    // A host that is still starting would get the event behind its deadline.
    assert.equal(await answered(), "ok");
    for (const bytes of [
      "HTTP/1.1 200 OK\r\nX-A: 1\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\na",
    ]) {
      const event = bodied("payload2", Buffer.from(bytes), { rawPath: "/hang" });
      const { status, body } = await host.invoke(event, { deadlineMs: Date.now() + 1500 });
      assert.equal(status, "error");
      assert.equal(JSON.parse(String(body)).errorType, "Function.Timeout");
    }
    assert.equal(await answered(), "ok");
  });
});
