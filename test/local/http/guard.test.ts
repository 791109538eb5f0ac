// Which pages may call which address: the API none, function URLs those that are allowed, and visits.
import assert from "node:assert/strict";
import { request } from "node:http";
import { type TestContext, test } from "node:test";
import { startTestService } from "../service/test-service.ts";

const api = "/2015-03-31/functions/hello/invocations";
const url = "/lambda-url/hello/path?n=1";
const page = "http://localhost:5173";
const navigation = { "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document" };

async function start(t: TestContext, allowedOrigins: readonly string[] = []) {
  const service = await startTestService(
    t,
    {
      "hello.mjs":
        "export const handler = async ({ headers, requestContext }) => ({ statusCode: 200, headers: { 'access-control-allow-origin': 'from the function' }, body: [requestContext?.http.method, headers?.origin].join(' ') });",
      "stdlambda.config.json": JSON.stringify({
        functions: { hello: { handler: "hello.handler", url: true } },
      }),
    },
    { allowedOrigins },
  );
  /** Not by fetch, which keeps these headers to itself. */
  return (method: string, path: string, headers: Record<string, string>) =>
    new Promise<{ status: number | undefined; body: string; allowed: unknown }>(
      (resolve, reject) => {
        const sent = request(`${service.url}${path}`, { method, headers }, async (answer) => {
          const body = (await answer.toArray()).join("");
          const allowed = answer.headers["access-control-allow-origin"];
          resolve({ status: answer.statusCode, body, allowed });
        });
        sent.on("error", reject).end(method === "POST" ? "{}" : undefined);
      },
    );
}

test("no page calls anything of its own accord", async (t) => {
  const call = await start(t);
  for (const path of [api, url]) {
    for (const headers of [
      { Origin: page },
      { Origin: "null" },
      { Origin: page, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors" },
      { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image" },
      { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe" },
    ]) {
      const { status, body } = await call("POST", path, headers);
      assert.equal(status, 403, JSON.stringify(headers));
      assert.match(body, /may not call this service/);
    }
  }
  const { body } = await call("POST", url, { Origin: page });
  assert.match(body, /--allow-origin http:\/\/localhost:5173/, "says what to do");
});

test("a page that the user allows reaches the function, which answers as on AWS", async (t) => {
  for (const allowed of [[page], ["https://other.example", page], ["*"]]) {
    const call = await start(t, allowed);
    const crossSite = { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors" };
    for (const method of ["POST", "OPTIONS", "DELETE"]) {
      // Without Cors settings the function itself answers preflights.
      const { status, body, allowed } = await call(method, url, { Origin: page, ...crossSite });
      assert.deepEqual([status, body], [200, `${method} ${page}`]);
      assert.equal(allowed, "from the function");
    }
    assert.equal((await call("POST", api, { Origin: page })).status, 403, "never the API");
  }
  const call = await start(t, [page]);
  assert.equal((await call("GET", url, { Origin: "http://localhost:5174" })).status, 403);
  assert.equal((await call("GET", url, { Origin: `${page}.evil.example` })).status, 403);
});

test("a visit from another site is answered, by a link and by a form", async (t) => {
  const call = await start(t);
  const link = { "Sec-Fetch-Site": "cross-site", ...navigation };
  assert.deepEqual((await call("GET", url, link)).body, "GET ");
  const form = { ...link, Origin: "https://login.example" };
  assert.deepEqual((await call("POST", url, form)).body, "POST https://login.example");
  for (const headers of [link, form]) {
    assert.equal((await call("POST", api, headers)).status, 403, "not of the API");
  }
});

test("a visit does not lead past the Host header", async (t) => {
  const call = await start(t, ["*"]);
  const { status, body } = await call("GET", url, { Host: "evil.example", ...navigation });
  assert.equal(status, 403);
  assert.match(body, /Host header/);
});
