// `--bundle`: one file of JavaScript under the handler's own name, run to prove that it is the same.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { execa } from "execa";
import { collect, makeProject, npmPackage, pathsOf, unpacked } from "../project.ts";

async function bundle(root: string, handler: string) {
  const collected = await collect(root, handler, { bundle: true });
  const task = await unpacked(collected);
  return {
    collected,
    task,
    paths: pathsOf(collected),
    read: (path: string) => readFileSync(join(task, path), "utf8"),
  };
}

async function runs(task: string, script: string): Promise<string> {
  const { stdout } = await execa(process.execPath, [script], { cwd: task });
  return stdout;
}

test("TypeScript keeps its name as a link to JavaScript, which no stripping of types can change", async () => {
  const root = makeProject({
    "src/hello.ts": [
      "#!/usr/bin/env -S npx tsx",
      'import { join } from "../lib/join";',
      "enum Colour { red = 1 }",
      'import { compared } from "../lib/compared.js";',
      "console.log(join(compared), Colour.red, import.meta.main);",
    ].join("\n"),
    "lib/compared.js": [
      "const pair = (a, b) => [a, b];",
      "const [a, b, c, d] = [1, 2, 3, 4];",
      "export const compared = pair(a < b, c > (d));",
    ].join("\n"),
    "lib/join.ts": "export const join = (list: unknown[]): string => list.join();",
  });
  const { collected, task, paths, read } = await bundle(root, "src/hello.ts");
  assert.deepEqual(paths, ["src/hello.mjs", "src/hello.mjs.map", "src/hello.ts"]);
  assert.deepEqual(collected.warnings, []);
  assert.equal(await runs(task, "src/hello.ts"), "true,false 1 true");
  assert.match(read("src/hello.mjs"), /^#!\/usr\/bin\/env node\n/);
  const program = collected.files.find(({ path }) => path === "src/hello.mjs");
  assert.equal(program?.executable, true);
});

test("the source map leads from the bundle to the line of the source", async () => {
  const root = makeProject({
    "fail.ts": 'import { fail } from "./lib.ts";\n\nfail("x");',
    "lib.ts": "export function fail(why: string): never {\n  throw new Error(why);\n}",
  });
  const { task, read } = await bundle(root, "fail.ts");
  const run = execa(process.execPath, ["--enable-source-maps", "fail.ts"], { cwd: task });
  await assert.rejects(run, /lib\.ts:2:9\)/);
  const map = new SourceMap(JSON.parse(read("fail.mjs.map")));
  assert.deepEqual(map.payload.sources, ["lib.ts", "fail.ts"]);
});

test("CommonJS stays CommonJS, and CommonJS in a module finds Node's own modules", async () => {
  const root = makeProject({
    "old.js":
      'const a = require("a");\nexports.handler = () => a + __filename.endsWith("old.js");\nif (require.main === module) console.log(exports.handler());',
    "new.mjs":
      'import { dirname } from "node:path";\nimport a from "a";\nconst __dirname = dirname(import.meta.filename);\nconsole.log(a, __dirname === process.cwd());',
    "typed.cts": 'import a = require("a");\nconsole.log(a);',
    ...npmPackage("node_modules/a", 'module.exports = require("os").EOL.length + " ";'),
  });
  const old = await bundle(root, "old.js");
  assert.deepEqual(old.paths, ["old.js", "old.js.map", "package.json"]);
  assert.equal(old.read("package.json"), '{"type":"commonjs"}\n');
  assert.equal(await runs(old.task, "old.js"), "1 true");
  const modern = await bundle(root, "new.mjs");
  assert.equal(await runs(modern.task, "new.mjs"), "1  true");
  const typed = await bundle(root, "typed.cts");
  assert.deepEqual(typed.paths, ["typed.cjs", "typed.cjs.map", "typed.cts"]);
  assert.equal(await runs(typed.task, "typed.cts"), "1 ");
});

