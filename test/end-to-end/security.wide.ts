// Who must not reach the service, and what no request may do to it.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { resourcesOf } from "../contract/processes.ts";
import { type DevProcess, startDev, until } from "./dev-process.ts";
import { exchange, rawConnection } from "./raw-connection.ts";

const invocation = "/2015-03-31/functions/echo/invocations";
const scripts = { "echo.sh": "cat", "secret.txt": "the secret" };

/** A request with these header lines, after which the server closes the connection. */
async function send(
  dev: DevProcess,
  line: string,
  headers: readonly string[],
  body = "",
): Promise<{ status: number; body: string; head: string }> {
  const lines = [`${line} HTTP/1.1`, ...headers, "Connection: close"];
  if (body !== "") lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
  const answer = await exchange(dev.url, `${lines.join("\r\n")}\r\n\r\n${body}`);
  const [head = "", text = ""] = answer.split(/\r\n\r\n(.*)/s);
  return { status: Number(head.split(" ")[1]), body: text, head };
}

async function stillServes(dev: DevProcess): Promise<void> {
  assert.equal(await (await dev.invoke("echo", { still: "there" })).text(), '{"still":"there"}');
}

suite("A web page", () => {
  test("that has its own name point to this machine is refused", async (t) => {
    const dev = await startDev(t, scripts);
    const port = new URL(dev.url).port;
    for (const host of [
      `evil.example:${port}`,
      `127.0.0.1.evil.example:${port}`,
      "localhost.evil.example",
      "evil.example#localhost",
      "localhost@evil.example",
      "169.254.169.254",
      "0.0.0.0",
    ]) {
      for (const line of [
        `POST ${invocation}`,
        "GET /lambda-url/echo/",
        "GET /2015-03-31/functions/",
      ]) {
        const { status, body } = await send(dev, line, [`Host: ${host}`], "{}");
        assert.equal(status, 403, `${line} of ${host}`);
        assert.match(body, /Host header/);
      }
    }
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, "echo.localhost", "[::1]:1"]) {
      const { status } = await send(dev, `POST ${invocation}`, [`Host: ${host}`], "{}");
      assert.equal(status, 200, host);
    }
    // The target of a proxy's request counts, not what the Host header says.
    const absolute = await send(
      dev,
      `POST http://evil.example${invocation}`,
      ["Host: localhost"],
      "{}",
    );
    assert.equal(absolute.status, 403);
    const own = `http://localhost:${port}${invocation}`;
    const proxied = await send(dev, `POST ${own}`, ["Host: anything.example"], "{}");
    assert.deepEqual([proxied.status, proxied.body], [200, "{}"]);
    assert.equal((await send(dev, `POST ${invocation}`, [], "{}")).status, 400, "no Host at all");
  });

  test("of another origin is refused, by whatever of it shows", async (t) => {
    const dev = await startDev(t, scripts);
    const { host } = new URL(dev.url);
    for (const shown of [
      "Origin: http://evil.example",
      "Origin: null",
      `Origin: https://${host}`,
      "Sec-Fetch-Site: cross-site",
      "Sec-Fetch-Site: same-site",
    ]) {
      for (const line of [
        `POST ${invocation}`,
        "GET /lambda-url/echo/",
        "OPTIONS /lambda-url/echo/",
      ]) {
        const { status, head } = await send(dev, line, [`Host: ${host}`, shown], "{}");
        assert.equal(status, 403, `${line} with ${shown}`);
        assert.doesNotMatch(head, /access-control/i);
      }
    }
    for (const shown of [
      `Origin: http://${host}`,
      "Sec-Fetch-Site: none",
      "Sec-Fetch-Site: same-origin",
    ]) {
      const { status } = await send(dev, `POST ${invocation}`, [`Host: ${host}`, shown], "{}");
      assert.equal(status, 200, shown);
    }
  });

  test("reaches a function URL that allows its origin, and nothing else", async (t) => {
    const dev = await startDev(t, {
      "echo.sh": "echo hello",
      "stdlambda.config.json": JSON.stringify({
        functions: {
          echo: {
            handler: "echo.sh",
            url: { cors: { allowOrigins: ["https://good.example"], allowMethods: ["GET"] } },
          },
        },
      }),
    });
    const get = (headers: Record<string, string>, path = "/lambda-url/echo/") =>
      fetch(`${dev.url}${path}`, { headers });
    const allowed = await get({ Origin: "https://good.example", "Sec-Fetch-Site": "cross-site" });
    assert.deepEqual([allowed.status, await allowed.text()], [200, "hello\n"]);
    assert.equal(allowed.headers.get("access-control-allow-origin"), "https://good.example");
    assert.equal((await get({ Origin: "https://evil.example" })).status, 403);
    const api = await get({ Origin: "https://good.example" }, "/2015-03-31/functions/");
    assert.equal(api.status, 403);
  });
});

