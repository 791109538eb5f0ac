// A plain package holds what the source finds: each is run where it lies, and unpacked elsewhere.
import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { execa } from "execa";
import { startHost } from "../../helpers/runtime-api.ts";
import { collect, makeProject, npmPackage, pathsOf, unpacked } from "./project.ts";

const loader = import.meta.resolve("tsx");

async function printedByBoth(root: string, script: string, flags: string[] = []) {
  const collected = await collect(root, script);
  const task = await unpacked(collected);
  const run = (cwd: string) => execa(process.execPath, [...flags, script], { cwd });
  const { stdout } = await run(root);
  assert.equal((await run(task)).stdout, stdout);
  return { ...collected, stdout, paths: pathsOf(collected) };
}

describe("tsconfig.json", () => {
  const tsx = ["--import", loader];
  const script =
    'import { word } from "@lib/word";\nclass A { @((target: object, name: string) => void target) b = 1; }\nconsole.log(word, new A().b);';
  const word = 'export const word = "word";\nenum E { a }';

  test("that extends a package's, by its exports or without, is put together", async () => {
    const root = makeProject({
      "package.json": '{"type":"module"}',
      "main.ts": script,
      "src/word.ts": word,
      "tsconfig.json":
        '{ // with comments\n  "extends": ["@base/one/strict.json", "two"],\n  "compilerOptions": { "paths": { "@lib/*": ["./src/*"] }, },\n}',
      "node_modules/@base/one/package.json": '{"name":"@base/one","version":"1.0.0"}',
      "node_modules/@base/one/strict.json": '{"compilerOptions":{"strict":true}}',
      "node_modules/two/tsconfig.json": '{"compilerOptions":{"experimentalDecorators":true}}',
    });
    const { stdout, paths } = await printedByBoth(root, "main.ts", tsx);
    assert.equal(stdout, "word 1");
    assert.deepEqual(paths, ["main.ts", "package.json", "src/word.ts", "tsconfig.json"]);
  });

  test("that extends one above the function, whose paths lead into it", async () => {
    const project = makeProject({
      "tsconfig.base.json":
        '{"compilerOptions":{"experimentalDecorators":true,"paths":{"@lib/*":["./functions/a/src/*"]}}}',
      "functions/a/tsconfig.json": '{"extends":"../../tsconfig.base.json"}',
      "functions/a/package.json": '{"type":"module"}',
      "functions/a/main.ts": script,
      "functions/a/src/word.ts": word,
    });
    const { stdout } = await printedByBoth(join(project, "functions/a"), "main.ts", tsx);
    assert.equal(stdout, "word 1");
  });

  test("that lies above the function", async () => {
    const project = makeProject({
      "tsconfig.json":
        '{"compilerOptions":{"baseUrl":".","experimentalDecorators":true,"paths":{"@lib/*":["a/src/*"]}}}',
      "a/package.json": '{"type":"module"}',
      "a/main.ts": script,
      "a/src/word.ts": word,
    });
    const { stdout } = await printedByBoth(join(project, "a"), "main.ts", tsx);
    assert.equal(stdout, "word 1");
  });

  test("that extends what is not there, or itself, is named with what to do", async () => {
    const root = makeProject({
      "main.ts": "enum E { a }",
      "tsconfig.json": '{"extends":"absent"}',
    });
    await assert.rejects(
      collect(root, "main.ts"),
      /tsconfig\.json extends "absent", which does not/,
    );
    const circle = makeProject({
      "main.ts": "enum E { a }",
      "tsconfig.json": '{"extends":"./b"}',
      "b.json": '{"extends":"./tsconfig"}',
    });
    await assert.rejects(collect(circle, "main.ts"), /extends itself/);
  });
});

test("names of a package.json above the function lead into it as before", async () => {
  const project = makeProject({
    "package.json": JSON.stringify({
      name: "me",
      type: "module",
      imports: { "#lib/*": { node: "./a/lib/*.js", default: "./b/*.js" }, "#other": "./b/x.js" },
      exports: { "./own": "./a/own.js" },
    }),
    "a/main.js":
      'import { word } from "#lib/word";\nimport own from "me/own";\nconsole.log(word, own);',
    "a/lib/word.js": 'export const word = "word";',
    "a/own.js": 'export default "own";',
  });
  const { stdout } = await printedByBoth(join(project, "a"), "main.js");
  assert.equal(stdout, "word own");
});

