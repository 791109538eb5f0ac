import assert from "node:assert/strict";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../../end-to-end/dev-process.ts";
import { startServe } from "./serve-process.ts";

const cat = "#!/bin/sh\ncat\n";
const slow = "#!/bin/sh\nsleep 2\necho done\n";

test("runs functions by their names, the body being the event, and a single one at /", async (t) => {
  const serve = await startServe(t, {
    "cat.sh": cat,
    "fail.sh": "#!/bin/sh\necho partly\necho 'no such order' >&2\nexit 3\n",
    "greet.mjs": "export const main = async () => { console.log('hello'); };",
  });
  const answered = await serve.post("/cat", '{"a":1}');
  assert.equal(answered.status, 200);
  assert.equal(answered.headers.get("content-type"), "application/json");
  assert.equal(await answered.text(), '{"a":1}');
  assert.equal(await (await fetch(`${serve.url}/cat`)).text(), "{}", "no body");
  const greeted = await serve.post("/greet", "{}");
  assert.equal(await greeted.text(), "hello\n");
  assert.match(greeted.headers.get("content-type") ?? "", /^text\/plain/);
  const failed = await serve.post("/fail", "{}");
  assert.equal(failed.status, 500);
  assert.deepEqual(await failed.json(), {
    errorType: "Function.Exit3",
    errorMessage: "no such order",
    stackTrace: [],
  });
  for (const path of ["/", "/nobody", "/cat/below", "/%63at%00", "/../cat%2f"]) {
    const refused = await serve.post(path, "{}");
    assert.equal(refused.status, 404, path);
    assert.equal(((await refused.json()) as { errorType: string }).errorType, "NotFound");
  }

  const single = await startServe(t, { "cat.sh": cat });
  assert.equal(await (await single.post("/", "[1]")).text(), "[1]");
  assert.equal(await (await single.post("/cat/", "[2]")).text(), "[2]");
});

test("takes 6 MB byte for byte, and no more", async (t) => {
  const serve = await startServe(t, { "cat.sh": cat });
  const body = Buffer.alloc(6_291_556, "0123456789");
  const answered = await serve.post("/", body);
  assert.equal(answered.status, 200);
  assert.ok(Buffer.from(await answered.arrayBuffer()).equals(body));
  const refused = await serve.post("/", Buffer.concat([body, Buffer.from("1")]));
  assert.equal(refused.status, 413);
  // Without a length: what is too much is seen as it comes.
  const chunked = await fetch(serve.url, {
    method: "POST",
    duplex: "half",
    body: new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array(body));
        controller.enqueue(new Uint8Array(1));
        controller.close();
      },
    }),
  } as RequestInit);
  assert.equal(chunked.status, 413);
  assert.equal((await serve.post("/", "1")).status, 200, "the next one is served");
});

test("ends a request at its deadline, which a header may bring forward", async (t) => {
  const serve = await startServe(
    t,
    { "hang.sh": "#!/bin/sh\nexec sleep 60\n", "cat.sh": cat },
    { args: ["--timeout", "2"] },
  );
  const timed = async (headers: Record<string, string>) => {
    const startedAt = performance.now();
    const { status, ...answer } = await serve.post("/hang", "{}", headers).then(async (one) => ({
      status: one.status,
      body: (await one.json()) as { errorType: string },
    }));
    return { status, type: answer.body.errorType, tookMs: performance.now() - startedAt };
  };
  const whole = await timed({});
  assert.equal(whole.status, 504);
  assert.match(whole.type, /Time(?:out|dout)$/);
  assert.ok(whole.tookMs > 1500 && whole.tookMs < 4000, `${whole.tookMs}`);
  const short = await timed({ "X-Stdlambda-Timeout": "0.5" });
  assert.equal(short.status, 504);
  assert.ok(short.tookMs < 1500, `${short.tookMs}`);
  const long = await timed({ "X-Stdlambda-Timeout": "600" });
  assert.ok(long.tookMs < 4000, "a header gives no more than the setting");
  for (const header of ["soon", "-1", "0", "1e3", ""]) {
    const refused = await serve.post("/cat", "{}", { "X-Stdlambda-Timeout": header });
    assert.equal(refused.status, 400, header);
  }
});