suite("A service for other machines", () => {
  test("wants its token of everybody, wherever a client can put it", async (t) => {
    const dev = await startDev(t, scripts, { args: ["--host", "0.0.0.0"] });
    const token = /X-Stdlambda-Token: ([0-9a-f]{32})'/.exec(dev.screen())?.[1] ?? "";
    assert.equal(token.length, 32, dev.screen());
    const url = dev.url.replace("0.0.0.0", "127.0.0.1");
    const call = (headers: Record<string, string>, query = "") =>
      fetch(`${url}${invocation}${query}`, { method: "POST", body: "{}", headers });
    const scope = "20261121/us-east-1/lambda/aws4_request";
    for (const headers of [
      { "X-Stdlambda-Token": token },
      { Authorization: `Bearer ${token}` },
      {
        Authorization: `AWS4-HMAC-SHA256 Credential=${token}/${scope}, SignedHeaders=host, Signature=00`,
      },
    ]) {
      assert.equal((await call(headers as Record<string, string>)).status, 200);
    }
    for (const headers of [
      {},
      { "X-Stdlambda-Token": token.slice(1) },
      { "X-Stdlambda-Token": `${token}0` },
      { Authorization: "Bearer" },
      { Authorization: `Basic ${token}` },
      { Origin: "http://evil.example", "X-Stdlambda-Token": token },
    ]) {
      assert.equal(
        (await call(headers as Record<string, string>)).status,
        403,
        JSON.stringify(headers),
      );
    }
    assert.equal((await fetch(`${url}/lambda-url/echo/`)).status, 403);
  });

  test("refuses a token that can be guessed, or that no client could send", async (t) => {
    for (const token of ["short", "0123456789/abcdef", "it's-a-secret-token"]) {
      await assert.rejects(
        startDev(t, scripts, { args: ["--host", "0.0.0.0", "--token", token] }),
        /status 2: .*the token (is too short|cannot be used): give 16 to 128 letters/s,
      );
    }
  });
});

suite("A path", () => {
  test("leads out of nothing", async (t) => {
    const dev = await startDev(t, scripts);
    const { host } = new URL(dev.url);
    const paths = [
      "/lambda-url/../../etc/passwd",
      "/lambda-url/echo/../../../secret.txt",
      "/lambda-url/%2e%2e/%2e%2e/etc/passwd",
      "/lambda-url/echo%00/",
      "/lambda-url/..%2f..%2fetc/",
      "/2015-03-31/functions/../../etc/passwd",
      "/2015-03-31/functions/..%2F..%2Fetc%2Fpasswd",
      "/2015-03-31/functions/echo%00/configuration",
      "/2015-03-31/functions/%/configuration",
      "/2015-03-31/functions/%ff%fe/configuration",
      "/_stdlambda/code/../../../etc/passwd",
      `/_stdlambda/code/${"0".repeat(64)}.zip`,
      "/_stdlambda/code/%2e%2e%2flock",
      "//etc/passwd",
      "/secret.txt",
      "*",
    ];
    for (const path of paths) {
      const { status, body } = await send(dev, `GET ${path}`, [`Host: ${host}`]);
      if (path.startsWith("/lambda-url/echo/")) {
        // The function's own matter: it gets the path as it is.
        assert.equal(JSON.parse(body).rawPath, path.replace("/lambda-url/echo", ""));
        continue;
      }
      assert.ok(status >= 400 && status < 500, `${path}: ${status} ${body}`);
      assert.doesNotMatch(body, /the secret|root:/);
    }
    for (const name of [
      "..%2Fecho",
      "%2Fetc%2Fpasswd",
      "echo%00",
      "..",
      "secret.txt",
      "a".repeat(3000),
    ]) {
      const { status, body } = await send(
        dev,
        `POST /2015-03-31/functions/${name}/invocations`,
        [`Host: ${host}`],
        "{}",
      );
      assert.ok([400, 403, 404].includes(status), `${name}: ${status} ${body}`);
    }
    assert.doesNotMatch(dev.log(), /TypeError|failed: /);
    await stillServes(dev);
  });
});

