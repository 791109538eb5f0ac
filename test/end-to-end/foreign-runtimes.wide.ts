// Runtimes and extensions of others in `stdlambda dev`, from their init to their end.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { missingTool } from "../helpers/missing-tool.ts";
import { startDev, until } from "./dev-process.ts";

const skip = missingTool(["bash", "curl"]);
const fixture = (name: string) =>
  readFileSync(join(import.meta.dirname, "../fixtures/end-to-end", name));

function project(
  functions: Readonly<Record<string, object>>,
  files: Readonly<Record<string, string | Buffer>>,
): Record<string, string | Buffer> {
  const withRoot = Object.entries(functions).map(([name, settings]) => [
    name,
    { handler: "function.sh", root: name, timeout: 20, ...settings },
  ]);
  return {
    "stdlambda.config.json": JSON.stringify({ functions: Object.fromEntries(withRoot) }),
    ...files,
  };
}

for (const args of [[], ["--no-bubblewrap"]]) {
  const how = args.length === 0 ? "" : " (without bubblewrap)";
  suite(`An external extension${how}`, { skip }, () => {
    const observed = project(
      { observed: { layers: ["layer"] } },
      {
        "observed/function.sh": "cat",
        "layer/bootstrap*": fixture("bootstrap"),
        "layer/extensions/observer*": fixture("extension.sh"),
        "layer/extensions/not-executable": "no program",
      },
    );

    test("is told of each invocation and of the end", async (t) => {
      const dev = await startDev(t, observed, { args });
      for (const n of [1, 2]) {
        const answer = await dev.invoke("observed", { n });
        assert.equal(await answer.text(), `{"n":${n}}\n`);
        const told = `"requestId":"${answer.headers.get("x-amzn-requestid")}"`;
        await until(() => dev.log().includes(told), "the extension is told");
      }
      assert.match(dev.log(), /EXTENSION\s+Name: observer\s+State: Ready\s+Events: \[\s*INVOKE/);
      await dev.end();
      assert.match(dev.log(), /observer: .*"eventType":"SHUTDOWN".*"shutdownReason":"spindown"/);
    });

    test("ends the environment by its crash, and the next event gets a new one", async (t) => {
      const dev = await startDev(t, observed, { args });
      const crashed = await dev.invoke("observed", "1", {
        "X-Amzn-Trace-Id": "crash-the-extension",
      });
      assert.equal(crashed.headers.get("x-amz-function-error"), "Unhandled");
      const { errorType, errorMessage } = (await crashed.json()) as Record<string, string>;
      assert.equal(errorType, "Extension.Crash");
      assert.match(errorMessage ?? "", /exit status 5/);
      assert.equal(await (await dev.invoke("observed", "2")).text(), "2\n");
    });
  });

  suite(`A runtime that registers as an extension${how}`, { skip }, () => {
    const graceful = project(
      { graceful: { timeout: 1 } },
      { "graceful/bootstrap*": fixture("graceful-bootstrap") },
    );

    test("gets SIGTERM at the end, and at a timeout", async (t) => {
      const dev = await startDev(t, graceful, { args });
      const hung = await dev.invoke("graceful", '"hang"');
      const { errorType } = (await hung.json()) as Record<string, string>;
      assert.equal(errorType, "Sandbox.Timedout");
      await until(() => dev.log().includes("the runtime got SIGTERM"), "SIGTERM at the timeout");
      assert.equal(await (await dev.invoke("graceful", '"next"')).text(), '"next"');
      const before = dev.log().length;
      const { exitCode, tookMs } = await dev.end();
      assert.match(dev.log().slice(before), /the runtime got SIGTERM/);
      assert.equal(exitCode, 130);
      assert.ok(tookMs < 3000, `the end took ${tookMs} ms`);
    });
  });

  suite(`SnapStart${how}`, { skip }, () => {
    test("restores a runtime with hooks before its first event", async (t) => {
      const runtime = fixture("restored-bootstrap");
      const dev = await startDev(
        t,
        project(
          { restored: { snapStart: true }, fails: { snapStart: true, handler: "fails" } },
          { "restored/bootstrap*": runtime, "fails/bootstrap*": runtime },
        ),
        { args },
      );
      for (const _ of [1, 2]) {
        assert.deepEqual(await (await dev.invoke("restored")).json(), [
          "type snap-start",
          "before the snapshot",
          "restored 200",
        ]);
      }
      await until(() => /^restored \| REPORT .*Restore Duration/m.test(dev.log()), "the report");
      assert.match(dev.log(), /^restored \| RESTORE_START /m);
      const failed = await dev.invoke("fails");
      assert.deepEqual(await failed.json(), {
        errorType: "Runtime.AfterRestoreError",
        errorMessage: "the hook failed",
      });
    });
  });
}