test("refuses what it may neither run nor queue, and serves the queue in order", async (t) => {
  const serve = await startServe(
    t,
    { "slow.sh": "#!/bin/sh\ncat\nsleep 1\n" },
    { args: ["--concurrency", "2", "--queue", "1", "--timeout", "30"] },
  );
  const asked = [0, 1, 2].map(async (number) => {
    await sleep(100 * number);
    return (await serve.post("/slow", String(number))).text();
  });
  await sleep(600);
  const metrics = await (await fetch(`${serve.url}/metrics`)).text();
  assert.match(metrics, /^stdlambda_in_flight\{function="slow"\} 2$/m);
  assert.match(metrics, /^stdlambda_queued\{function="slow"\} 1$/m);
  const refused = await serve.post("/slow", "3");
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get("retry-after"), "1");
  assert.equal(((await refused.json()) as { errorType: string }).errorType, "TooManyRequests");
  assert.deepEqual(await Promise.all(asked), ["0", "1", "2"]);
});

test("forgets a queued request whose client has gone, or whose deadline passes in the queue", async (t) => {
  const serve = await startServe(
    t,
    { "slow.sh": '#!/bin/sh\nread -r line\necho "$line" >&2\nsleep 2\n' },
    { args: ["--concurrency", "1", "--timeout", "30"] },
  );
  const first = serve.post("/slow", "first");
  await sleep(300);
  const gone = new AbortController();
  const left = fetch(`${serve.url}/slow`, { method: "POST", body: "left", signal: gone.signal });
  const late = serve.post("/slow", "late", { "X-Stdlambda-Timeout": "0.6" });
  await sleep(300);
  gone.abort();
  await assert.rejects(left);
  assert.equal((await late).status, 504);
  assert.equal((await first).status, 200);
  assert.equal((await serve.post("/slow", "last")).status, 200);
  assert.match(serve.log(), /"first"/);
  assert.doesNotMatch(serve.log(), /"left"|"late"/);
  const statuses = serve.access().map(({ status }) => status);
  assert.ok(statuses.includes(499) && statuses.includes(504), String(statuses));
});

test("drains on SIGTERM: what runs is answered, what is new is refused, the status is 0", async (t) => {
  const serve = await startServe(t, { "slow.sh": slow }, { args: ["--timeout", "30"] });
  const running = serve.post("/slow", "{}");
  await sleep(500);
  serve.kill("SIGTERM");
  await sleep(300);
  assert.equal((await fetch(`${serve.url}/readyz`)).status, 503);
  assert.equal((await fetch(`${serve.url}/healthz`)).status, 200);
  const refused = await serve.post("/slow", "{}");
  assert.equal(refused.status, 503);
  assert.equal(refused.headers.get("connection"), "close");
  const answered = await running;
  assert.equal(answered.status, 200);
  assert.equal(await answered.text(), "done\n");
  assert.equal(await serve.ended, 0);
});

test("ends what outlasts the grace period", async (t) => {
  const serve = await startServe(
    t,
    { "hang.sh": "#!/bin/sh\nexec sleep 60\n" },
    { args: ["--grace", "1", "--timeout", "30"] },
  );
  const running = serve.post("/hang", "{}").then(
    ({ status }) => status,
    () => "cut",
  );
  await sleep(500);
  const startedAt = performance.now();
  serve.kill("SIGTERM");
  assert.equal(await serve.ended, 0);
  assert.ok(performance.now() - startedAt < 6000);
  assert.ok([500, "cut"].includes(await running));
});

