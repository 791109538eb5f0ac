// What a script of Node brings along: by its imports, and run from the unpacked package to prove it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { execa } from "execa";
import { ExpectedError } from "../../../host/expected-error.ts";
import { collect, makeProject, npmPackage, pathsOf, unpacked } from "./project.ts";

async function runs(root: string, handler: string): Promise<string> {
  const collected = await collect(root, handler);
  const task = await unpacked(collected);
  const { stdout } = await execa(process.execPath, [handler], { cwd: task });
  return stdout;
}

test("a script has its imports and nothing else", async () => {
  const root = makeProject({
    "hello.ts": 'import { greet } from "./lib/greet.ts";\nconsole.log(greet());',
    "lib/greet.ts": 'export { greet } from "./words.js";\nexport type { Word } from "./types.ts";',
    "lib/words.js": 'module.exports = { greet: () => require("./text.json").hi };',
    "lib/text.json": '{"hi":"hi"}',
    "lib/types.ts": "export type Word = string;",
    "other.ts": "",
    "README.md": "",
  });
  const paths = pathsOf(await collect(root, "hello.ts"));
  assert.deepEqual(paths, ["hello.ts", "lib/greet.ts", "lib/text.json", "lib/words.js"]);
});

test("an import that is not used, and so run for its effect, is taken; one of types is not", async () => {
  const root = makeProject({
    "a.ts": 'import { used } from "./effect.ts";\nimport type { T } from "./types.ts";\nlet t: T;',
    "effect.ts": "export const used = 1; console.log('effect');",
    "types.ts": "export type T = 1;",
  });
  assert.deepEqual(pathsOf(await collect(root, "a.ts")), ["a.ts", "effect.ts"]);
  assert.equal(await runs(root, "a.ts"), "effect");
});

test("import(), require.resolve, workers and data by URL are followed", async () => {
  const root = makeProject({
    "main.mjs": [
      'import { createRequire } from "node:module";',
      "const require = createRequire(import.meta.url);",
      'const byHand = require("./by-hand.cjs");',
      'if (process.argv.length > 9) await import("./late.mjs");',
      'new Worker(new URL("./worker.mjs", import.meta.url));',
      'const words = new URL("./words.txt", import.meta.url);',
    ].join("\n"),
    "late.mjs": "",
    "page.cjs": "",
    "by-hand.cjs": 'require("./page-2.cjs"); exports.page = () => require.resolve("./page.cjs");',
    "page-2.cjs": "",
    "worker.mjs": 'import "./deep.mjs";',
    "deep.mjs": "",
    "words.txt": "",
  });
  assert.deepEqual(pathsOf(await collect(root, "main.mjs")), [
    "by-hand.cjs",
    "deep.mjs",
    "late.mjs",
    "main.mjs",
    "page-2.cjs",
    "page.cjs",
    "words.txt",
    "worker.mjs",
  ]);
});

test("names of package.json's imports and of tsconfig's paths lead to the function's own files", async () => {
  const root = makeProject({
    "package.json": '{"type":"module","imports":{"#words":"./lib/words.js"}}',
    "hello.ts":
      'import { words } from "#words";\nimport { more } from "@/more";\nconsole.log(words, more);',
    "lib/words.js": 'export const words = "words";',
    "src/more.ts": 'export const more = "more";',
    "tsconfig.json": '{"extends":"./base.json"}',
    "base.json": '{"compilerOptions":{"paths":{"@/*":["./src/*"]}}}',
  });
  const collected = await collect(root, "hello.ts");
  assert.deepEqual(pathsOf(collected), [
    "base.json",
    "hello.ts",
    "lib/words.js",
    "package.json",
    "src/more.ts",
    "tsconfig.json",
  ]);
  assert.match(collected.warnings.join(), /needs tsx at run time .*--bundle/);
});

