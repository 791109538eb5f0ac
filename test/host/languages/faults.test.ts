// Processes of an interpreter that end at any point, and adapters that answer too much, too little or
// at the wrong time: the event in hand fails, the next one is served, no answer reaches another event.
import assert from "node:assert/strict";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { missingTool } from "../../helpers/missing-tool.ts";
import { type Host, startHost } from "../../helpers/runtime-api.ts";
import { childrenOf, commandLine, isRunning, peakMemoryMB } from "../runners/process-facts.ts";
import { temporaryFiles } from "../temporary-files.ts";
import { languageCases } from "./cases.ts";

const fixtures = join(import.meta.dirname, "../../fixtures/languages");

for (const { name, program, file, handlers, answersJson } of languageCases) {
  describe(`a process of ${name}`, { skip: missingTool([program]) }, () => {
    const starts = (handler: string, env: Record<string, string> = {}) =>
      startHost({ handler, root: fixtures, env });

    it("may be killed at any moment of an event", async () => {
      await using host = await starts(`module:${file}#duplicate`, {
        STDLAMBDA_CONVENTION: "stdio",
      });
      await using values = await starts(handlers.text, { STDLAMBDA_CONVENTION: "string" });
      let answered = 0;
      for (const served of [host, values]) {
        await served.invoke("loaded");
        for (let round = 0; round < 12; round++) {
          const event = Buffer.alloc(round % 3 === 0 ? 1_000_000 : 200, `event ${round} é\n`);
          const answer = served.invoke(event);
          if (round > 0) await delay(round * 0.7);
          const killed = adapters(served);
          for (const pid of killed) kill(pid);
          const { status, body } = await answer;
          // A process that dies in a read may still take what is written, and nobody can tell.
          while (killed.some(isRunning)) await delay(1);
          if (status === "response") {
            assert.ok(body.equals(event), body.toString("utf8", 0, 200));
            answered++;
          } else {
            assert.equal(
              JSON.parse(body.toString()).errorType,
              "Function.SIGKILL",
              body.toString(),
            );
          }
        }
        const { body } = await served.invoke("whole");
        assert.equal(body.toString(), "whole");
      }
      assert.ok(answered < 24);
    });

    it("that is killed while it works fails its event alone", async () => {
      await using host = await starts(handlers.handler);
      const answer = host.invoke('{"does":"sleep"}');
      while (!host.log().includes("asleep")) await delay(5);
      for (const pid of adapters(host)) kill(pid);
      const { body } = await answer;
      assert.equal(JSON.parse(body.toString()).errorType, "Function.SIGKILL");
      assert.equal((await host.invoke('{"does":"count"}')).body.toString().trim(), "1");
    });

    it("that cannot be reached while an event is on its way has not had it", async () => {
      await using host = await starts(handlers.handler);
      await host.invoke('{"does":"count"}');
      const [pid = ""] = adapters(host);
      // Stopped, it reads nothing; then it is gone.
      process.kill(Number(pid), "SIGSTOP");
      while (!/^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))) await delay(1);
      const answer = host.invoke('{"does":"count"}');
      await delay(100);
      kill(pid);
      const { body, log } = await answer;
      assert.equal(body.toString().trim(), "1");
      assert.match(log, /ended before it had read the event; a new one gets it/);
    });

    it("leaves files in /tmp to the next one", async () => {
      const root = temporaryFiles();
      await using host = await starts(handlers.handler, { TMPDIR: root });
      writeFileSync(join(root, "kept"), "");
      await host.invoke('{"does":"kill"}');
      await host.invoke('{"does":"count"}');
      assert.ok(existsSync(join(root, "kept")));
    });

    it("may print without end of it: the log has all, and memory is bounded", async () => {
      await using host = await starts(handlers.handler);
      const { body, log, status } = await host.invoke('{"does":"flood"}', {
        deadlineMs: Date.now() + 60_000,
      });
      assert.equal(status, "response", body.toString());
      assert.equal(body.toString().trim(), answersJson ? '"flooded"' : "flooded");
      assert.equal(log.match(/^line/gm)?.length, 100_000);
      assert.ok(peakMemoryMB(host.pid) < 200, `${peakMemoryMB(host.pid)} MB`);
    });
  });
}

