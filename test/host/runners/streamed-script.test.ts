// STDLAMBDA_STDOUT=stream for scripts: what was written leaves at once, however the script ends.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Answer } from "../../helpers/runtime-api-server.ts";
import { functionFolder } from "./function-folder.ts";

const folder = functionFolder({
  "parts.sh": "#!/bin/sh\nprintf first; sleep 0.2; printf last\n",
  "much.sh": "#!/bin/sh\nhead -c 20000000 /dev/zero\n",
  "fails.sh": "#!/bin/sh\nprintf half; sleep 0.05; echo broken >&2; exit 3\n",
  "fails-first.sh": "#!/bin/sh\necho broken >&2; exit 3\n",
  "silent.sh": "#!/bin/sh\nexit 0\n",
  "hangs.sh": "#!/bin/sh\ntrap '' TERM; printf half; while :; do sleep 0.05; done\n",
  "leaves-writer.sh": "#!/bin/sh\nyes & printf 'main\\n'; sleep 0.1\n",
  "parts.mjs": `process.stdout.write("first"); setTimeout(() => process.stdout.write("last"), 200);`,
  "throws.mjs": `process.stdout.write("half", () => { throw new RangeError("midway"); });`,
  "echo.sh": "#!/bin/sh\nexec cat\n",
});

const start = (script: string, env = {}) =>
  folder.start(script, { STDLAMBDA_STDOUT: "stream", ...env });

describe("a streamed script", { concurrency: 2 }, () => {
  for (const script of ["parts.sh", "parts.mjs"]) {
    it(`${script}: its first byte leaves before its last is written`, async () => {
      await using host = await start(script);
      for (let n = 0; n < 2; n++) {
        const answer = await host.invoke({});
        assert.equal(answer.body.toString(), "firstlast");
        const [first, ...more] = answer.chunks;
        assert.ok((more.at(-1)?.at ?? 0) - (first?.at ?? 0) > 150);
        assert.equal(trailer(answer), undefined);
      }
    });
  }

  it("may be larger than any buffered response, both ways byte for byte", async () => {
    await using host = await start("much.sh");
    assert.equal((await host.invoke({})).body.length, 20_000_000);
    await using echo = await start("echo.sh");
    const bytes = Buffer.alloc(
      6 * 1024 * 1024,
      Buffer.from(Array.from({ length: 256 }, (_, n) => n)),
    );
    assert.ok((await echo.invoke(bytes)).body.equals(bytes));
  });

  const midway = [
    ["fails.sh", "half", "Function.Exit3", "broken"],
    ["throws.mjs", "half", "RangeError", "midway"],
    ["hangs.sh", "half", "Function.Timeout", "seconds"],
  ] as const;
  for (const [script, body, type, message] of midway) {
    it(`${script}: the error comes in the trailers`, async () => {
      await using host = await start(script);
      const started = Date.now();
      const answer = await host.invoke({}, { deadlineMs: started + 1200 });
      assert.ok(Date.now() - started < 1200);
      assert.equal(answer.body.toString(), body);
      assert.equal(trailer(answer)?.errorType, type);
      assert.ok(trailer(answer)?.errorMessage.includes(message));
    });
  }

  it("that wrote nothing is an empty response, or an error", async () => {
    await using silent = await start("silent.sh");
    const empty = await silent.invoke({});
    assert.equal(empty.status, "response");
    assert.equal(empty.body.length, 0);
    await using failing = await start("fails-first.sh");
    assert.match((await failing.invoke({})).body.toString(), /"Function\.Exit3".*"broken"/);
  });

  it("whose child goes on writing ends with its main process", async () => {
    await using host = await start("leaves-writer.sh");
    const started = Date.now();
    const answer = await host.invoke({}, { deadlineMs: started + 9000 });
    assert.ok(Date.now() - started < 4000, `${Date.now() - started} ms`);
    assert.ok(answer.body.includes("main\n"));
    assert.equal(trailer(answer), undefined);
  });

  it("is served by prestart too", async () => {
    await using host = await start("echo.sh", { STDLAMBDA_MODE: "prestart" });
    for (const event of ["one", "two"]) {
      assert.equal((await host.invoke(event)).body.toString(), event);
    }
  });
});

function trailer({ trailers }: Answer): { errorType: string; errorMessage: string } | undefined {
  const body = trailers["lambda-runtime-function-error-body"];
  return body === undefined ? undefined : JSON.parse(Buffer.from(body, "base64").toString());
}
