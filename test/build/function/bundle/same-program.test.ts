// `--bundle` gives the same program: run from its sources and, unpacked elsewhere, as one file.
import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { execa } from "execa";
import { startHost } from "../../../helpers/runtime-api.ts";
import { collect, makeProject, npmPackage, pathsOf, unpacked } from "../project.ts";

const loader = import.meta.resolve("tsx");

/** What it prints from its sources, and what it prints as a bundle: asserted to be the same. */
async function printedByBoth(
  root: string,
  script: string,
  { tsx = false, args = [] as string[] } = {},
): Promise<{ printed: string; paths: string[] }> {
  const collected = await collect(root, script, { bundle: true });
  const task = await unpacked(collected);
  const run = async (cwd: string, flags: string[]) => {
    const { stdout } = await execa(process.execPath, [...flags, script, ...args], { cwd });
    return stdout.replaceAll(cwd, "ROOT");
  };
  const printed = await run(root, tsx ? ["--import", loader] : []);
  assert.equal(await run(task, []), printed);
  return { printed, paths: pathsOf(collected) };
}

test("each module keeps its place: files of the same name in two folders, and above", async () => {
  const read =
    'import { readFileSync } from "node:fs";\nexport const text = readFileSync(new URL("./data.txt", import.meta.url), "utf8");\n';
  const root = makeProject({
    "src/deep/main.mjs": [
      'import * as a from "../../a/read.mjs";',
      'import * as b from "../../b/read.mjs";',
      'import { readFileSync, readdirSync } from "node:fs";',
      'const up = readFileSync(new URL("../../up.txt", import.meta.url), "utf8");',
      "console.log(a.text, b.text, up, a.where.join(), b.where, import.meta.filename, import.meta.dirname);",
      'console.log(readdirSync(new URL("./templates/", import.meta.url)).join());',
      "console.log(a.resolved, import.meta.url === 'file://' + process.argv[1]);",
    ].join("\n"),
    "src/deep/templates/a.html": "",
    "src/deep/templates/b.html": "",
    "a/read.mjs": `${read}export const where = [import.meta.url, import.meta.dirname];\nexport const resolved = import.meta.resolve("./data.txt");`,
    "a/data.txt": "A",
    "b/read.mjs": `${read}const meta = import.meta;\nexport const where = meta.filename;`,
    "b/data.txt": "B",
    "up.txt": "up",
  });
  const { printed } = await printedByBoth(root, "src/deep/main.mjs");
  assert.match(printed, /^A B up/);
});

test("CommonJS keeps its place as well, by every name for it", async () => {
  const root = makeProject({
    "main.js": [
      'const lib = require("./lib/words.js");',
      "console.log(lib.words, lib.place, lib.isMain, lib.hasParent, require.main === module, __filename);",
      "console.log(lib.resolved, lib.asked);",
    ].join("\n"),
    "lib/words.js": [
      'const { readFileSync } = require("fs");',
      'const { join } = require("path");',
      'exports.words = readFileSync(join(__dirname, "words.txt"), "utf8");',
      "exports.place = [__dirname, __filename];",
      "exports.isMain = require.main === module;",
      "exports.hasParent = Boolean(module.parent);",
      'exports.resolved = require.resolve("./asked.js");',
      "exports.asked = require(exports.resolved);",
    ].join("\n"),
    "lib/asked.js": 'module.exports = "asked";',
    "lib/words.txt": "words",
  });
  // Data that is opened by a path can be known to nobody: it is named.
  const collected = await collect(root, "main.js", { bundle: true, include: ["lib/words.txt"] });
  const task = await unpacked(collected);
  const { stdout } = await execa(process.execPath, ["main.js"], { cwd: task });
  const source = await execa(process.execPath, ["main.js"], { cwd: root });
  assert.equal(stdout.replaceAll(task, "ROOT"), source.stdout.replaceAll(root, "ROOT"));
  assert.match(stdout, /^words .* false true true/);
});

test("guards of scripts hold for the entry alone", async () => {
  const guard = (name: string) =>
    [
      'import { fileURLToPath } from "node:url";',
      `if (import.meta.main) console.log("${name} is main");`,
      `if (process.argv[1] === fileURLToPath(import.meta.url)) console.log("${name} is called");`,
      "export {};",
    ].join("\n");
  const root = makeProject({
    "bin/tool.ts": `import "../lib/self-test.ts";\n${guard("tool")}`,
    "lib/self-test.ts": guard("self-test"),
  });
  const { printed } = await printedByBoth(root, "bin/tool.ts");
  assert.equal(printed, "tool is main\ntool is called");
});

test("names of classes and functions stay, so an error has the same type", async () => {
  const root = makeProject({
    "main.mjs": [
      'import { NotFound as First } from "./a.mjs";',
      'import { NotFound as Second, handler } from "./b.mjs";',
      "console.log(First.name, Second.name, new Second().constructor.name, handler.name);",
      "const NotFound = class extends Error {}; console.log(NotFound.name);",
    ].join("\n"),
    "a.mjs": "export class NotFound extends Error {}",
    "b.mjs": "export class NotFound extends Error {}\nexport function handler() {}",
  });
  await printedByBoth(root, "main.mjs");
});

