// The socket that takes the logs of Managed Instances (_LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET).
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { startHost } from "../../helpers/runtime-api.ts";
import { taskRoot } from "../bootstrap-process.ts";

const long = 20_000;
const files = {
  "index.mjs": `export const handler = async ({ n }) => {
  for (let line = 0; line < 20; line++) {
    console.log(n + ":" + line + " " + "x".repeat(${long}));
    await null;
  }
};
`,
  "env.sh":
    '#!/bin/sh\necho "a line" >&2\necho "socket=$_LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET"\nls /proc/self/fd >&2\n',
};

async function logTo(path: string) {
  const connections: string[] = [];
  const server = createServer((socket) => {
    const at = connections.push("") - 1;
    socket.setEncoding("utf8").on("data", (text: string) => {
      connections[at] += text;
    });
    socket.on("error", () => {});
  });
  server.listen(path);
  await once(server, "listening");
  return {
    connections,
    lines: () =>
      connections
        .join("")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    [Symbol.dispose]: () => void server.close(),
  };
}

const env = (path: string) => ({
  AWS_LAMBDA_MAX_CONCURRENCY: "8",
  AWS_LAMBDA_NODEJS_WORKER_COUNT: "2",
  _LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET: path,
});

test("the lines of all threads go there, whole, and nothing to stderr", async () => {
  using folder = taskRoot(files);
  const path = join(folder.root, "log");
  using log = await logTo(path);
  await using host = await startHost({
    handler: "index.handler",
    root: folder.root,
    env: env(path),
  });
  const events = Array.from({ length: 8 }, (_, n) => n);
  const ids = new Map<string, number>();
  for (let round = 0; round < 4; round++) {
    const answers = await Promise.all(events.map((n) => host.invoke({ n })));
    for (const [n, { requestId }] of answers.entries()) ids.set(requestId, n);
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(host.log(), "");
  const lines = log.lines();
  for (const [id, n] of ids) {
    assert.deepEqual(
      lines.filter(({ requestId }) => requestId === id).map(({ message }) => message),
      Array.from({ length: 20 }, (_, line) => `${n}:${line} ${"x".repeat(long)}`),
    );
  }
});

test("no script gets the socket, by its name or as a descriptor", async () => {
  using folder = taskRoot(files);
  const path = join(folder.root, "log");
  using log = await logTo(path);
  await using host = await startHost({ handler: "env.sh", root: folder.root, env: env(path) });
  const { body } = await host.invoke({});
  assert.equal(body.toString(), "socket=\n");
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual(
    log.lines().map(({ message }) => message),
    ["a line", "0", "1", "2", "3"],
  );
});

test("where nobody listens the log is stderr, and says why", async () => {
  using folder = taskRoot(files);
  await using host = await startHost({
    handler: "env.sh",
    root: folder.root,
    env: env(join(folder.root, "nobody")),
  });
  await host.invoke({});
  const [first] = host.log().split("\n");
  const { level, message } = JSON.parse(first as string);
  assert.equal(level, "WARN");
  assert.match(message, /_LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET/);
});
