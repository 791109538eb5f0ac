// The fake notices what a runtime must not do, and answers as the platform's states say.
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { type FakeRuntimeApi, startFakeRuntimeApi } from "./runtime-api.ts";
import type { EventTurn } from "./turn.ts";
import type { ViolationName } from "./violations.ts";

const next = get("/2018-06-01/runtime/invocation/next");
const respond = (id = "id-1", body = "{}") => post(`invocation/${id}/response`, body);
const fail = (body = '{"errorType":"A"}', headers = "") =>
  post("invocation/id-1/error", body, headers);
const initError = (body = '{"errorType":"A"}') => post("init/error", body);

const breaches: { what: string; requests: string[]; found: ViolationName[]; status: number }[] = [
  {
    what: "next before the event was answered, which gives the same event again",
    requests: [next, next],
    found: ["poll while running"],
    status: 200,
  },
  {
    what: "a second answer",
    requests: [next, respond(), respond()],
    found: ["second answer"],
    status: 403,
  },
  {
    what: "an error after the response",
    requests: [next, respond(), fail()],
    found: ["second answer"],
    status: 403,
  },
  {
    what: "an answer for another id, checked before the state",
    requests: [next, respond(), respond("id-0")],
    found: ["unknown request id"],
    status: 400,
  },
  {
    what: "init/error after next",
    requests: [next, initError()],
    found: ["init error after init"],
    status: 403,
  },
  {
    what: "next after init/error",
    requests: [initError(), next],
    found: ["poll after init error"],
    status: 403,
  },
  {
    what: "init/error twice",
    requests: [initError(), initError()],
    found: ["second init error"],
    status: 403,
  },
  {
    what: "an error type outside the platform's pattern",
    requests: [next, fail("{}", "Lambda-Runtime-Function-Error-Type: Oops\r\n")],
    found: ["malformed error type"],
    status: 202,
  },
  {
    what: "an error body of more than 256 KiB",
    requests: [next, fail(JSON.stringify({ errorMessage: "x".repeat(256 * 1024) }))],
    found: ["large error body"],
    status: 202,
  },
  {
    what: "an error body that is no JSON object",
    requests: [next, fail("[]")],
    found: ["malformed error body"],
    status: 202,
  },
  {
    what: "an X-Ray cause that is no JSON",
    requests: [next, fail("{}", "Lambda-Runtime-Function-XRay-Error-Cause: oops\r\n")],
    found: ["malformed error cause"],
    status: 202,
  },
  {
    what: "a path that the Runtime API does not have",
    requests: [get("/2018-06-01/runtime/invocation")],
    found: ["unknown request"],
    status: 404,
  },
  {
    what: "no Host header",
    requests: ["GET /ping HTTP/1.1\r\n\r\n"],
    found: ["malformed request"],
    status: 400,
  },
  {
    what: "a response mode in capitals",
    requests: [
      next,
      post(
        "invocation/id-1/response",
        "{}",
        "Lambda-Runtime-Function-Response-Mode: Streaming\r\n",
      ),
    ],
    found: ["malformed response mode"],
    status: 202,
  },
];

for (const { what, requests, found, status } of breaches) {
  test(`the fake notes ${what}`, async () => {
    await using api = await startFakeRuntimeApi({ turns: [turn(), turn("id-2")] });
    const answer = await say(api, requests);
    deepEqual(
      api.violations.map(({ name }) => name),
      found,
    );
    match(answer, new RegExp(`^HTTP/1\\.1 ${status} `));
  });
}

test("a runtime that keeps to the rules is blamed for nothing", async () => {
  await using api = await startFakeRuntimeApi({ turns: [turn("id-1"), turn("id-2")] });
  await say(api, [next, respond("id-1"), next, fail().replace("id-1", "id-2")]);
  deepEqual(api.violations, []);
  deepEqual(
    api.turns.map(({ posts }) => posts.map(({ status }) => status)),
    [[202], [202]],
  );
});

test("a poll that is given up is noted", async () => {
  await using api = await startFakeRuntimeApi({ turns: [] });
  const socket = await open(api);
  socket.write(next);
  await api.idle();
  socket.destroy();
  await delay(50);
  deepEqual(
    api.violations.map(({ name }) => name),
    ["poll aborted"],
  );
});

test("two polls at a time and two requests in one write are noted", async () => {
  await using api = await startFakeRuntimeApi({ turns: [] });
  const first = await open(api);
  first.write(next);
  await api.idle();
  const second = await open(api);
  second.write(next + next);
  await delay(50);
  deepEqual(api.violations.map(({ name }) => name).sort(), [
    "pipelined request",
    "poll while polling",
    "poll while polling",
  ]);
});

test("a post that breaks off is noted", async () => {
  await using api = await startFakeRuntimeApi({ turns: [turn()] });
  const socket = await open(api);
  socket.write(next);
  await once(socket, "data");
  socket.end(respond("id-1", "{}").slice(0, -1));
  await delay(50);
  deepEqual(
    api.violations.map(({ name }) => name),
    ["truncated request"],
  );
});

