// HTTPS_PROXY and HTTP_PROXY, as behind a company's firewall: the command line as a process of its own.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, request as send } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { execa } from "execa";
import { startDeployment, testEnvironment } from "../../deploy/deployment.ts";
import { missingTool } from "../../helpers/missing-tool.ts";
import { temporaryFiles } from "../../host/temporary-files.ts";
import { executable } from "../command-line.ts";

const role = "arn:aws:iam::123456789012:role/lambda";
/** No server of the world has this name, so only a proxy can lead there. */
const host = "lambda.eu-central-1.invalid";

async function listen(t: TestContext, server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Connects everything to `port` of this machine, whatever it is asked for. */
async function startHttpProxy(t: TestContext, port: number, password?: string) {
  const asked: string[] = [];
  const wanted = password && `Basic ${Buffer.from(`me:${password}`).toString("base64")}`;
  const isRefused = ({ headers }: IncomingMessage) =>
    wanted !== undefined && headers["proxy-authorization"] !== wanted;
  // A request to http: comes with its whole address, one to https: by way of CONNECT.
  const server = createServer((request, response) => {
    const { host, pathname, search } = new URL(request.url ?? "");
    asked.push(host);
    if (isRefused(request)) {
      response.writeHead(407).end();
      return;
    }
    const { method = "GET", headers } = request;
    const onward = send({ host: "127.0.0.1", port, path: `${pathname}${search}`, method, headers });
    onward.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  server.on("connect", (request: IncomingMessage, socket) => {
    asked.push(request.url ?? "");
    if (isRefused(request)) {
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
      return;
    }
    const onward = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [onward, socket]) end.on("error", () => onward.destroy());
  });
  return { asked, port: await listen(t, server) };
}

const run = (args: readonly string[], env: Record<string, string>) =>
  execa(process.execPath, [executable, ...args], {
    timeout: 30_000,
    env: { ...testEnvironment, ...env },
    extendEnv: false,
    reject: false,
    stdin: "ignore",
  });

test("deploys and invokes through the proxy of HTTP_PROXY, and not where NO_PROXY says so", async (t) => {
  const { folder, proxy } = await startDeployment(
    t,
    { "hello.sh": "#!/bin/sh\ncat\n", "large.bin": randomBytes(1_000_000).toString("hex") },
    {},
    { anyHost: true },
  );
  const service = Number(new URL(proxy.url).port);
  const { asked, port } = await startHttpProxy(t, service);
  const to = ["--remote", "--endpoint-url", `http://${host}`];
  const env = { HTTP_PROXY: `http://127.0.0.1:${port}` };
  const deployed = await run(
    [
      ...["deploy", "hello", "--include", "large.bin"],
      "--root",
      folder,
      "--out",
      join(folder, "dist"),
      "--layer",
      "none",
      "--role",
      role,
      ...to,
    ],
    env,
  );
  assert.equal(deployed.exitCode, 0, deployed.stderr);
  assert.ok(asked.includes(host), asked.join());
  const invoked = await run(["status", "hello", "--quiet", ...to], env);
  assert.match(invoked.stdout, /alias +live -> 1/);
  asked.length = 0;
  const direct = await run(["status", "hello", ...to], { ...env, NO_PROXY: ".invalid" });
  assert.equal(direct.exitCode, 1);
  assert.match(direct.stderr, /the host of .* cannot be found/);
  assert.deepEqual(asked, []);
});

test("names the proxy that refuses, without its password", async (t) => {
  const { port } = await startHttpProxy(t, 1, "right");
  const { exitCode, stderr } = await run(
    ["status", "hello", "--remote", "--endpoint-url", `http://${host}`],
    { HTTP_PROXY: `http://me:wrong@127.0.0.1:${port}` },
  );
  assert.equal(exitCode, 1);
  assert.match(stderr, new RegExp(`through the proxy 127\\.0\\.0\\.1:${port}: `));
  assert.doesNotMatch(stderr, /wrong/);
});

test("refuses what is not a proxy", async () => {
  const { exitCode, stderr } = await run(
    ["status", "hello", "--remote", "--endpoint-url", `http://${host}`],
    { HTTP_PROXY: "socks5://127.0.0.1:1" },
  );
  assert.equal(exitCode, 2);
  assert.match(stderr, /cannot be used\nWrite HTTPS_PROXY as in http:/);
});

test("calls AWS itself through HTTPS_PROXY, with TLS to its end", {
  skip: missingTool(["openssl"]),
}, async (t) => {
  const folder = temporaryFiles({});
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const aws = "lambda.eu-central-1.amazonaws.com";
  await execa("openssl", [
    ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", `/CN=${aws}`],
    ...["-addext", `subjectAltName=DNS:${aws}`, "-keyout", key, "-out", cert],
  ]);
  const { readFileSync } = await import("node:fs");
  const hosts: (string | undefined)[] = [];
  const service = createSecureServer(
    { key: readFileSync(key), cert: readFileSync(cert) },
    (request, response) => {
      hosts.push(request.headers.host);
      response.setHeader("Content-Type", "application/json");
      response.end('{"Functions":[]}');
    },
  );
  const { asked, port } = await startHttpProxy(t, await listen(t, service as unknown as Server));
  const env = { HTTPS_PROXY: `http://127.0.0.1:${port}`, NODE_EXTRA_CA_CERTS: cert };
  const { exitCode, stderr } = await run(["list", "--remote"], env);
  assert.equal(exitCode, 0, stderr);
  assert.deepEqual([...new Set(asked)], [`${aws}:443`]);
  assert.deepEqual([...new Set(hosts)], [aws]);
});
