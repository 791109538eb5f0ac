// Code that was started by an earlier event, or while the module was loaded, works for the event that
// runs: the callbacks of one connection that stays open, of a pool, of an emitter or of a timer.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { after, before, describe, it } from "node:test";
import { functionFolder } from "../runners/function-folder.ts";

/** Echoes each line. */
const server = createServer((socket) => socket.on("error", () => {}).pipe(socket));
before(() => once(server.listen(0, "127.0.0.1"), "listening"));
after(() => server.close());
const port = () => String((server.address() as { port: number }).port);

/** What the callback does; it runs in the scope in which the connection was opened. */
const callbacks = `const acts = {
  environment: () => [process.env.LAMBDA_RUNTIME_AWS_REQUEST_ID, process.env.LAMBDA_RUNTIME_TRACE_ID],
  stdout: () => { console.log("stray"); process.stdout.write("and "); process.stdout.write("again\\n"); },
  stderr: () => { process.stderr.write("to the log\\n"); console.error("recorded"); },
  exit: () => process.exit(7),
  "exit 0": () => process.exit(0),
  exitCode: () => { process.exitCode = 8; },
  throw: () => { throw new TypeError("in the callback"); },
};`;

const sources = {
  "first event": "let s; const socket = () => (s ??= net.connect(+process.env.ECHO, '127.0.0.1'));",
  load: "const s = net.connect(+process.env.ECHO, '127.0.0.1'); const socket = () => s;",
};

const file = (connect: string, end: string) => `import net from "node:net";
${callbacks}
${connect}
/** As a driver asks: the answer comes by a callback. */
function ask(does) {
  return new Promise((resolve) => {
    socket().once("data", (data) => resolve(acts[String(data)]?.()));
    socket().write(does);
  });
}
${end}`;

const main = `export async function main() {
  let text = ""; for await (const part of process.stdin) text += part;
  const { does } = JSON.parse(text);
  console.log(JSON.stringify([does, await ask(does)]));
}`;
const handler = "export const handler = async ({ does }) => [does, await ask(does)];";

const folder = functionFolder({
  "main-event.mjs": file(sources["first event"], main),
  "main-load.mjs": file(sources.load, main),
  "function-event.mjs": file(sources["first event"], handler),
  "function-load.mjs": file(sources.load, handler),
  "ticks.mjs": `let events = 0, before;
setInterval(() => { if (events > 0) console.log("tick " + process.env.LAMBDA_RUNTIME_AWS_REQUEST_ID); }, 20);
export async function main() {
  events++;
  await new Promise((resolve) => setTimeout(resolve, 110));
  process.stdout.write("answer " + events);
}`,
});

const kinds = [
  ["main-event.mjs", "opened in an earlier event"],
  ["main-load.mjs", "opened while the module was loaded"],
  ["function-event.handler", "opened in an earlier event"],
  ["function-load.handler", "opened while the module was loaded"],
] as const;

for (const [handler, title] of kinds) {
  const isMain = handler.startsWith("main");
  const start = () =>
    folder.start(handler, { ECHO: port(), AWS_LAMBDA_LOG_FORMAT: "JSON", STDLAMBDA_MODE: "auto" });
  const answer = (does: string, value: unknown = null) =>
    `${JSON.stringify([does, value])}${isMain ? "\n" : ""}`;

  describe(`${handler}: a callback of a connection that was ${title}`, { concurrency: 2 }, () => {
    it("sees the environment of the event that runs", async () => {
      await using host = await start();
      for (let n = 0; n < 3; n++) {
        const headers = { "Lambda-Runtime-Trace-Id": `Root=${n}` };
        const { body, requestId } = await host.invoke({ does: "environment" }, { headers });
        assert.equal(body.toString(), answer("environment", [requestId, `Root=${n}`]));
      }
    });

    it("writes to the log of the event that runs, and to no response", async () => {
      await using host = await start();
      await host.invoke({ does: "none" });
      for (let n = 0; n < 2; n++) {
        const { body, log, requestId } = await host.invoke({ does: "stdout" });
        assert.equal(body.toString(), answer("stdout"));
        const records = log
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line));
        assert.ok(
          records.every((record) => record.requestId === requestId),
          log,
        );
        const warnings = records.filter(({ level }) => level === "WARN");
        assert.equal(warnings.length, isMain ? 1 : 0);
        if (isMain) assert.match(warnings[0].message, /in no response.*Hand the value to main/);
        assert.deepEqual(
          records.filter(({ level }) => level === "INFO").map(({ message }) => message),
          ["stray", "and again"],
        );
      }
    });

    it("writes to stderr for the event that runs", async () => {
      await using host = await start();
      await host.invoke({ does: "none" });
      const { log, requestId } = await host.invoke({ does: "stderr" });
      const records = log
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      assert.deepEqual(
        records.map((record) => [record.requestId, record.level, record.message]),
        [
          [requestId, "INFO", "to the log"],
          [requestId, "ERROR", "recorded"],
        ],
      );
    });

    it("ends the event that runs by process.exit, and no other", async () => {
      await using host = await start();
      await host.invoke({ does: "none" });
      assert.match((await host.invoke({ does: "exit" })).body.toString(), /"Function\.Exit7"/);
      const { status, body } = await host.invoke({ does: "exit 0" });
      if (isMain) assert.deepEqual([status, body.toString()], ["response", ""]);
      else assert.match(body.toString(), /"Function\.NoResponse"/);
      assert.equal((await host.invoke({ does: "none" })).body.toString(), answer("none"));
    });

    it("that throws fails the event that runs", async () => {
      await using host = await start();
      await host.invoke({ does: "none" });
      const { body } = await host.invoke({ does: "throw" });
      assert.match(body.toString(), /"TypeError".*"in the callback"/);
      assert.equal((await host.exited).code, 1);
    });

    if (isMain) {
      it("sets the status of the event that runs", async () => {
        await using host = await start();
        await host.invoke({ does: "none" });
        assert.match((await host.invoke({ does: "exitCode" })).body.toString(), /Function\.Exit8/);
        assert.equal((await host.invoke({ does: "none" })).body.toString(), answer("none"));
      });
    }
  });
}

describe("a timer that was set while the module was loaded", () => {
  it("is in the log of each event that runs, and in no response", async () => {
    await using host = await folder.start("ticks.mjs");
    for (let n = 1; n <= 3; n++) {
      const { body, log, requestId } = await host.invoke({});
      assert.equal(body.toString(), `answer ${n}`);
      const ticks = log.split("\n").filter((line) => line.startsWith("tick"));
      assert.ok(ticks.length >= 2, log);
      assert.ok(
        ticks.filter((line) => line === `tick ${requestId}`).length >= ticks.length - 1,
        log,
      );
      assert.equal(log.match(/WARN stdlambda/g)?.length, 1);
    }
  });
});
