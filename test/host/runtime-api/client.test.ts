// The calls of the Runtime API: what is sent, what is sent again, and what ends the host.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import fc from "fast-check";
import { createErrorReport, type ErrorReport } from "../../../host/answer/error-report.ts";
import { connectRuntimeApi } from "../../../host/runtime-api/client.ts";
import {
  type ConnectionScript,
  nextAnswer,
  type Peer,
  sized,
  startScriptedServer,
  unusedAddress,
} from "./scripted-server.ts";

const report = createErrorReport({ errorType: "Error", errorMessage: "no", stackTrace: ["at a"] });
const apiFailure = { name: "HostError", type: "Runtime.ApiFailure" };

const answering =
  (...answers: Buffer[]): ConnectionScript =>
  async (peer) => {
    for (const answer of answers) {
      await peer.request();
      await peer.write(answer);
    }
  };

const resetting: ConnectionScript = async (peer) => {
  await peer.request();
  peer.reset();
};

async function connect(...scripts: ConnectionScript[]) {
  const server = await startScriptedServer(...scripts);
  const warnings: string[] = [];
  const api = connectRuntimeApi(server.address, (message) => warnings.push(message));
  return { server, api, warnings, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const refusal = (status: number, errorType: string) =>
  sized(status, JSON.stringify({ errorMessage: "refused", errorType }));

test("a poll, a response, an error and the polls between share one connection", async () => {
  await using at = await connect(
    answering(nextAnswer("a", "one"), sized(202), nextAnswer("b", "two"), sized(202)),
  );
  const first = await at.api.next();
  assert.equal(first.event.toString(), "one");
  await at.api.respond(first.id, Buffer.from("r"), "text/plain");
  const second = await at.api.next();
  await at.api.fail(second.id, report);
  assert.equal(at.server.connections, 1);
  const [poll, response, , error] = at.server.requests;
  assert.match(
    poll?.head ?? "",
    /^GET \/2018-06-01\/runtime\/invocation\/next HTTP\/1\.1\r\nHost: 127\.0\.0\.1:\d+\r\nUser-Agent: stdlambda\/[\d.]+ node\/[\d.]+\r\n\r\n$/,
  );
  assert.match(response?.head ?? "", /^POST .*\/invocation\/a\/response HTTP\/1\.1\r\n/);
  assert.match(response?.head ?? "", /\r\nContent-Type: text\/plain\r\n/);
  assert.equal(response?.body.toString(), "r");
  assert.match(error?.head ?? "", /^POST .*\/invocation\/b\/error HTTP\/1\.1\r\n/);
  assert.match(error?.head ?? "", /\r\nLambda-Runtime-Function-Error-Type: Function\.Error\r\n/);
  assert.deepEqual(error?.body, report.body);
  assert.deepEqual(at.warnings, []);
});

test("no byte of an id, a content type or an error type begins a line or a path of its own", async () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", minLength: 1 }),
    fc.constantFrom(
      "\r\nX-Injected: 1",
      "\u010d\u010aX: 1",
      "../../x y?z#",
      "\r\n\r\nGET / HTTP/1.1",
    ),
  );
  await using at = await connect(async (peer: Peer) => {
    for (;;) {
      await peer.request();
      await peer.write(sized(202));
    }
  });
  const before = () => at.server.requests.length;
  await fc.assert(
    fc.asyncProperty(text, text, text, async (id, contentType, errorType) => {
      const from = before();
      await at.api.respond(id, Buffer.from("{}"), contentType);
      const hostile: ErrorReport = { ...report, headerType: errorType, xrayCause: contentType };
      await at.api.fail(id, hostile);
      await at.api.initError(hostile);
      const heads = at.server.requests.slice(from).map(({ head }) => head.split("\r\n"));
      assert.deepEqual(
        heads.map((lines) => lines.length),
        [6, 8, 8],
      );
      const path = /^POST \/2018-06-01\/runtime\/invocation\/[^/ ?#]+\/response HTTP\/1\.1$/;
      assert.match(heads[0]?.[0] as string, path);
      for (const line of heads.flat()) assert.match(line, /^[\x20-\x7e]*$/);
    }),
    { numRuns: 60 },
  );
  assert.equal(at.server.connections, 1);
});

test("the error that createErrorReport makes of anything is posted in whole lines", async () => {
  await using at = await connect(async (peer: Peer) => {
    for (;;) {
      await peer.request();
      await peer.write(sized(202));
    }
  });
  const text = fc.string({ unit: "binary" });
  await fc.assert(
    fc.asyncProperty(text, text, fc.array(text), async (errorType, errorMessage, stackTrace) => {
      const from = at.server.requests.length;
      await at.api.fail("id", createErrorReport({ errorType, errorMessage, stackTrace }));
      const sent = at.server.requests[from];
      assert.match(
        sent?.head ?? "",
        /\r\nLambda-Runtime-Function-Error-Type: (Runtime|Function)\.[A-Z][a-zA-Z]+\r\n/,
      );
      const told = JSON.parse(sent?.body.toString() ?? "");
      assert.deepEqual(told, { errorType, errorMessage, stackTrace });
    }),
    { numRuns: 60 },
  );
});

for (const [what, fault] of Object.entries<ConnectionScript>({
  reset: resetting,
  "closed before an answer": async (peer) => {
    await peer.request();
    peer.end();
  },
  "closed inside the head": async (peer) => {
    await peer.request();
    await peer.write("HTTP/1.1 200 OK\r\nLambda-Run");
    peer.end();
  },
  "closed inside the event": async (peer) => {
    await peer.request();
    await peer.write(nextAnswer("a", "an event").subarray(0, -3));
    peer.end();
  },
  "answered with no HTTP": answering(Buffer.from("no HTTP at all\r\n")),
})) {
  test(`a poll that is ${what} is tried again and gives its event`, async () => {
    await using at = await connect(fault, answering(nextAnswer("a", "an event")));
    assert.equal((await at.api.next()).event.toString(), "an event");
    assert.equal(at.server.connections, 2);
  });
}

test("polls that all fail are given up after five, 1.5 s later", async () => {
  await using at = await connect(resetting);
  const start = performance.now();
  await assert.rejects(at.api.next(), apiFailure);
  const took = performance.now() - start;
  assert.ok(took > 1400 && took < 2500, `${took} ms`);
  assert.equal(at.server.connections, 5);
});

for (const [status, errorType] of [
  [403, "InvalidStateTransition"],
  [500, "InternalServerError"],
  [404, "NotFound"],
  [204, "NoContent"],
] as const) {
  test(`a poll answered ${status} ends the host at once`, async () => {
    await using at = await connect(answering(refusal(status, errorType)));
    await assert.rejects(at.api.next(), apiFailure);
    assert.equal(at.server.requests.length, 1);
  });
}

test("an event without a request id ends the host", async () => {
  await using at = await connect(answering(sized(200, "{}")));
  await assert.rejects(at.api.next(), { ...apiFailure, message: /Aws-Request-Id/ });
});

for (const [status, errorType] of [
  [400, "InvalidRequestID"],
  [410, "InvokeTimeout"],
  [413, "RequestEntityTooLarge"],
] as const) {
  test(`a post answered ${status} ${errorType} is warned of, and the host goes on`, async () => {
    await using at = await connect(
      answering(refusal(status, errorType), refusal(status, errorType), nextAnswer("b")),
    );
    await at.api.respond("a", Buffer.from("{}"), "application/json");
    await at.api.fail("a", report);
    assert.equal(at.warnings.length, 2);
    assert.match(at.warnings[0] ?? "", new RegExp(`status ${status} .*${errorType}`));
    assert.equal((await at.api.next()).id, "b");
    assert.equal(at.server.connections, 1);
  });
}

for (const [status, errorType] of [
  [400, "InvalidFunctionResponseMode"],
  [400, "TruncatedHTTPRequest"],
  [403, "InvalidStateTransition"],
  [404, "NotFound"],
  [500, "InternalServerError"],
  [302, "Elsewhere"],
] as const) {
  test(`a post answered ${status} ${errorType} ends the host, and is not sent again`, async () => {
    await using at = await connect(
      answering(refusal(status, errorType), refusal(status, errorType)),
    );
    await assert.rejects(at.api.respond("a", Buffer.from("{}"), "x"), apiFailure);
    await assert.rejects(at.api.fail("a", report), apiFailure);
    assert.equal(at.server.requests.length, 2);
  });
}

test("a post on a connection that died is sent once more with the same bytes", async () => {
  const body = Buffer.alloc(300_000, "body ");
  await using at = await connect(
    async (peer) => {
      await peer.request();
      await peer.write(nextAnswer("a"));
      await delay(10);
      peer.reset();
    },
    answering(sized(202)),
  );
  const { id } = await at.api.next();
  await at.api.respond(id, body, "x");
  assert.ok(at.server.requests.at(-1)?.body.equals(body));
  assert.deepEqual(at.warnings, []);
});

test("a post whose connection breaks twice ends the host: there is no third", async () => {
  await using at = await connect(resetting);
  await assert.rejects(at.api.respond("a", Buffer.from("{}"), "x"), apiFailure);
  assert.equal(at.server.requests.length, 2);
});

for (const [status, errorType] of [
  [403, "InvalidStateTransition"],
  [400, "InvalidRequestID"],
] as const) {
  test(`a post whose answer was lost had arrived: ${status} to the second does not end the host`, async () => {
    await using at = await connect(
      resetting,
      answering(refusal(status, errorType), nextAnswer("b")),
    );
    await at.api.respond("a", Buffer.from("{}"), "x");
    assert.equal(at.warnings.length, 1);
    assert.equal((await at.api.next()).id, "b");
  });
}

test("an API that is down ends each call with an error that says what to check", async () => {
  const api = connectRuntimeApi(await unusedAddress(), assert.fail);
  await assert.rejects(api.respond("a", Buffer.from("{}"), "x"), {
    ...apiFailure,
    message: /ECONNREFUSED.*AWS_LAMBDA_RUNTIME_API/,
  });
  await assert.rejects(api.initError(report), { name: "ConnectionError" });
});

for (const status of [403, 500]) {
  test(`an init error answered ${status} is warned of`, async () => {
    await using at = await connect(answering(sized(status, "no")));
    await at.api.initError(report);
    assert.match(at.warnings[0] ?? "", new RegExp(`not taken: status ${status}`));
    assert.equal(at.server.requests.length, 1);
  });
}

test("an init error that is not answered is not waited for", async () => {
  await using at = await connect(async (peer) => {
    await peer.request();
  });
  const start = performance.now();
  await at.api.initError(report);
  assert.ok(performance.now() - start < 800);
  assert.match(at.warnings[0] ?? "", /did not answer/);
  assert.match(at.server.requests[0]?.head ?? "", /^POST \/2018-06-01\/runtime\/init\/error /);
});
