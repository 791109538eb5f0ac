// A top-level `await` in a script that tsx takes for CommonJS: the verdict beside what tsx itself does.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, it } from "node:test";
import { topLevelAwaitFault } from "../../../host/source/top-level-await.ts";
import { temporaryFiles } from "../temporary-files.ts";

const tsx = createRequire(import.meta.url).resolve("tsx");
const enumOf = "enum A { a }\n";

/** Scripts with the line of their first top-level await; 0 for none. */
const scripts: Readonly<Record<string, readonly [source: string, line: number]>> = {
  "plain.ts": [`${enumOf}await Promise.resolve();`, 2],
  "for.ts": [`${enumOf}\nfor await (const a of []) console.log(a);`, 3],
  "block.ts": [`${enumOf}if (A.a === 0) { const a = await 1; console.log(a); }`, 2],
  "assigned.ts": [`${enumOf}export const a = (await import("node:fs")).existsSync;`, 2],
  "function.ts": [`${enumOf}async function f() { await 1; }\nvoid f();`, 0],
  "arrow.ts": [`${enumOf}export const f = async () => await 1;`, 0],
  "method.ts": [`${enumOf}class B { async m() { await 1; } }\nvoid new B().m();`, 0],
  "text.ts": [`${enumOf}// await 1\nconsole.log("await 1");`, 0],
  "name.ts": [`${enumOf}console.log({ await: 1 }.await);`, 0],
  "module.mts": [`${enumOf}await 1;`, 0],
  "esm/index.ts": [`${enumOf}await 1;`, 0],
  "cjs/index.ts": [`${enumOf}await 1;`, 2],
  "common.cts": [`${enumOf}await 1;`, 2],
};

describe("a top-level await by tsx", () => {
  const root = temporaryFiles({
    ...Object.fromEntries(Object.entries(scripts).map(([name, [source]]) => [name, source])),
    "esm/package.json": '{"type":"module"}',
    "cjs/package.json": '{"type":"commonjs"}',
  });
  for (const [name, [, line]] of Object.entries(scripts)) {
    it(`${name} ${line === 0 ? "runs" : "is refused"}`, () => {
      const script = join(root, name);
      const { status } = spawnSync(process.execPath, ["--import", tsx, script]);
      const fault = topLevelAwaitFault(script);
      assert.equal(status === 0, line === 0, "what tsx does");
      if (line === 0) assert.equal(fault, undefined);
      else assert.ok(fault?.startsWith(`${script}:${line} awaits outside of a function`), fault);
    });
  }

  it("says what to change, for each reason", () => {
    const remedy = (name: string) => topLevelAwaitFault(join(root, name))?.split(". ")[1];
    assert.equal(
      remedy("plain.ts"),
      'Either name it plain.mts, put {"type":"module"} into a package.json beside it, or await in an async function.',
    );
    assert.equal(
      remedy("cjs/index.ts"),
      'Either name it index.mts, write "type": "module" there, or await in an async function.',
    );
    assert.equal(remedy("common.cts"), "Name it common.mts, or await in an async function.");
  });
});