test("a module that makes its own require is not given a second one", async () => {
  const root = makeProject({
    "main.mjs":
      'import { createRequire } from "node:module";\nimport a from "a";\nconst require = createRequire(import.meta.url);\nconsole.log(a, require("node:os").EOL.length);',
    ...npmPackage("node_modules/a", 'module.exports = require("os").EOL.length;'),
  });
  const { task } = await bundle(root, "main.mjs");
  assert.equal(await runs(task, "main.mjs"), "1 1");
});

test("a script without an extension keeps its name and is run by Node", async () => {
  const root = makeProject({
    "bin/tool":
      '#!/usr/bin/env tsx\nimport { word } from "../lib/word.ts";\nconst text: string = word;\nconsole.log(text);',
    "lib/word.ts": 'export const word = "word";',
  });
  const { task, paths } = await bundle(root, "bin/tool");
  assert.deepEqual(paths, ["bin/package.json", "bin/tool", "bin/tool.map"]);
  assert.equal(await runs(task, "bin/tool"), "word");
});

test("packages with native code stay whole beside the bundle, and so do addons", async () => {
  const root = makeProject({
    "main.mjs": 'import a from "a";\nimport native from "native";\nconsole.log(a + native);',
    ...npmPackage("node_modules/a", 'module.exports = "bundled ";'),
    ...npmPackage("node_modules/native", 'module.exports = "whole" + require("helper");', {
      dependencies: { helper: "1" },
    }),
    "node_modules/native/binding.gyp": "{}",
    ...npmPackage("node_modules/helper", 'module.exports = " with helper";'),
  });
  const { task, paths } = await bundle(root, "main.mjs");
  assert.ok(!paths.some((path) => path.startsWith("node_modules/a/")));
  assert.equal(await runs(task, "main.mjs"), "bundled whole with helper");
});

test("a data file by its URL lies where it was; what nobody can follow is said", async () => {
  const root = makeProject({
    "main.mjs": 'import { words } from "./lib/words.mjs";\nconsole.log(words);',
    "lib/words.mjs":
      'import { readFileSync } from "node:fs";\nexport const words = readFileSync(new URL("./words.txt", import.meta.url), "utf8");\nexport const start = () => new Worker(new URL("./worker.mjs", import.meta.url));\nexport { late } from "./late.mjs";',
    "lib/words.txt": "words",
    "lib/worker.mjs": 'export { words } from "./words.mjs";',
    "lib/late.mjs": "export const late = (name) => import(name);",
  });
  const { collected, task, paths } = await bundle(root, "main.mjs");
  assert.equal(await runs(task, "main.mjs"), "words");
  // A worker has modules of its own: it is packed with what it imports.
  for (const path of ["lib/worker.mjs", "lib/words.mjs", "lib/words.txt"]) {
    assert.ok(paths.includes(path), path);
  }
  assert.match(
    collected.warnings.join(),
    /lib\/late\.mjs imports a name that is computed.*--include/,
  );
});

test("a module's exports are found by the handler as before", async () => {
  const root = makeProject({
    "index.ts":
      'import { word } from "./word.ts";\nexport const handler = async () => word;\nexport const api = { get: () => 1 };',
    "word.ts": 'export const word: string = "word";',
  });
  const { task, paths } = await bundle(root, "index.handler");
  assert.deepEqual(paths, ["index.mjs", "index.mjs.map", "index.ts"]);
  const module = await import(join(task, "index.mjs"));
  assert.equal(await module.handler(), "word");
});

test("what cannot be found is an error that says what to do", async () => {
  const root = makeProject({ "main.ts": 'import a from "absent";\nconsole.log(a);' });
  await assert.rejects(
    bundle(root, "main.ts"),
    /main\.ts:1:\d+: Could not resolve "absent".*npm install/,
  );
  const external = await collect(root, "main.ts", { bundle: true, external: ["absent"] });
  assert.deepEqual(pathsOf(external), ["main.mjs", "main.mjs.map", "main.ts"]);
});
