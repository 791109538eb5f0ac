// Many short lines in one event: the time grows with their number, not with its square, and the
// memory does not grow.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { functionFolder } from "./function-folder.ts";
import { peakMemoryMB } from "./process-facts.ts";

const lines = 100_000;
const few = 5_000;

const folder = functionFolder({
  "function.mjs": `const styles = {
  log: () => console.log("a short line"),
  error: () => console.error("a short line"),
  stderr: () => process.stderr.write("a short line\\n"),
  bytes: () => { process.stderr.write("a shor"); process.stderr.write("t line\\n"); },
};
export const handler = ({ style, count }) => {
  for (let n = 0; n < count; n++) styles[style]();
  return count;
};`,
  "main.mjs": `import { readFileSync, writeSync } from "node:fs";
const styles = {
  error: () => console.error("a short line"),
  stderr: () => process.stderr.write("a short line\\n"),
  writeSync: () => writeSync(2, "a short line\\n"),
};
export function main() {
  const { style, count } = JSON.parse(readFileSync(0, "utf8"));
  for (let n = 0; n < count; n++) styles[style]();
  console.log(count);
}`,
  "streams.mjs": `export async function main() {
  let text = "";
  for await (const part of process.stdin) text += part;
  const { count } = JSON.parse(text);
  for (let n = 0; n < count; n++) console.log("a short line");
}`,
  "child.mjs": `import { readFileSync } from "node:fs";
const { count } = JSON.parse(readFileSync(0, "utf8"));
for (let n = 0; n < count; n += 100) process.stderr.write("a short line\\n".repeat(100));
console.log(count);`,
});

const cases = [
  ["function.handler", "log", {}],
  ["function.handler", "error", {}],
  ["function.handler", "stderr", {}],
  ["function.handler", "bytes", {}],
  ["function.handler", "log", { AWS_LAMBDA_LOG_FORMAT: "JSON" }],
  ["main.mjs", "error", {}],
  ["main.mjs", "stderr", {}],
  ["main.mjs", "writeSync", {}],
  ["child.mjs", "", {}],
  ["child.mjs", "", { STDLAMBDA_MODE: "spawn", AWS_LAMBDA_LOG_FORMAT: "JSON" }],
] as const;

describe("100,000 lines in one event", () => {
  for (const [handler, style, env] of cases) {
    it(`${handler} ${style} ${JSON.stringify(env)}`, async () => {
      await using host = await folder.start(handler, env);
      const took = async (count: number) => {
        const started = performance.now();
        const { body, log } = await host.invoke({ style, count });
        assert.equal(Number(body), count);
        assert.equal(log.split("a short line").length - 1, count);
        return performance.now() - started;
      };
      await took(few);
      const short = await took(few);
      const long = await took(lines);
      // Four times the ratio of the counts is far below the square of it.
      assert.ok(long < (4 * lines * short) / few, `${few} in ${short} ms, ${lines} in ${long} ms`);
      assert.ok(peakMemoryMB(host.pid) < 200, `${peakMemoryMB(host.pid)} MB`);
    });
  }

  it("streamed to the caller", async () => {
    await using host = await folder.start("streams.mjs", { STDLAMBDA_STDOUT: "stream" });
    const started = performance.now();
    const { body } = await host.invoke({ count: lines });
    assert.equal(body.length, lines * "a short line\n".length);
    assert.ok(performance.now() - started < 20_000);
  });
});