function adapters(host: Host): string[] {
  return childrenOf(host.pid).filter((pid) => commandLine(pid).includes("/languages/"));
}

function kill(pid: string): void {
  if (isRunning(pid)) process.kill(Number(pid), "SIGKILL");
}

/**
 * In the interpreter's place: opens the two pipes as adapters do and then behaves as the event says.
 * `given` counts the requests that this process has had.
 */
const impostor = `#!${process.execPath}
const { createReadStream, writeFileSync, openSync, writeSync, readFileSync } = require("node:fs");
const at = process.argv.findIndex((word) => /[/]languages[/][^/]+$/.test(word));
const words = process.argv.slice(at + 1).filter((word) => word !== "--end-toplevel-options");
const [source, sink, , file] = words;
const replies = openSync(sink, "w");
const say = (text) => writeSync(replies, text);
const load = readFileSync(file, "latin1").trim();
const wait = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
const requests = createReadStream("", { fd: openSync(source, "r") });
if (load.startsWith("load ")) eval(load.slice(5));
else {
  say("ready\\n");
  if (load.startsWith("idle ")) setTimeout(() => eval(load.slice(5)), 300);
}
let given = 0;
let text = "";
requests.on("data", (piece) => {
  text += piece.toString("latin1");
  for (;;) {
    const head = /^event (\\S+) (\\d+) (\\d+)\\n/.exec(text);
    if (head === null) return;
    const end = head[0].length + Number(head[2]) + Number(head[3]);
    if (text.length < end) return;
    const lines = text.slice(head[0].length, head[0].length + Number(head[2])).split("\\n");
    const body = text.slice(end - Number(head[3]), end);
    text = text.slice(end);
    const id = head[1];
    given++;
    const input = lines.find((line) => line.startsWith("<"))?.slice(1);
    const output = lines.find((line) => line.startsWith(">"))?.slice(1);
    const event = input === undefined ? body : readFileSync(input, "latin1");
    const answer = output === undefined ? "response " + id + " 2\\nok" : "done " + id + " 0\\n";
    if (output !== undefined) writeFileSync(output, "ok", { flag: "a" });
    if (event.startsWith("js:")) eval(event.slice(3));
    else say(answer);
  }
});
`;

/** What the adapter does with its first event, and how that event must end. */
const wrongs: readonly [
  what: string,
  does: string,
  errorType: RegExp,
  nextHasNewProcess: boolean,
][] = [
  ["answers twice at once", "say(answer + answer)", /^Function\.TooMuchOutput$/, true],
  ["adds a part of another answer", "say(answer + 'resp')", /^Function\.TooMuchOutput$/, true],
  ["adds a line of its own", "say(answer + 'hello\\n')", /^Function\.TooMuchOutput$/, true],
  [
    "answers another event",
    "say(answer.replace(' ' + id + ' ', ' 999 '))",
    /^Function\.TooMuchOutput$/,
    true,
  ],
  ["answers what is no reply", "say('<html>\\n')", /^Function\.TooMuchOutput$/, true],
  ["answers a line without an end", "say('x'.repeat(100000))", /^Function\.TooMuchOutput$/, true],
  ["says ready again", "say('ready\\n')", /^Function\.TooMuchOutput$/, true],
  [
    "answers in the other way",
    "say(output ? 'response ' + id + ' 2\\nok' : 'done ' + id + ' 0\\n')",
    /^Function\.TooMuchOutput$/,
    false,
  ],
  [
    "breaks off an answer",
    "say('response ' + id + ' 1000\\nhalf'); process.exit(7)",
    /^Function\.Exit7$/,
    true,
  ],
  [
    "breaks off an error",
    "say('error ' + id + ' 10 10 10\\nhalf'); process.kill(process.pid, 'SIGSEGV'); wait(5000)",
    /^Function\.SIGSEGV$/,
    true,
  ],
  ["ends without an answer", "process.exit(0)", /^(Function\.NoResponse|none)$/, true],
  [
    "stops in the middle of an answer",
    "say('response ' + id + ' 10\\nhalf'); wait(60000)",
    /^Function\.Timeout$/,
    true,
  ],
  ["has nothing to say", "wait(60000)", /^Function\.Timeout$/, true],
  [
    "names a length that is none",
    "say('response ' + id + ' -1\\n')",
    /^Function\.TooMuchOutput$/,
    true,
  ],
  [
    "names a length beyond all",
    "say('response ' + id + ' 99999999999999999999\\n')",
    /^Function\.TooMuchOutput$/,
    true,
  ],
  [
    "reports an error of many megabytes",
    "say('error ' + id + ' 1 9000000 0\\nT'); say('m'.repeat(9000000))",
    /^T$/,
    false,
  ],
];