test("an import that is not used is loaded where Node would load it", async () => {
  const root = makeProject({
    "main.ts":
      'import { unused } from "./register.ts";\nimport { type Kind } from "./kind.ts";\nconst kind: Kind = 1;\nconsole.log(kind, (globalThis as any).registered);',
    "register.ts": '(globalThis as any).registered = "registered";\nexport const unused = 1;',
    "kind.ts": 'console.log("kind");\nexport type Kind = number;',
  });
  const { printed } = await printedByBoth(root, "main.ts");
  assert.equal(printed, "kind\n1 registered");
});

test("an error of a bundled function has the type that its class has in the sources", async () => {
  const root = makeProject({
    "index.ts":
      'import { find } from "./a.ts";\nimport { NotFound } from "./b.ts";\nexport const handler = async (event: { a: boolean }) => {\n  if (event.a) find();\n  throw new NotFound("b");\n};',
    "a.ts":
      'class NotFound extends Error { constructor(message: string) { super(message); this.name = new.target.name; } }\nexport function find(): never { throw new NotFound("a"); }',
    "b.ts":
      "export class NotFound extends Error { constructor(message: string) { super(message); this.name = new.target.name; } }",
  });
  const task = await unpacked(await collect(root, "index.handler", { bundle: true }));
  await using host = await startHost({ handler: "index.handler", root: task });
  for (const a of [true, false]) {
    const { status, body } = await host.invoke({ a });
    assert.equal(status, "error");
    const { errorType, errorMessage } = JSON.parse(String(body));
    assert.deepEqual([errorType, errorMessage], ["NotFound", a ? "a" : "b"]);
  }
});

describe("packages", () => {
  test("that look for files of their own stay whole, with what they depend on, once", async () => {
    const root = makeProject({
      "src/main.mjs": [
        'import state from "state";',
        'import reader from "reader";',
        'import { words } from "modern";',
        'import plain from "plain";',
        "console.log(reader(), words, state.count, plain);",
      ].join("\n"),
      ...npmPackage("node_modules/state", "module.exports = { count: 0 };"),
      ...npmPackage(
        "node_modules/reader",
        'const { readFileSync } = require("fs");\nconst state = require("state");\nmodule.exports = () => { state.count++; return readFileSync(__dirname + "/data.txt", "utf8"); };',
        { dependencies: { state: "1" } },
      ),
      "node_modules/reader/data.txt": "data",
      ...npmPackage(
        "node_modules/modern",
        'import { readFileSync } from "node:fs";\nexport const words = readFileSync(new URL("./words.txt", import.meta.url), "utf8");',
        { type: "module" },
      ),
      "node_modules/modern/words.txt": "words",
      ...npmPackage("node_modules/plain", '// __dirname is not used\nmodule.exports = "plain";'),
    });
    const { printed, paths } = await printedByBoth(root, "src/main.mjs");
    assert.equal(printed, "data words 1 plain");
    assert.ok(paths.includes("node_modules/state/index.js"));
    assert.ok(!paths.some((path) => path.startsWith("node_modules/plain/")));
  });

  test("of another version than the bundle would find bring along who asks for them", async () => {
    const reader = (version: string) =>
      `require("fs").statSync(__filename);\nmodule.exports = "reader ${version}";`;
    const root = makeProject({
      "main.mjs":
        'import own from "reader";\nimport old from "old";\nimport { lib } from "./lib/lib.mjs";\nconsole.log(own, old, lib);',
      ...npmPackage("node_modules/reader", reader("2"), { version: "2.0.0" }),
      ...npmPackage("node_modules/old", 'module.exports = "old " + require("reader");', {
        dependencies: { reader: "1" },
      }),
      ...npmPackage("node_modules/old/node_modules/reader", reader("1")),
      "lib/lib.mjs": 'import reader from "reader";\nexport const lib = "lib " + reader;',
      ...npmPackage("lib/node_modules/reader", reader("3"), { version: "3.0.0" }),
    });
    const { printed } = await printedByBoth(root, "main.mjs");
    assert.equal(printed, "reader 2 old reader 1 lib reader 3");
  });

  test("in pnpm's folders are found as pnpm lays them", async () => {
    const root = makeProject({
      "main.mjs": 'import old from "old";\nconsole.log(old);',
      "node_modules/old": "-> .pnpm/old@1/node_modules/old",
      ...npmPackage(
        "node_modules/.pnpm/old@1/node_modules/old",
        'module.exports = "old " + require("reader");',
        { dependencies: { reader: "1" } },
      ),
      "node_modules/.pnpm/old@1/node_modules/reader": "-> ../../reader@1/node_modules/reader",
      ...npmPackage(
        "node_modules/.pnpm/reader@1/node_modules/reader",
        'module.exports = require("path").basename(__dirname);',
      ),
    });
    const { printed } = await printedByBoth(root, "main.mjs");
    assert.equal(printed, "old reader");
  });

  test("that a require of one's own asks for are there, once", async () => {
    const root = makeProject({
      "main.mjs": [
        'import { createRequire } from "node:module";',
        'import counter from "counter";',
        "const require = createRequire(import.meta.url);",
        'counter.count++; console.log(require("counter").count, require("./data.json").a);',
      ].join("\n"),
      "data.json": '{"a":1}',
      ...npmPackage("node_modules/counter", "module.exports = { count: 0 };"),
    });
    await printedByBoth(root, "main.mjs");
  });
});

