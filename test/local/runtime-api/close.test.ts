// The end of a Runtime API: its port, its connections and its memory are given back.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { startRuntimeApi } from "../../../local/runtime-api/server.ts";
import {
  createInvocation,
  openSocket,
  openStream,
  startApi,
  startInvocation,
} from "./runtime-client.ts";

test("close ends open polls, half calls and streams, and frees the port", async (t) => {
  const api = await startApi(t);
  const { id } = await startInvocation(api);
  const { post } = openStream(api, id);
  post.on("error", () => {});
  post.write("half");
  const sockets = [await openSocket(api), await openSocket(api), await openSocket(api)];
  const [plain, other] = sockets;
  plain?.write("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n");
  other?.write(
    "POST /2018-06-01/runtime/init/error HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx",
  );
  const closed = sockets.map(
    (socket) =>
      new Promise((resolve) => {
        socket.on("error", () => {}).resume();
        socket.once("close", resolve);
      }),
  );
  await api.close();
  await Promise.all(closed);
  const refused = connect(Number(api.address.split(":")[1]), "127.0.0.1");
  const [error] = (await once(refused, "error")) as [NodeJS.ErrnoException];
  assert.equal(error.code, "ECONNREFUSED");
});

test("close fails what is pending, and ends every wait", async (t) => {
  const api = await startApi(t, { snapStart: true, externalExtensions: ["one"] });
  const result = api.invoke(createInvocation({ requestId: "r" }));
  const waits = [api.idle(), api.extensionsRegistered(), api.snapshotReady(), api.restored()];
  await api.close();
  const settled = await result;
  assert.ok(settled.kind === "error" && settled.errorType === "Sandbox.Failure");
  assert.match(settled.body.toString(), /RequestId: r Error: The execution environment was closed/);
  assert.deepEqual(await Promise.all(waits), ["exited", "exited", "exited", "exited"]);
});

test("close may be called twice, and after the end", async (t) => {
  const api = await startApi(t);
  await api.environmentExited({ code: 1, signal: null });
  await Promise.all([api.close(), api.close()]);
  await api.close();
});

test("a thousand environments leave nothing behind", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const environments = async (count: number) => {
    for (let index = 0; index < count; index++) {
      const api = await startRuntimeApi();
      const socket = connect(Number(api.address.split(":")[1]), "127.0.0.1");
      socket.on("error", () => {});
      const idle = api.idle();
      // Every other connection is one of Node's own server.
      const field = index % 2 === 0 ? "" : "X-Other: y\r\n";
      socket.write(`GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n${field}\r\n`);
      await idle;
      void api.invoke(createInvocation({ event: Buffer.alloc(10_000) }));
      await api.close();
      socket.destroy();
    }
  };
  const used = async () => {
    // Connections take some turns to be closed, and their memory some more.
    await delay(20);
    collect();
    const { external, heapUsed } = process.memoryUsage();
    return heapUsed + external;
  };
  await environments(300);
  const before = await used();
  await environments(1000);
  // An environment that stayed would hold its event of 10,000 bytes, and itself.
  let more = (await used()) - before;
  for (let look = 0; look < 20 && more > 4_000_000; look++) more = (await used()) - before;
  assert.ok(more <= 4_000_000, `${more} bytes more`);
});