// Each has another way of its pipes or of its event: read from a pipe, from a file, by stdin, from a FIFO.
for (const chosen of ["Python", "PHP", "bash", "PicoLisp"]) {
  const { name, program, file } = languageCases.find(
    (each) => each.name === chosen,
  ) as (typeof languageCases)[0];
  const extension = file.slice(file.lastIndexOf("."));
  const programs = temporaryFiles({ [program]: impostor });
  chmodSync(join(programs, program), 0o755);
  const start = (text: string) =>
    startHost({
      handler: "app.handler",
      root: temporaryFiles({ [`app${extension}`]: `${text}\n` }),
      env: { PATH: `${programs}:${process.env.PATH}` },
    });

  describe(`an adapter of ${name}`, { skip: missingTool([program]), concurrency: 2 }, () => {
    for (const [what, does, errorType, renewed] of wrongs) {
      it(`that ${what} fails that event alone`, async () => {
        await using host = await start("");
        assert.equal((await host.invoke("first")).body.toString(), "ok", host.log());
        const timed = errorType.test("Function.Timeout");
        const deadlineMs = Date.now() + (timed ? 2500 : 10_000);
        const { status, body } = await host.invoke(`js:${does}`, { deadlineMs });
        const type = status === "error" ? JSON.parse(body.toString()).errorType : "none";
        assert.match(type, errorType, body.toString("utf8", 0, 300));
        for (const id of ["one", "two"]) {
          const next = await host.invoke(`js:say(answer)//${id}`);
          assert.equal(next.body.toString(), "ok");
        }
        const { body: count } = await host.invoke(
          "js:if (output) { writeFileSync(output, ' ' + given, { flag: 'a' }); say(answer) } else say('response ' + id + ' ' + (String(given).length) + '\\n' + given)",
        );
        assert.equal(
          Number(count.toString().split(" ").at(-1)?.replace("ok", "")),
          renewed ? 3 : 5,
        );
      });
    }

    it("that speaks when nobody has asked is replaced, and the log says so", async () => {
      for (const late of [
        "say('response 1 2\\nno')",
        "say('done 1 0\\n')",
        "say('x')",
        "say('ready\\n')",
      ]) {
        await using host = await start("");
        const answer = await host.invoke(`js:say(answer); setTimeout(() => { ${late} }, 50)`);
        assert.equal(answer.body.toString(), "ok");
        while (!/when no event had asked for it, and is replaced/.test(host.log())) await delay(5);
        assert.equal((await host.invoke("next")).body.toString(), "ok");
      }
      await using host = await start("idle say('response 1 2\\nno')");
      while (!/when no event had asked for it, and is replaced/.test(host.log())) await delay(5);
    });

    it("that says no `ready` while the file is loaded is an init error", async () => {
      const cases: readonly [string, RegExp][] = [
        ["process.exit(0)", /^Runtime\.ScriptExitedAtInit$/],
        ["process.exit(9)", /^Function\.Exit9$/],
        ["process.kill(process.pid, 'SIGKILL'); wait(5000)", /^Function\.SIGKILL$/],
        ["say('hello\\n')", /^./],
        ["say('response 1 2\\nno')", /^./],
        ["say('rea'); process.exit(3)", /^Function\.Exit3$/],
        ["say('error 0 4 5 0\\nTypemess'); process.exit(3)", /^Function\.Exit3$/],
        ["say('error 0 4 4 5\\nTypemessa\\nb\\nc')", /^Type$/],
      ];
      for (const [does, errorType] of cases) {
        await using host = await start(`load ${does}`);
        const posted = JSON.parse(String((await host.initError)?.body));
        assert.match(posted.errorType, errorType, does);
        assert.notEqual((await host.exited).code, 0);
      }
    });
  });
}
