// What holds for a function in every language, through host/bootstrap with the real interpreter.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { extname, join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { missingTool } from "../../helpers/missing-tool.ts";
import { type Host, startHost } from "../../helpers/runtime-api.ts";
import { childrenOf, commandLine, isRunning } from "../runners/process-facts.ts";
import { temporaryFiles } from "../temporary-files.ts";
import { languageCases } from "./cases.ts";

const fixtures = join(import.meta.dirname, "../../fixtures/languages");

for (const language of languageCases) {
  const { name, program, file, handlers } = language;
  const skip = missingTool([program]);

  describe(`a function in ${name}`, { skip }, () => {
    const start = (handler: string, env: Record<string, string> = {}) =>
      startHost({ handler, root: fixtures, env });

    /** Asks for `does`; the answer's text. */
    async function ask(host: Host, does: string, more: object = {}): Promise<string> {
      const { status, body } = await host.invoke(JSON.stringify({ does, ...more }));
      assert.equal(status, "response", body.toString());
      const text = body.toString();
      return String(language.answersJson ? JSON.parse(text) : text).trim();
    }

    /** What an event that fails is answered with. */
    async function failure(host: Host, does: string, deadlineMs = Date.now() + 20_000) {
      const { status, body } = await host.invoke(JSON.stringify({ does }), { deadlineMs });
      assert.equal(status, "error", body.toString());
      return JSON.parse(body.toString());
    }

    it("is loaded once", async () => {
      await using host = await start(handlers.handler);
      const counts = [await ask(host, "count"), await ask(host, "count"), await ask(host, "count")];
      assert.deepEqual(counts, language.keepsState ? ["1", "2", "3"] : ["1", "1", "1"]);
      assert.equal(adapters(host).length, 1);
    });

    it("gets the event and gives its answer, whatever the locale and the size", async () => {
      await using host = await start(handlers.handler, { LANG: "C", LC_ALL: "C" });
      // The last one is as large as an event may be.
      for (const size of [0, 70_000, 3 * 1024 * 1024 - 100]) {
        const event = { does: "echo", text: `"é\u{1F600}\\\n${"ö".repeat(size)}` };
        const { status, body } = await host.invoke(JSON.stringify(event));
        assert.equal(status, "response", body.toString("utf8", 0, 500));
        assert.deepEqual(JSON.parse(body.toString()), event);
      }
    });

    it("takes an empty event", async () => {
      await using host = await start(handlers.handler);
      assert.equal((await host.invoke("")).status, "response");
      assert.equal(await ask(host, "tenant"), "none");
    });

    it("answers an event that is not JSON as its convention says", async () => {
      await using host = await start(handlers.handler);
      const { status, body } = await host.invoke("{not JSON");
      if (!language.parses) assert.equal(status, "response");
      else assert.equal(JSON.parse(body.toString()).errorType, "Runtime.UnmarshalError");
    });

    it("logs what it prints, whole and before the answer", async () => {
      await using host = await start(handlers.handler);
      const { log } = await host.invoke('{"does":"log"}');
      const lines = log.split("\n");
      for (const line of [
        "on stderr",
        ...(language.answersJson ? ["first", "second without its end"] : []),
      ]) {
        assert.ok(lines.includes(line), log);
      }
    });

    it("reports an error as its language does, without frames of the adapter", async () => {
      await using host = await start(handlers.handler);
      for (let round = 0; round < 2; round++) {
        const { errorType, errorMessage, stackTrace } = await failure(host, "fail");
        assert.equal(errorType, language.failure.errorType);
        assert.match(errorMessage, language.failure.errorMessage);
        const { frame } = language.failure;
        const frames: string[] = stackTrace;
        if (frame !== undefined)
          assert.ok(
            frames.some((line) => frame.test(line)),
            frames.join("\n"),
          );
        assert.doesNotMatch(frames.join("\n"), /host\/languages/);
      }
      assert.equal(adapters(host).length, 1);
      assert.equal(await ask(host, "tenant"), "none");
    });

    for (const [does, type] of [
      ["exit", "Function.Exit3"],
      ["kill", "Function.SIGKILL"],
    ] as const) {
      it(`fails the event alone that ends its process (${does})`, async () => {
        await using host = await start(handlers.handler);
        for (let round = 0; round < 3; round++) {
          assert.equal((await failure(host, does)).errorType, type);
          const goesOn = language.keepsProcess && does === "exit";
          assert.equal(await ask(host, "count"), goesOn ? String(2 * round + 2) : "1");
        }
      });
    }

    it("is stopped at its deadline, in a busy loop", async () => {
      await using host = await start(handlers.handler);
      assert.equal(await ask(host, "count"), "1");
      const started = Date.now();
      const { errorType } = await failure(host, "spin", started + 2500);
      assert.equal(errorType, "Function.Timeout");
      assert.ok(Date.now() < started + 2500);
      assert.equal(await ask(host, "count"), "1");
    });

    const withoutLimit = language.memoryNeedsLimit && missingTool(["prlimit"]);
    it("fails the event that runs out of memory", { skip: withoutLimit || false }, async () => {
      await using host = await start(handlers.handler);
      await ask(host, "count");
      if (language.memoryNeedsLimit) {
        for (const pid of adapters(host)) execFileSync("prlimit", ["--pid", pid, "--as=150000000"]);
      }
      assert.match((await failure(host, "memory")).errorType, language.memory);
      assert.equal(await ask(host, "tenant"), "none");
    });

    it("gives the event's environment to what it starts, and no descriptor", async () => {
      await using host = await start(handlers.handler);
      for (const id of ["first-id", "second-id"]) {
        const { body } = await host.invoke('{"does":"child"}', {
          headers: { "Lambda-Runtime-Aws-Request-Id": id },
        });
        assert.match(body.toString(), new RegExp(id));
      }
      const numbers = (await ask(host, "descriptors")).split(/\s+/);
      // What this very process was started with goes to all it starts.
      const own = execFileSync("ls", ["/proc/self/fd"], { encoding: "utf8" }).trim().split("\n");
      assert.deepEqual(
        numbers.filter((number) => !own.includes(number)),
        [],
      );
    });

    it("forgets the variables of the event before", async () => {
      await using host = await start(handlers.handler);
      const { body } = await host.invoke('{"does":"tenant"}', {
        headers: { "Lambda-Runtime-Aws-Tenant-Id": "blue" },
      });
      assert.match(body.toString(), /blue/);
      assert.equal(await ask(host, "tenant"), "none");
    });

    it("answers with an error when its response is too large", async () => {
      await using host = await start(handlers.handler);
      assert.equal((await failure(host, "large")).errorType, "Function.ResponseSizeTooLarge");
      assert.equal(await ask(host, "tenant"), "none");
    });

    it("is served by a new process when its own has died between events", async () => {
      await using host = await start(handlers.handler);
      assert.equal(await ask(host, "count"), "1");
      const [pid = ""] = adapters(host);
      process.kill(Number(pid), "SIGKILL");
      while (isRunning(pid)) await delay(1);
      assert.equal(await ask(host, "count"), "1");
    });

    it("takes and gives text under the convention `string`, byte for byte", async () => {
      await using host = await start(handlers.text, { STDLAMBDA_CONVENTION: "string" });
      for (const text of ["", "{not JSON", "é\u{1F600}\n", " a  b \n\n", '{"a": 1.50}']) {
        const { status, body } = await host.invoke(text);
        assert.equal(status, "response", body.toString());
        assert.equal(body.toString(), text);
      }
      const bytes = Buffer.from([0x61, 0xff, 0xfe, 0xc3, 0x28, 0x62]);
      const back = (await host.invoke(bytes)).body;
      if (language.keepsBytes !== false) assert.deepEqual(back, bytes);
      const { body, requestId } = await host.invoke("headers");
      assert.equal(body.toString(), requestId);
    });

    it("has stdin and stdout under the convention `stdio`, for its children too", async () => {
      await using host = await start(handlers.plain, { STDLAMBDA_CONVENTION: "stdio" });
      for (let round = 0; round < 3; round++) {
        const { body, log } = await host.invoke(`${round}\nrest é\nof it`);
        const [first, ...rest] = body.toString().split("\n");
        assert.equal(first, `line: ${round}`);
        assert.match(rest.join("\n"), /end\n$/);
        assert.match(log, /on stderr/);
      }
    });

    for (const { what, source, errorType, errorMessage } of language.broken) {
      it(`posts an init error for ${what} while it is loaded`, async () => {
        const root = temporaryFiles({ [`broken${extname(file)}`]: source });
        const handler = handlers.handler.replace(/^\w+/, "broken");
        await using host = await startHost({ handler, root });
        const posted = JSON.parse(String((await host.initError)?.body));
        assert.match(posted.errorType, errorType, JSON.stringify(posted));
        assert.match(posted.errorMessage, errorMessage);
        assert.doesNotMatch(posted.stackTrace.join("\n"), /host\/languages/);
        assert.notEqual((await host.exited).code, 0);
      });
    }

    it("lists what its file defines when the export is not there", async () => {
      await using host = await start(handlers.handler.replace(/handler$/, "handle"));
      const posted = JSON.parse(String((await host.initError)?.body));
      assert.equal(posted.errorType, "Runtime.HandlerNotFound");
      for (const defined of language.listed)
        assert.match(posted.errorMessage, new RegExp(`\\b${defined}\\b`));
    });

    it("names its interpreter where it is missing", async () => {
      const node = temporaryFiles({});
      await using host = await startHost({
        handler: handlers.handler,
        root: fixtures,
        env: { PATH: node },
        bootstrap: join(import.meta.dirname, "../../../host/bootstrap"),
      });
      const posted = JSON.parse(String((await host.initError)?.body));
      assert.equal(posted.errorType, "Runtime.InterpreterNotFound");
      assert.match(
        posted.errorMessage,
        new RegExp(`${program.replace(/[\d.]+$/, "")}.*is not installed`),
      );
      assert.match(posted.errorMessage, /layer/);
    });

    /** Processes of the interpreter below the host. */
    function adapters(host: Host): string[] {
      return childrenOf(host.pid).filter((pid) => commandLine(pid).includes("/languages/"));
    }
  });
}