test("packages come whole, with what they depend on, each with its own version", async () => {
  const root = makeProject({
    "main.mjs": 'import a from "a";\nimport b from "@scope/b";\nconsole.log(a, b);',
    ...npmPackage("node_modules/a", 'module.exports = "a1 " + require("c") + require("peer");', {
      dependencies: { c: "1" },
      peerDependencies: { peer: "1", absent: "1" },
    }),
    "node_modules/a/data/words.txt": "",
    ...npmPackage(
      "node_modules/@scope/b",
      'module.exports = "b1 " + require("c") + require("d");',
      {
        dependencies: { c: "2", d: "1" },
      },
    ),
    ...npmPackage("node_modules/@scope/b/node_modules/c", 'module.exports = "c2";', {
      version: "2",
    }),
    ...npmPackage("node_modules/c", 'module.exports = "c1";'),
    ...npmPackage("node_modules/d", 'module.exports = " d with " + require("c");', {
      dependencies: { c: "1" },
    }),
    ...npmPackage("node_modules/peer", 'module.exports = " peer";'),
    ...npmPackage("node_modules/unused", ""),
  });
  const paths = pathsOf(await collect(root, "main.mjs"));
  assert.ok(paths.includes("node_modules/a/data/words.txt"));
  assert.ok(!paths.some((path) => path.includes("unused")));
  assert.equal(await runs(root, "main.mjs"), "a1 c1 peer b1 c2 d with c1");
});

test("pnpm's links and a workspace's packages become folders of the package", async () => {
  const project = makeProject({
    "functions/main.mjs": 'import lib from "@me/lib";\nimport x from "x";\nconsole.log(lib, x);',
    "functions/node_modules/@me/lib": "-> ../../../packages/lib",
    ...npmPackage("packages/lib", 'module.exports = "lib " + require("x");', {
      dependencies: { x: "1" },
    }),
    "packages/lib/.env": "SECRET=1",
    "packages/lib/node_modules/x": "-> ../../../store/x@1/node_modules/x",
    "functions/node_modules/x": "-> ../../store/x@2/node_modules/x",
    ...npmPackage("store/x@1/node_modules/x", 'module.exports = "x1 " + require("y");', {
      dependencies: { y: "1" },
    }),
    "store/x@1/node_modules/y": "-> ../../y@1/node_modules/y",
    ...npmPackage("store/y@1/node_modules/y", 'module.exports = "y1";'),
    ...npmPackage("store/x@2/node_modules/x", 'module.exports = "x2";'),
  });
  const root = `${project}/functions`;
  const { files } = await collect(root, "main.mjs");
  assert.ok(files.every(({ content }) => content.kind !== "link"));
  assert.ok(!files.some(({ path }) => path.endsWith(".env")));
  assert.equal(await runs(root, "main.mjs"), "lib x1 y1 x2");
});

test("a workspace's package of TypeScript, which Node would not strip there, is warned of", async () => {
  const project = makeProject({
    "f/main.mjs": 'import { word } from "lib";\nconsole.log(word);',
    "f/node_modules/lib": "-> ../../lib",
    "lib/package.json": '{"name":"lib","exports":"./index.ts"}',
    "lib/index.ts": 'export const word: string = "word";',
  });
  const { warnings } = await collect(`${project}/f`, "main.mjs");
  assert.match(warnings.join(), /the package lib is TypeScript.*--bundle/);
  const bundled = await collect(`${project}/f`, "main.mjs", { bundle: true });
  assert.deepEqual(pathsOf(bundled), ["main.mjs", "main.mjs.map"]);
});

test("packages above the function are found, and land in its own node_modules", async () => {
  const project = makeProject({
    "package.json": '{"type":"module"}',
    ...npmPackage("node_modules/a", 'module.exports = "above";'),
    "functions/main.js": 'import a from "a";\nconsole.log(a);',
  });
  const root = `${project}/functions`;
  const collected = await collect(root, "main.js");
  assert.deepEqual(pathsOf(collected), [
    "main.js",
    "node_modules/a/index.js",
    "node_modules/a/package.json",
    "package.json",
  ]);
  assert.equal(await runs(root, "main.js"), "above");
});

