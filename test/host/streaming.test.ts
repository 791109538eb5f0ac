// Streaming from a script to a platform that is slow, or breaks off.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { startBootstrap, taskRoot } from "./bootstrap-process.ts";
import {
  nextAnswer,
  type Peer,
  sized,
  startScriptedServer,
} from "./runtime-api/scripted-server.ts";

const megabyte = 1024 * 1024;
const streaming = { STDLAMBDA_STDOUT: "stream" };

async function poll(peer: Peer): Promise<void> {
  await peer.request();
  await peer.write(nextAnswer("a"));
  await peer.request();
}

function peakMemory(pid: number): number {
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(peak?.[1]) / 1024;
}

test("300 MB to a slow reader arrive whole, and the host's memory stays bounded", async () => {
  using folder = taskRoot({ "zeros.sh": `#!/bin/sh\nhead -c ${300 * megabyte} /dev/zero\n` });
  let zeros = 0;
  const ended = Promise.withResolvers<void>();
  await using api = await startScriptedServer(poll, async (peer) => {
    const { socket } = peer;
    socket.on("data", (bytes: Buffer) => {
      zeros += countOf(bytes, 0);
      if (bytes.subarray(-5).toString("latin1") !== "0\r\n\r\n") return;
      void peer.write(sized(202));
      ended.resolve();
    });
    // A reader that falls behind again and again.
    for (let pauses = 0; pauses < 10; pauses++) {
      socket.pause();
      await delay(30);
      socket.resume();
      await delay(20);
    }
  });
  await using host = startBootstrap({
    runtimeApi: api.address,
    handler: "zeros.sh",
    root: folder.root,
    env: streaming,
  });
  await ended.promise;
  assert.equal(zeros, 300 * megabyte);
  const peak = peakMemory(host.pid);
  assert.ok(peak < 130, `the host's memory reached ${peak} MB`);
});

test("a platform that breaks off ends the script, and the host asks for the next event", async () => {
  using folder = taskRoot({ "endless.sh": "#!/bin/sh\necho $$ >pid\nexec yes\n" });
  const asked = Promise.withResolvers<void>();
  await using api = await startScriptedServer(
    async (peer) => {
      await poll(peer);
      asked.resolve();
    },
    async (peer) => {
      let bytes = 0;
      peer.socket.on("data", (piece: Buffer) => {
        bytes += piece.length;
        if (bytes > megabyte) peer.reset();
      });
    },
  );
  await using host = startBootstrap({
    runtimeApi: api.address,
    handler: "endless.sh",
    root: folder.root,
    env: streaming,
  });
  await asked.promise;
  const pid = Number(readFileSync(join(folder.root, "pid"), "utf8"));
  assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
  assert.match(host.log(), /closed the connection of a streamed response/);
});

function countOf(bytes: Buffer, byte: number): number {
  let count = 0;
  for (let at = bytes.indexOf(byte); at !== -1; ) {
    let end = at;
    while (bytes[end] === byte) end++;
    count += end - at;
    at = bytes.indexOf(byte, end);
  }
  return count;
}