describe("packages", () => {
  test("bring what they import without naming it, and generated code beside them", async () => {
    const root = makeProject({
      "main.mjs":
        'import client from "@prisma/client";\nimport hoisted from "uses-hoisted";\nconsole.log(client, hoisted);',
      ...npmPackage(
        "node_modules/@prisma/client",
        'module.exports = require(".prisma/client/default");',
      ),
      "node_modules/.prisma/client/default.js":
        'module.exports = "generated " + require("./schema.json").a;',
      "node_modules/.prisma/client/schema.json": '{"a":1}',
      ...npmPackage(
        "node_modules/uses-hoisted",
        'module.exports = "uses " + require("hoisted/deep");',
      ),
      ...npmPackage("node_modules/hoisted", ""),
      "node_modules/hoisted/deep.js": 'module.exports = "hoisted " + require("deeper");',
      ...npmPackage("node_modules/deeper", 'module.exports = "deeper";'),
      ...npmPackage("node_modules/unused", ""),
    });
    const { stdout, paths } = await printedByBoth(root, "main.mjs");
    assert.equal(stdout, "generated 1 uses hoisted deeper");
    assert.ok(!paths.some((path) => path.includes("unused")));
  });

  test("bring an optional peer only where they import it", async () => {
    const optional = { optional: true };
    const root = makeProject({
      "main.mjs": 'import orm from "orm";\nconsole.log(orm);',
      ...npmPackage(
        "node_modules/orm",
        'let name = "none";\ntry { name = require("driver-a"); } catch {}\nmodule.exports = name;',
        {
          peerDependencies: { "driver-a": "1", "driver-b": "1", needed: "1" },
          peerDependenciesMeta: { "driver-a": optional, "driver-b": optional },
        },
      ),
      ...npmPackage("node_modules/driver-a", 'module.exports = "driver-a";'),
      ...npmPackage("node_modules/driver-b", ""),
      ...npmPackage("node_modules/needed", ""),
    });
    const { stdout, paths } = await printedByBoth(root, "main.mjs");
    assert.equal(stdout, "driver-a");
    assert.ok(paths.includes("node_modules/needed/index.js"));
    assert.ok(!paths.some((path) => path.includes("driver-b")));
  });

  test("whose exports name a file that is not there are named", async () => {
    const project = makeProject({
      "f/main.mjs": 'import lib from "lib";\nimport no from "lib/no";\nconsole.log(lib, no);',
      "f/node_modules/lib": "-> ../../lib",
      "lib/package.json": '{"name":"lib","exports":{".":"./dist/index.js"}}',
      "lib/src/index.ts": "",
    });
    const { warnings } = await collect(join(project, "f"), "main.mjs");
    assert.match(
      warnings.join("\n"),
      /main\.mjs imports "lib", .*node_modules\/lib lacks the file .*build the package/,
    );
    assert.match(warnings.join("\n"), /main\.mjs imports "lib\/no", /);
  });
});

test("a program whose executable bit alone says so keeps it, and runs", async () => {
  const root = makeProject({
    convert: "tr a-z A-Z\n",
    "lib/helper": "echo helped\n",
    "data.json": "{}",
    LICENSE: "",
  });
  for (const name of ["convert", "lib/helper"]) chmodSync(join(root, name), 0o755);
  const collected = await collect(root, "convert");
  assert.deepEqual(
    collected.files.filter(({ executable }) => executable).map(({ path }) => path),
    ["convert", "lib/helper"],
  );
  await using host = await startHost({ handler: "convert", root: await unpacked(collected) });
  const { body, status } = await host.invoke({ a: "loud" });
  assert.deepEqual([status, String(body)], ["response", '{"A":"LOUD"}']);
});

test("bits of a disk that marks every file count for nothing", async () => {
  const root = makeProject({ "hello.sh": "#!/bin/sh", LICENSE: "", "data.json": "{}" });
  for (const name of ["hello.sh", "LICENSE", "data.json"]) chmodSync(join(root, name), 0o755);
  const { files } = await collect(root, "hello.sh");
  const programs = files.filter(({ executable }) => executable).map(({ path }) => path);
  assert.deepEqual(programs, ["hello.sh"]);
});