test("a package for another platform is left out, and said when none is there for Lambda", async () => {
  const root = makeProject({
    "main.mjs": 'import "fast";',
    ...npmPackage("node_modules/fast", "", {
      optionalDependencies: { "fast-linux-x64": "1", "fast-darwin-arm64": "1" },
    }),
    ...npmPackage("node_modules/fast-linux-x64", "", { os: ["linux"], cpu: ["x64"] }),
    ...npmPackage("node_modules/fast-darwin-arm64", "", { os: ["darwin"], cpu: ["arm64"] }),
  });
  const x64 = await collect(root, "main.mjs");
  assert.ok(pathsOf(x64).includes("node_modules/fast-linux-x64/index.js"));
  assert.ok(!pathsOf(x64).some((path) => path.includes("darwin")));
  assert.deepEqual(x64.warnings, []);
  const arm64 = await collect(root, "main.mjs", { architecture: "arm64" });
  assert.ok(!pathsOf(arm64).some((path) => path.includes("fast-linux")));
  assert.match(arm64.warnings.join(), /npm install --os=linux --cpu=arm64 --libc=glibc/);
});

test("what is not installed is a warning that says what to do; --external and AWS's SDK are none", async () => {
  const root = makeProject({
    "main.mjs": 'import "absent";\nimport "@aws-sdk/client-s3";\nimport "./gone.mjs";',
  });
  const { warnings } = await collect(root, "main.mjs", {}, { runtime: "nodejs24.x" });
  assert.match(
    warnings.join("\n"),
    /main\.mjs imports "absent", which cannot be found; install it/,
  );
  assert.match(warnings.join("\n"), /"\.\/gone\.mjs", which cannot be found; correct the path/);
  assert.doesNotMatch(warnings.join("\n"), /aws-sdk/);
  const external = await collect(root, "main.mjs", { external: ["absent", "@aws-sdk/client-s3"] });
  assert.deepEqual(external.warnings.length, 1);
});

test("a file outside of the function's folder is an error with a way out", async () => {
  const project = makeProject({
    "shared/words.mjs": "",
    "functions/main.mjs": 'import "../shared/words.mjs";',
  });
  await assert.rejects(collect(`${project}/functions`, "main.mjs"), (error: ExpectedError) => {
    assert.match(error.message, /imports .*shared\/words\.mjs, which is outside .*--bundle/);
    return error instanceof ExpectedError;
  });
});

test("a script without an extension may be TypeScript, as tsx takes it", async () => {
  const root = makeProject({
    tool: '#!/usr/bin/env tsx\nimport { word } from "./word.ts";\nconst text: string = word;',
    "run.x": '#!/usr/bin/env node\nimport("./word.ts").then(console.log);',
    "word.ts": 'export const word = "word";',
  });
  assert.deepEqual(pathsOf(await collect(root, "tool")), ["tool", "word.ts"]);
  assert.deepEqual(pathsOf(await collect(root, "run.x")), ["run.x", "word.ts"]);
  const bundled = await collect(root, "run.x", { bundle: true });
  assert.deepEqual(pathsOf(bundled), ["package.json", "run.x", "run.x.map"]);
});

test("a source that does not parse is named with its place", async () => {
  const root = makeProject({ "main.ts": 'import "./bad.ts";', "bad.ts": "const a = ;\n" });
  await assert.rejects(collect(root, "main.ts"), /bad\.ts:1:11: Unexpected ";"/);
});

test("an expression brings what it imports, and a program nothing but its name", async () => {
  const root = makeProject({
    "lib.mjs": 'import "./deep.mjs"; export const make = () => (e) => e;',
    "deep.mjs": "",
    "other.mjs": "",
  });
  const expression = await collect(root, 'import("./lib.mjs").then(m=>m.make())');
  assert.deepEqual(pathsOf(expression), ["deep.mjs", "lib.mjs"]);
  assert.deepEqual(pathsOf(await collect(root, "(e)=>e")), ["handler.txt"]);
});

test("a linked folder of sources is packed where it is linked to", async () => {
  const project = makeProject({
    "shared/words.mjs": 'import "./more.mjs"; export default "linked";',
    "shared/more.mjs": "",
    "functions/lib": "-> ../shared",
    "functions/main.mjs": 'import words from "./lib/words.mjs"; console.log(words);',
  });
  const root = `${project}/functions`;
  assert.deepEqual(pathsOf(await collect(root, "main.mjs")), [
    "lib/more.mjs",
    "lib/words.mjs",
    "main.mjs",
  ]);
  assert.equal(await runs(root, "main.mjs"), "linked");
});

