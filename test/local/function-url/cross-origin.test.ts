// What browsers are told of a URL's Cors settings.
import assert from "node:assert/strict";
import { test } from "node:test";
import { functionUrlOriginAllowed } from "../../../local/function-url/cross-origin.ts";
import { type Configuration, failed, returned, startUrl } from "./url-server.ts";

const page = "https://app.example";
const cors = {
  AllowOrigins: [page, "http://localhost:5173"],
  AllowMethods: ["GET", "PUT"],
  AllowHeaders: ["Authorization", "X-Custom"],
  ExposeHeaders: ["X-Count"],
  AllowCredentials: true,
  MaxAge: 300,
};

function configure(Cors: Configuration["Cors"], AuthType: "NONE" | "AWS_IAM" = "NONE") {
  return { AuthType, Cors, FunctionUrl: undefined } satisfies Configuration;
}

/** The answer's headers that have to do with origins. */
async function answered(url: string, method: string, headers: Record<string, string>) {
  const response = await fetch(url, { method, headers });
  const relevant = [...response.headers].filter(([name]) => /^(access-control-|vary)/.test(name));
  return { status: response.status, ...Object.fromEntries(relevant) };
}

function preflight(url: string, method: string, names: string, origin = page) {
  return answered(url, "OPTIONS", {
    Origin: origin,
    "Access-Control-Request-Method": method,
    "Access-Control-Request-Headers": names,
  });
}

test("a preflight is answered without the function, and without a signature", async (t) => {
  const server = await startUrl(t, () => returned({}), configure(cors, "AWS_IAM"));
  assert.deepEqual(await preflight(server.url, "PUT", "authorization, x-custom"), {
    status: 200,
    "access-control-allow-origin": page,
    "access-control-allow-headers": "Authorization,X-Custom",
    "access-control-allow-methods": "GET,PUT",
    "access-control-allow-credentials": "true",
    "access-control-max-age": "300",
    vary: "Origin",
  });
  assert.equal(server.events.length, 0);
});

test("a preflight that asks for more than is allowed is allowed nothing", async (t) => {
  const server = await startUrl(t, () => returned({}), configure(cors));
  assert.deepEqual(await preflight(server.url, "DELETE", "authorization"), { status: 200 });
  assert.deepEqual(await preflight(server.url, "GET", "x-other"), { status: 200 });
  assert.deepEqual(await preflight(server.url, "GET", "", "https://evil.example"), {
    status: 200,
  });
  assert.equal(server.events.length, 0);
});

test("without allowed origins OPTIONS is the function's own affair", async (t) => {
  const server = await startUrl(t, () => returned({ statusCode: 299 }), configure({}));
  assert.deepEqual(await preflight(server.url, "GET", ""), { status: 299 });
  assert.equal(server.events.length, 1);
});

test("answers to allowed origins say so, errors too", async (t) => {
  const results = [returned({}), { kind: "error", ...failed() } as const];
  const server = await startUrl(t, () => results.shift() ?? returned({}), configure(cors));
  for (const status of [200, 502]) {
    assert.deepEqual(await answered(server.url, "GET", { Origin: page }), {
      status,
      "access-control-allow-origin": page,
      "access-control-allow-credentials": "true",
      "access-control-expose-headers": "X-Count",
      vary: "Origin",
    });
  }
  assert.deepEqual(await answered(server.url, "GET", {}), { status: 200 });
  const evil = { Origin: "https://evil.example" };
  assert.deepEqual(await answered(server.url, "GET", evil), { status: 200 });
});

test("the wildcard is sent as such, but an origin is named to send credentials", async (t) => {
  const open = await startUrl(t, () => returned({}), configure({ AllowOrigins: ["*"] }));
  assert.deepEqual(await answered(open.url, "GET", { Origin: page }), {
    status: 200,
    "access-control-allow-origin": "*",
  });
  const settings = configure({ AllowOrigins: ["*"], AllowCredentials: true });
  const named = await startUrl(t, () => returned({}), settings);
  const response = await answered(named.url, "GET", { Origin: page });
  assert.equal(response["access-control-allow-origin" as keyof typeof response], page);
});

test("what a function says as well is sent beside it, as AWS does", async (t) => {
  const headers = { "access-control-allow-origin": "*" };
  const server = await startUrl(t, () => returned({ statusCode: 200, headers }), configure(cors));
  const response = await fetch(server.url, { headers: { Origin: page } });
  assert.equal(response.headers.get("access-control-allow-origin"), `*, ${page}`);
});

test("an origin is allowed by name or by the wildcard", () => {
  assert.equal(functionUrlOriginAllowed(page, { Cors: cors }), true);
  assert.equal(functionUrlOriginAllowed(`${page}.evil.example`, { Cors: cors }), false);
  assert.equal(functionUrlOriginAllowed("null", { Cors: cors }), false);
  assert.equal(functionUrlOriginAllowed("null", { Cors: { AllowOrigins: ["*"] } }), true);
  assert.equal(functionUrlOriginAllowed(page, {}), false);
});