test("is not ready while a function cannot start, and says which", async (t) => {
  const serve = await startServe(
    t,
    {
      "cat.sh": cat,
      "stdlambda.config.json": JSON.stringify({
        functions: {
          broken: { handler: "broken.handler" },
          cat: { handler: "cat.sh" },
        },
      }),
      "broken.mjs": "throw new TypeError('no database');\nexport const handler = () => 1;",
    },
    { waitFor: "listening" },
  );
  await until(() => /broken is not ready/.test(serve.log()), "its start fails");
  const ready = await fetch(`${serve.url}/readyz`);
  assert.equal(ready.status, 503);
  assert.equal(await ready.text(), "starting: broken\n");
  assert.equal((await fetch(`${serve.url}/healthz`)).status, 200);
  assert.equal((await serve.post("/cat", "1")).status, 200, "the others are served");
  const failed = await serve.post("/broken", "{}");
  assert.equal(failed.status, 500);
  assert.match(await failed.text(), /no database/);
});

test("a function that ends its process is started again", async (t) => {
  const serve = await startServe(t, {
    "die.mjs":
      "export const main = async () => { for await (const c of process.stdin) if (String(c) === 'die') process.kill(process.pid, 'SIGKILL'); console.log('alive'); };",
  });
  assert.equal(await (await serve.post("/", "live")).text(), "alive\n");
  assert.equal((await serve.post("/", "die")).status, 500);
  assert.equal(await (await serve.post("/", "live")).text(), "alive\n");
  const metrics = await (await fetch(`${serve.url}/metrics`)).text();
  assert.match(metrics, /^stdlambda_startups_total\{function="die"\} 2$/m);
});

test("functions see listed variables, and nothing else of the environment", async (t) => {
  const secrets = {
    OPERATOR_SECRET: "s1",
    AWS_SECRET_ACCESS_KEY: "s2",
    DB_URL: "db",
    DB_USER: "me",
    STAGE: "x",
    KUBERNETES_SERVICE_HOST: "10.0.0.1",
  };
  const script = { "env.sh": "#!/bin/sh\nenv\n" };
  const closed = await startServe(t, script, { env: secrets });
  const seen = await (await closed.post("/", "{}")).text();
  for (const name of [...Object.keys(secrets), "PORT", "AWS_LAMBDA_RUNTIME_API"])
    assert.doesNotMatch(seen, new RegExp(`^${name}=`, "m"));
  assert.match(seen, /^PATH=/m);
  const open = await startServe(t, script, {
    args: ["-e", "DB_*", "-e", "STAGE=test", "-e", "AWS_*"],
    env: { ...secrets, STDLAMBDA_SERVE_ENV: "KUBERNETES_SERVICE_HOST" },
  });
  const passed = await (await open.post("/", "{}")).text();
  for (const line of [
    "DB_URL=db",
    "DB_USER=me",
    "STAGE=test",
    "AWS_SECRET_ACCESS_KEY=s2",
    "KUBERNETES_SERVICE_HOST=10.0.0.1",
  ])
    assert.match(passed, new RegExp(`^${line}$`, "m"));
  assert.doesNotMatch(passed, /OPERATOR_SECRET|STDLAMBDA_SERVE/);
});

test("passes W3C's trace context on, and writes it in the access log", async (t) => {
  const serve = await startServe(t, {
    "trace.sh": '#!/bin/sh\necho "$TRACEPARENT $_X_AMZN_TRACE_ID"\n',
  });
  const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const answered = await serve.post("/", "{}", {
    traceparent: `00-${trace}-00f067aa0ba902b7-01`,
  });
  assert.equal(
    (await answered.text()).trim(),
    `00-${trace}-00f067aa0ba902b7-01 Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1`,
  );
  const bad = await serve.post("/", "{}", { traceparent: "00-zz" });
  assert.match(await bad.text(), /^00-[\da-f]{32}-[\da-f]{16}-00 /);
  await until(() => serve.access().length === 2, "two lines of the access log");
  const [line] = serve.access();
  assert.equal(line?.function, "trace");
  assert.equal(line?.path, "/");
  assert.equal(line?.bytesIn, 2);
  assert.match(String(line?.traceId), /^Root=1-4bf92f35-/);
  assert.equal(line?.requestId, answered.headers.get("x-amzn-requestid"));
});