suite("A connection", () => {
  /** Bytes that are no HTTP, or none that two readers would read alike. */
  const broken: Readonly<Record<string, string>> = {
    "no HTTP": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello\r\n\r\n",
    "a length twice": `POST ${invocation} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{} `,
    "a negative length": `POST ${invocation} HTTP/1.1\r\nHost: localhost\r\nContent-Length: -2\r\n\r\n{}`,
    "a length that is no number": `POST ${invocation} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0x2\r\n\r\n{}`,
    "length and chunks": `POST ${invocation} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    "a bad chunk": `POST ${invocation} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
    "a name with a blank": `POST ${invocation} HTTP/1.1\r\nHost : localhost\r\nContent-Length: 2\r\n\r\n{}`,
    "a head that is too long": `POST ${invocation} HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(1_100_000)}\r\n\r\n`,
  };
  test("with broken HTTP is refused and closed, and the others go on", async (t) => {
    const dev = await startDev(t, scripts);
    for (const [what, text] of Object.entries(broken)) {
      const answer = await exchange(dev.url, text);
      assert.match(answer, /^(HTTP\/1\.1 4\d\d |$)/, what);
      assert.doesNotMatch(answer, /HTTP\/1\.1 .*HTTP\/1\.1 /s, `${what}: nothing is smuggled in`);
    }
    await stillServes(dev);
  });

  test("that is slow, or many that say nothing, keep nobody waiting", async (t) => {
    const dev = await startDev(t, scripts);
    const slow = Array.from({ length: 200 }, () => rawConnection(dev.url));
    for (const { write } of slow) write(`POST ${invocation} HTTP/1.1\r\nHost: localh`);
    await stillServes(dev);
    const [first] = slow;
    first?.write("ost\r\nContent-Length: 5\r\n\r\n[1");
    await delay(50);
    first?.write(",2]");
    await first?.until(/200 OK.*\[1,2\]$/s);
    for (const { socket } of slow) socket.destroy();
    await until(() => resourcesOf(dev.pid).descriptors < 100, "the connections are gone");
  });

  test("whose client has said all it has to say is answered or closed, and nobody waits", async (t) => {
    const dev = await startDev(t, scripts);
    const body = '"hi"';
    const request = `POST ${invocation} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n${body}`;
    const connection = rawConnection(dev.url);
    connection.socket.end(request);
    await connection.closed;
    assert.match(connection.received(), /^$|^HTTP\/1\.1 200 OK.*"hi"$/s);
    await stillServes(dev);
  });

  test("with several requests at once gets the answers in their order", async (t) => {
    const dev = await startDev(t, scripts);
    const request = (body: string) =>
      `POST ${invocation} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const connection = rawConnection(dev.url);
    const bodies = Array.from({ length: 20 }, (_, index) => `"number ${index}"`);
    connection.write(bodies.map(request).join(""));
    const all = await connection.until(/"number 19"$/);
    assert.deepEqual(all.match(/"number \d+"/g), bodies);
    connection.socket.destroy();
  });
});

suite("A client", () => {
  test("that goes away leaves its invocation at work, and the environment whole", async (t) => {
    const dev = await startDev(t, { "slow.sh": "sleep 0.7; echo finished >&2; cat" });
    await assert.rejects(
      fetch(`${dev.url}/2015-03-31/functions/slow/invocations`, {
        method: "POST",
        body: "{}",
        signal: AbortSignal.timeout(400),
      }),
    );
    await until(() => /^slow \| REPORT /m.test(dev.log()), "the invocation ends");
    assert.match(dev.log(), /^slow \| finished$/m);
    assert.equal(await (await dev.invoke("slow", { n: 1 })).text(), '{"n":1}');
    assert.equal(dev.log().match(/INIT_START/g)?.length, 1, "the same environment");
    const half = rawConnection(dev.url);
    half.write(
      "POST /2015-03-31/functions/slow/invocations HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n{",
    );
    await delay(100);
    half.socket.destroy();
    await delay(100);
    assert.doesNotMatch(dev.log(), /warning: POST/, "a request that broke off is no fault of ours");
  });

  test("may send the greatest events, several at a time", async (t) => {
    const dev = await startDev(t, { "length.mjs": lengthFunction }, { args: ["--memory", "512"] });
    const event = (id: number) => JSON.stringify({ id, filler: "x".repeat(6_291_000) });
    const answers = await Promise.all(
      Array.from({ length: 6 }, async (_, id) => (await dev.invoke("length", event(id))).json()),
    );
    assert.deepEqual(
      answers,
      Array.from({ length: 6 }, (_, id) => ({ id, length: 6_291_000 })),
    );
    const { peakMb } = resourcesOf(dev.pid);
    assert.ok(peakMb < 800, `the service took ${peakMb} MB`);
  });
});

const lengthFunction =
  "export const handler = async ({ id, filler }) => ({ id, length: filler.length });";

suite("A function", () => {
  test("that floods the log, with bytes that are not text, harms nobody", async (t) => {
    const dev = await startDev(
      t,
      { ...scripts, "flood.sh": "head -c 30000000 /dev/urandom >&2; echo done" },
      { args: ["--memory", "1024"] },
    );
    const flood = dev.invoke("flood");
    await stillServes(dev);
    assert.equal(await (await flood).text(), "done\n");
    const { peakMb } = resourcesOf(dev.pid);
    assert.ok(peakMb < 600, `the service took ${peakMb} MB`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not reach a terminal
    assert.doesNotMatch(dev.log(), /\u001b(?!\[[\d;]*m)|[\u0000-\u0008]/);
  });
});