test("a workspace's package in a folder above keeps its place too", async () => {
  const project = makeProject({
    "f/main.mjs": 'import { text } from "lib";\nconsole.log(text);',
    "f/node_modules/.keep": "",
    "lib/package.json": '{"name":"lib","type":"module","exports":"./index.ts"}',
    "lib/index.ts":
      'import { readFileSync } from "node:fs";\nexport const text: string = readFileSync(new URL("./data/text.txt", import.meta.url), "utf8");',
    "lib/data/text.txt": "text",
  });
  symlinkSync("../../lib", join(project, "f/node_modules/lib"));
  await printedByBoth(join(project, "f"), "main.mjs");
});

test("the default export of CommonJS is what Node takes for it, without a type as well", async () => {
  const compiled =
    'Object.defineProperty(exports, "__esModule", { value: true });\nexports.default = () => "hi";\nexports.name = "compiled";';
  const root = makeProject({
    "main.ts":
      'import compiled, { name } from "compiled";\nimport * as all from "compiled";\nconst late = await import("compiled");\nconsole.log([compiled, all.default, late.default].map((one) => typeof one), name, (compiled as any).default());',
    ...npmPackage("node_modules/compiled", compiled),
  });
  const { printed } = await printedByBoth(root, "main.ts");
  assert.match(printed, /object.*hi$/);
});

test("what is imported is run, whatever package.json says of side effects", async () => {
  const root = makeProject({
    "package.json": '{"type":"module","sideEffects":false}',
    "main.js":
      'import "./register.js";\nimport "polyfill";\nconsole.log(globalThis.a, globalThis.b);',
    "register.js": "globalThis.a = 1;\nexport const x = 1;",
    ...npmPackage("node_modules/polyfill", "globalThis.b = 2;", { sideEffects: false }),
  });
  const { printed } = await printedByBoth(root, "main.js");
  assert.equal(printed, "1 2");
});

test("a module with a top-level await that CommonJS imports is refused with a way out", async () => {
  const root = makeProject({ "main.cjs": 'import("./late.mjs");', "late.mjs": "await 1;" });
  await assert.rejects(
    collect(root, "main.cjs", { bundle: true }),
    /late\.mjs:1:1: Top-level await .*without --bundle/,
  );
});

test("TypeScript that needs tsx is as tsx makes it", async () => {
  const root = makeProject({
    "main.ts":
      'import { unused } from "./kind";\nenum Colour { red = 1 }\nclass A { constructor(private readonly colour: Colour) {} get() { return this.colour; } }\nconst kind: unused = 1;\nconsole.log(new A(Colour.red).get(), kind);',
    "kind.ts": 'console.log("kind");\nexport type unused = number;',
    "package.json": '{"type":"module"}',
  });
  await printedByBoth(root, "main.ts", { tsx: true });
});

describe("the mode that auto chooses is the source's", () => {
  const description = '{"name":"x","main":"index.js","version":"1.2.3"}';
  const answer = async (files: Record<string, string>, env: Record<string, string> = {}) => {
    const task = await unpacked(await collect(makeProject(files), "hello.ts", { bundle: true }));
    await using host = await startHost({ handler: "hello.ts", root: task, env });
    const answers = [];
    for (const event of [{ a: 1 }, { a: 2 }]) {
      const { body, status } = await host.invoke(event);
      assert.equal(status, "response", String(body));
      answers.push(String(body));
    }
    return answers;
  };
  const script = [
    'import { readFileSync } from "node:fs";',
    'import about from "./about.json" with { type: "json" };',
    "let count = 0;",
    "console.log(++count, about.version, readFileSync(0, 'utf8'));",
  ].join("\n");

  test("a script with an inlined package.json that has a main is not a main script", async () => {
    const files = { "hello.ts": script, "about.json": description };
    assert.deepEqual(await answer(files), ['1 1.2.3 {"a":1}\n', '1 1.2.3 {"a":2}\n']);
  });

  test("a script that exports main is loaded once, whatever the bundle looks like", async () => {
    const main = script
      .replace("console.log(", "export async function main() {\n  console.log(")
      .concat("\n}");
    const files = { "hello.ts": main, "about.json": description };
    assert.deepEqual(await answer(files), ['1 1.2.3 {"a":1}\n', '2 1.2.3 {"a":2}\n']);
    // What the user sets wins over what the package says.
    const fresh = await answer(files, { STDLAMBDA_MODE: "prefork" });
    assert.deepEqual(fresh, ["", ""]);
  });
});