test("HTTP functions get the request as the gateway passed it on", async (t) => {
  const serve = await startServe(
    t,
    {
      "web.sh":
        '#!/bin/sh\nprintf "Content-Type: text/plain\\nX-Way: %s\\n\\n%s %s?%s %s %s" "$HTTP_X_WAY" "$REQUEST_METHOD" "$PATH_INFO" "$QUERY_STRING" "$HTTP_HOST" "$REMOTE_ADDR"\n',
      "down.sh": "#!/bin/sh\necho broken >&2\nexit 1\n",
    },
    { args: ["--http"] },
  );
  const answered = await fetch(`${serve.url}/web/a%20b?x=1`, {
    method: "PUT",
    headers: { "x-way": "up", "x-forwarded-for": "203.0.113.7, 198.51.100.2" },
  });
  assert.equal(answered.headers.get("x-way"), "up");
  assert.equal(await answered.text(), `PUT /a b?x=1 127.0.0.1:${serve.port} 198.51.100.2`);
  assert.equal((await fetch(`${serve.url}/web`, { method: "HEAD" })).status, 200);
  const failed = await serve.post("/down", "{}");
  assert.equal(failed.status, 500);
  assert.equal(((await failed.json()) as { errorType: string }).errorType, "Function.Exit1");
});

test("a fetch function with one name has every path, and streams", async (t) => {
  const serve = await startServe(t, {
    "stdlambda.config.json": JSON.stringify({
      functions: {
        site: { handler: "site.fetch", environment: { STDLAMBDA_STDOUT: "stream" } },
      },
    }),
    "site.mjs": `
const bytes = (text) => new TextEncoder().encode(text);
export const fetch = (request) =>
  new Response(
    new ReadableStream({
      async start(controller) {
        controller.enqueue(bytes("first "));
        await new Promise((resolve) => setTimeout(resolve, 300));
        controller.enqueue(bytes(new URL(request.url).pathname));
        controller.close();
      },
    }),
    { status: 201 },
  );
`,
  });
  const answered = await fetch(`${serve.url}/any/path`);
  assert.equal(answered.status, 201);
  assert.equal(await answered.text(), "first /any/path");
});

test("HEAD and OPTIONS run nothing; pipelined requests are answered in order", async (t) => {
  const serve = await startServe(t, { "cat.sh": "#!/bin/sh\necho ran >&2\ncat\n" });
  for (const method of ["HEAD", "OPTIONS"]) {
    const answered = await fetch(serve.url, { method });
    assert.equal(answered.status, 204, method);
    assert.match(answered.headers.get("allow") ?? "", /POST/);
  }
  assert.doesNotMatch(serve.log(), /"ran"/);
  const socket = connect(serve.port, "127.0.0.1");
  for (const [at, body] of ["one", "two", "three"].entries()) {
    const close = at === 2 ? "Connection: close\r\n" : "";
    socket.write(
      `POST /cat HTTP/1.1\r\nHost: x\r\n${close}Content-Length: ${body.length}\r\n\r\n${body}`,
    );
  }
  const all = await text(socket);
  assert.deepEqual(all.match(/(?:one|two|three)(?=HTTP|$)/g), ["one", "two", "three"]);
});

test("a slow reader keeps no slot", async (t) => {
  const serve = await startServe(
    t,
    { "big.sh": "#!/bin/sh\nhead -c 5000000 /dev/zero\n" },
    { args: ["--concurrency", "1", "--timeout", "10"] },
  );
  const sockets = [1, 2, 3].map(() => {
    const socket = connect(serve.port, "127.0.0.1").pause();
    socket.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    return socket;
  });
  await sleep(500);
  const answered = await serve.post("/", "{}");
  assert.equal((await answered.arrayBuffer()).byteLength, 5_000_000);
  for (const socket of sockets) socket.destroy();
});