test("a streamed post is recorded chunk by chunk with its trailers, an undeclared one is noted", async () => {
  await using api = await startFakeRuntimeApi({ turns: [turn()] });
  const head =
    "POST /2018-06-01/runtime/invocation/id-1/response HTTP/1.1\r\nHost: a\r\n" +
    "Lambda-Runtime-Function-Response-Mode: streaming\r\nTransfer-Encoding: chunked\r\n" +
    "Trailer: Lambda-Runtime-Function-Error-Type\r\nConnection: close\r\n\r\n";
  const socket = await open(api);
  socket.write(next);
  await once(socket, "data");
  for (const bytes of `${head}5\r\nhello\r\n6;a=b\r\n world\r\n`) socket.write(bytes);
  await delay(30);
  socket.write("1\r\n!\r\n0\r\nLambda-Runtime-Function-Error-Type: A\r\nX-Other: b\r\n\r\n");
  await once(socket, "close");
  const [post] = api.turns[0]?.posts ?? [];
  const chunks = post?.chunks ?? [];
  equal(chunks.map(({ bytes }) => bytes).join(""), "hello world!");
  const waited = (chunks.at(-1)?.epochMs ?? 0) - (chunks[0]?.epochMs ?? 0);
  ok(waited >= 25, `the last chunk is recorded ${waited} ms after the first`);
  deepEqual(post?.trailers, { "lambda-runtime-function-error-type": "A", "x-other": "b" });
  deepEqual(
    api.violations.map(({ name, detail }) => `${name}: ${detail}`),
    ["undeclared trailer: x-other"],
  );
});

test("every odd delivery of an event means the same event", async () => {
  const event = Buffer.from("0123456789".repeat(20));
  for (const delivery of [
    { chunked: true },
    { splitHead: true },
    { lowerCase: true, chunked: true, splitHead: true },
  ]) {
    await using api = await startFakeRuntimeApi({ turns: [{ ...turn(), event, delivery }] });
    const response = await fetch(`http://${api.address}/2018-06-01/runtime/invocation/next`);
    equal(response.headers.get("lambda-runtime-aws-request-id"), "id-1");
    equal(await response.text(), event.toString());
  }
});

test("a reset, an end and an API that is down are what the client sees", async () => {
  for (const [fault, seen] of [
    ["reset", "ECONNRESET"],
    ["end", ""],
    ["half a head", "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Re"],
    ["down", "ECONNRESET"],
  ] as const) {
    await using api = await startFakeRuntimeApi({ turns: [{ fault }] });
    const outcome = await say(api, [next]).catch((error) => error.code);
    equal(outcome, seen, fault);
    if (fault !== "down") continue;
    equal(await open(api).catch((error) => error.code), "ECONNREFUSED");
  }
});

test("an internal extension may register, but not for SHUTDOWN", async () => {
  await using api = await startFakeRuntimeApi({ turns: [] });
  const extensions = `http://${api.address}/2020-01-01/extension`;
  const register = (events: string[]) =>
    fetch(`${extensions}/register`, {
      method: "POST",
      headers: { "Lambda-Extension-Name": "x" },
      body: JSON.stringify({ events }),
    });
  const refused = await register(["SHUTDOWN"]);
  equal(refused.status, 403);
  match(await refused.text(), /ShutdownEventNotSupportedForInternalExtension/);
  const accepted = await register([]);
  equal(accepted.status, 200);
  ok(accepted.headers.get("lambda-extension-identifier"));
});

function turn(requestId = "id-1"): EventTurn {
  return {
    requestId,
    event: Buffer.from("{}"),
    headers: () => [["Lambda-Runtime-Aws-Request-Id", requestId]],
    holdMs: 0,
    delivery: {},
    posts: [],
    postDelivery: {},
  };
}

function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
}

function post(path: string, body: string, headers = ""): string {
  const length = Buffer.byteLength(body);
  return `POST /2018-06-01/runtime/${path} HTTP/1.1\r\nHost: a\r\n${headers}Content-Length: ${length}\r\n\r\n${body}`;
}

async function open(api: FakeRuntimeApi) {
  const [host, port] = api.address.split(":");
  const socket = connect({ port: Number(port), host: host ?? "", noDelay: true });
  await once(socket, "connect");
  return socket;
}

/** Sends the requests one after the other on one connection; the last answer's bytes. */
async function say(api: FakeRuntimeApi, requests: string[]): Promise<string> {
  const socket = await open(api);
  let answer = "";
  for (const request of requests) {
    socket.write(request);
    const data = await Promise.race([once(socket, "data"), once(socket, "end")]);
    answer = String(data[0] ?? "");
  }
  socket.destroy();
  return answer;
}