test("links within the function stay links, and imports are read from where they lead to", async () => {
  const root = makeProject({
    "main.mjs": "-> src/main.mjs",
    "src/main.mjs": 'import word from "./word.mjs"; console.log(word);',
    "src/word.mjs": "-> ../lib/word.mjs",
    "lib/word.mjs": 'import "./deep.mjs"; export default "word";',
    "lib/deep.mjs": "",
  });
  const { files } = await collect(root, "main.mjs");
  assert.deepEqual(
    files.map(({ path, content }) =>
      content.kind === "link" ? `${path} -> ${content.target}` : path,
    ),
    [
      "lib/deep.mjs",
      "lib/word.mjs",
      "main.mjs -> src/main.mjs",
      "src/main.mjs",
      "src/word.mjs -> ../lib/word.mjs",
    ],
  );
  assert.equal(await runs(root, "main.mjs"), "word");
});

test("a file that may hold credentials is taken when it is imported, and that is said", async () => {
  const root = makeProject({
    "main.mjs": 'import keys from "./credentials.json" with { type: "json" };\nconsole.log(keys);',
    "credentials.json": "{}",
  });
  const collected = await collect(root, "main.mjs");
  assert.deepEqual(pathsOf(collected), ["credentials.json", "main.mjs"]);
  assert.match(
    collected.notices.join(),
    /credentials\.json is packed because it is imported; it may hold credentials/,
  );
});

test("what includes name comes too, with what the scripts among it import", async () => {
  const root = makeProject({
    "main.mjs": "",
    "plugins/one.mjs": 'import "../lib.mjs";',
    "lib.mjs": "",
    "templates/a.html": "",
    "templates/.env": "SECRET=1",
    "templates/.hidden": "",
  });
  const collected = await collect(root, "main.mjs", { include: ["plugins/*", "templates"] });
  assert.deepEqual(pathsOf(collected), [
    "lib.mjs",
    "main.mjs",
    "plugins/one.mjs",
    "templates/a.html",
  ]);
  assert.match(collected.notices.join(), /credentials: templates\/\.env;/);
  const pattern = await collect(root, "main.mjs", { include: ["templates/**", "plug*/one.*"] });
  assert.deepEqual(pathsOf(pattern), pathsOf(collected));
  const all = await collect(root, "main.mjs", { include: ["templates/.env"] });
  assert.ok(pathsOf(all).includes("templates/.env"));
  await assert.rejects(
    collect(root, "main.mjs", { include: ["temlates"] }),
    /temlates matches nothing in/,
  );
  await assert.rejects(collect(root, "main.mjs", { include: [".."] }), /is not inside/);
});

test("what is excluded is left out, from packages as well, but the handler cannot be", async () => {
  const root = makeProject({
    "main.mjs": 'import "a"; import "./lib/x.mjs";',
    "lib/x.mjs": "",
    ...npmPackage("node_modules/a", ""),
    "node_modules/a/README.md": "",
    "node_modules/a/docs/page.html": "",
  });
  const collected = await collect(root, "main.mjs", {
    exclude: ["*.md", "node_modules/a/docs", "lib"],
  });
  assert.deepEqual(pathsOf(collected), [
    "main.mjs",
    "node_modules/a/index.js",
    "node_modules/a/package.json",
  ]);
  await assert.rejects(collect(root, "main.mjs", { exclude: ["main.*"] }), /main\.mjs is excluded/);
});

test("packages of Yarn's Plug'n'Play are named with what to do, not with npm install", async () => {
  const project = makeProject({
    ".pnp.cjs": "",
    "functions/main.mjs": 'import "absent";',
  });
  const { warnings } = await collect(`${project}/functions`, "main.mjs");
  assert.match(warnings.join(), /"absent", .*nodeLinker: node-modules .*--bundle/);
});
