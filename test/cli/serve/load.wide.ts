// serve under load generators: every request is answered, and kills, hangs and floods reach nobody else.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { missingTool } from "../../helpers/missing-tool.ts";
import { type ServeProcess, startServe } from "./serve-process.ts";

const functions = {
  "cat.sh": "#!/bin/sh\ncat\n",
  "hello.mjs": "export const main = async () => { console.log('hello'); };\n",
  "fail.sh": "#!/bin/sh\nexit 3\n",
  "hang.sh": "#!/bin/sh\nexec sleep 60\n",
  "flood.sh": "#!/bin/sh\nhead -c 7000000 /dev/zero\n",
  "crash.sh": "#!/bin/sh\nkill -SEGV $$\n",
};

function descriptors({ pid }: ServeProcess): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

function residentMB({ pid }: ServeProcess): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1024;
}

test("wrk meets only 200 beside functions that fail, hang, flood and crash", {
  skip: missingTool(["wrk"]),
}, async (t) => {
  const serve = await startServe(t, functions, {
    args: ["--timeout", "60", "--concurrency", "16", "--queue", "1000"],
  });
  const wrk = (path: string, seconds = 8, connections = 16) =>
    execa("wrk", [
      "-t1",
      "--timeout",
      "60s",
      `-c${connections}`,
      `-d${seconds}s`,
      `${serve.url}${path}`,
    ]);
  await Promise.all([wrk("/hello", 2), wrk("/cat", 2)]);
  const before = { descriptors: descriptors(serve), residentMB: residentMB(serve) };
  let isOver = false;
  const trouble = ["/fail", "/hang", "/flood", "/crash"].map(async (path) => {
    while (!isOver) {
      const { status } = await serve.post(path, "{}", {
        "X-Stdlambda-Timeout": path === "/hang" ? "1" : "60",
      });
      assert.equal(status, path === "/hang" ? 504 : 500, path);
    }
  });
  const [hello, cat] = await Promise.all([wrk("/hello"), wrk("/cat")]);
  isOver = true;
  await Promise.all(trouble);
  for (const { stdout } of [hello, cat]) {
    assert.match(stdout, /Requests\/sec/);
    assert.doesNotMatch(stdout, /Non-2xx|Socket errors/, stdout);
  }
  await sleep(1000);
  assert.ok(descriptors(serve) < before.descriptors + 40, `${descriptors(serve)} descriptors`);
  assert.ok(residentMB(serve) < before.residentMB + 150, `${residentMB(serve)} MB`);
  const metrics = await (await fetch(`${serve.url}/metrics`)).text();
  for (const gauge of metrics.match(/^stdlambda_(?:in_flight|queued)\{.*$/gm) ?? [])
    assert.match(gauge, / 0$/);
});

test("hey sees 200 and 429, and nothing else, when the queue overflows", {
  skip: missingTool(["hey"]),
}, async (t) => {
  const serve = await startServe(
    t,
    { "nap.sh": "#!/bin/sh\nsleep 0.05\n" },
    { args: ["--concurrency", "2", "--queue", "4", "--timeout", "10"] },
  );
  const { stdout } = await execa("hey", [
    "-n",
    "600",
    "-c",
    "30",
    "-m",
    "POST",
    "-d",
    "{}",
    serve.url,
  ]);
  const statuses = Object.fromEntries(
    [...stdout.matchAll(/\[(\d+)\]\s+(\d+) responses/g)].map(([, status, count]) => [
      status,
      Number(count),
    ]),
  );
  assert.deepEqual(Object.keys(statuses), ["200", "429"], stdout);
  assert.equal((statuses["200"] ?? 0) + (statuses["429"] ?? 0), 600);
  assert.ok((statuses["200"] ?? 0) > 0);
});

test("a drain under load loses no request that was taken", async (t) => {
  const serve = await startServe(
    t,
    { "nap.sh": "#!/bin/sh\nsleep 0.2\necho done\n" },
    { args: ["--concurrency", "8", "--timeout", "10"] },
  );
  let isOver = false;
  const ends: string[] = [];
  const clients = Array.from({ length: 8 }, async () => {
    while (!isOver) {
      const end = await serve.post("/", "{}").then(
        async (answered) => `${answered.status} ${(await answered.text()).trim().slice(0, 4)}`,
        () => "refused",
      );
      ends.push(end);
      if (end === "refused") return;
    }
  });
  await sleep(1500);
  serve.kill("SIGTERM");
  assert.equal(await serve.ended, 0);
  isOver = true;
  await Promise.all(clients);
  assert.ok(ends.filter((end) => end === "200 done").length > 8, String(ends));
  // A 503, or a connection that was not taken: never an answer that broke off or an error.
  const others = new Set(ends.filter((end) => end !== "200 done"));
  for (const end of others) assert.ok(['503 {"er', "refused"].includes(end), end);
});

test("half requests and readers that never read cost others nothing", async (t) => {
  const serve = await startServe(
    t,
    { "big.sh": "#!/bin/sh\nhead -c 5000000 /dev/zero\n" },
    { args: ["--concurrency", "2", "--timeout", "5"] },
  );
  const request = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n";
  const sockets = Array.from({ length: 20 }, (_, at) => {
    const socket = connect(serve.port, "127.0.0.1").pause();
    socket.on("error", () => {});
    socket.write(at % 2 === 0 ? request.slice(0, 20 + at) : `${request}{}`);
    return socket;
  });
  await sleep(1000);
  for (let count = 0; count < 5; count += 1) {
    const answered = await serve.post("/", "{}");
    assert.equal((await answered.arrayBuffer()).byteLength, 5_000_000);
  }
  for (const socket of sockets) socket.destroy();
});
