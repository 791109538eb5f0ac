// A service that begins: nobody is answered before it is ready, and one that cannot leaves nothing.
import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { serveDirectory } from "../../../local/directory/serve-directory.ts";
import { byFolders } from "../../../local/sandbox/isolation.ts";
import { type Service, startService } from "../../../local/service.ts";
import { temporaryFiles } from "../../host/temporary-files.ts";

const checkout = join(import.meta.dirname, "../../..");

function temporary(t: TestContext): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "stdlambda-start-")));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

function start(directory: string, port = 0, host = "127.0.0.1"): Promise<Service> {
  return startService({
    directory,
    host,
    port,
    region: "us-east-1",
    concurrency: 10,
    isolate: byFolders,
    freeze: false,
    hostBootstrap: join(checkout, "host/bootstrap"),
    runtimeClientFolders: [],
    env: process.env,
    onFault: () => {},
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Each puts a file where the service makes a folder, or takes what it needs; gives its undoing. */
const obstacles: Record<string, (directory: string) => () => void> = {
  "its functions": (directory) => block(join(directory, "functions")),
  "its code": (directory) => block(join(directory, "unpacked")),
  "its queue": (directory) => block(join(directory, "queue")),
  "its dead letters": (directory) => block(join(directory, "dead-letter")),
};

function block(path: string): () => void {
  if (existsSync(path)) renameSync(path, `${path}.kept`);
  writeFileSync(path, "");
  return () => {
    rmSync(path);
    if (existsSync(`${path}.kept`)) renameSync(`${path}.kept`, path);
  };
}

for (const [what, obstruct] of Object.entries(obstacles)) {
  test(`a service that cannot open ${what} leaves the directory and the port to the next`, async (t) => {
    const directory = temporary(t);
    const port = await freePort();
    mkdirSync(directory, { recursive: true });
    const undo = obstruct(directory);
    await assert.rejects(start(directory, port));
    undo();
    const service = await start(directory, port);
    await service.close();
  });
}

for (const host of ["127.0.0.1", "192.0.2.1"]) {
  test(`a service that cannot listen on ${host} leaves its directory to the next`, async (t) => {
    const directory = temporary(t);
    const other = createServer().listen(0, "127.0.0.1");
    t.after(() => other.close());
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;
    await assert.rejects(start(directory, port, host), /EADDRINUSE|EADDRNOTAVAIL/);
    const service = await start(directory);
    await service.close();
  });
}

test("a request that comes before the functions are declared waits for them", async (t) => {
  const root = temporaryFiles({ "hello.sh": "echo '\"hello\"'" });
  const service = await start(temporary(t));
  t.after(() => service.close());
  const invoke = () =>
    fetch(`${service.url}/2015-03-31/functions/hello/invocations`, { method: "POST", body: "{}" });
  const early = invoke();
  const answered = await Promise.race([early.then(() => true), delay(100, false)]);
  assert.equal(answered, false);
  const served = await serveDirectory(service, {
    directory: root,
    region: "us-east-1",
    accountId: "012345678912",
    env: process.env,
    watch: false,
    override: {},
    onNews: () => {},
  });
  t.after(() => served.close());
  await service.open();
  for (const response of [await early, await invoke()]) {
    assert.equal(response.status, 200);
    assert.equal(await response.text(), '"hello"\n');
  }
});

test("a service that is closed before it has opened ends who waits", async (t) => {
  const service = await start(temporary(t));
  const early = assert.rejects(fetch(`${service.url}/2015-03-31/functions/`));
  await delay(50);
  await service.close();
  await early;
});
