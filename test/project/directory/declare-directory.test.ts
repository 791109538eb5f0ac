// A folder of scripts without configuration.

import assert from "node:assert/strict";
import { chmodSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { ExpectedError } from "../../../host/expected-error.ts";
import { declareDirectory } from "../../../project/directory/declare-directory.ts";
import { makeFolder } from "../folder.ts";

const search = process.env.PATH ?? "";

function handlers(root: string): Record<string, string> {
  const { functions } = declareDirectory(root, search);
  return Object.fromEntries(functions.map(({ name, handler }) => [name, handler]));
}

test("every script at the top is a function of its name, with 30 seconds", () => {
  const root = makeFolder({
    "hello.ts": "console.log(1)",
    "sum.py": "print(1)",
    tool: "#!/bin/sh\n",
  });
  const { functions, warnings, kind } = declareDirectory(root, search);
  assert.equal(kind, "directory");
  assert.deepEqual(warnings, []);
  assert.deepEqual(
    functions.map(({ name }) => name),
    ["hello", "sum", "tool"],
  );
  assert.deepEqual(functions[0], {
    name: "hello",
    handler: "hello.ts",
    root,
    runtime: "provided.al2023",
    memory: 128,
    timeout: 30,
    environment: {},
    layers: [],
    source: "hello.ts",
  });
});

test("a shebang is enough, with no x bit and no extension", () => {
  const root = makeFolder({ tool: "#!/bin/sh\necho 1\n" });
  chmodSync(join(root, "tool"), 0o644);
  assert.deepEqual(handlers(root), { tool: "tool" });
});

test("data, types, tests, configurations, hidden and empty files and sub-folders are not functions", () => {
  const root = makeFolder({
    "event.json": "{}",
    "README.md": "# no",
    "types.d.ts": "export type A = 1;",
    "hello.test.ts": "x",
    "test_hello.py": "x",
    "vite.config.ts": "x",
    ".hidden.sh": "echo",
    "empty.sh": "",
    "hello.ts~": "x",
    "src/index.ts": "x",
    "node_modules/a/index.js": "x",
  });
  chmodSync(join(root, "event.json"), 0o755);
  chmodSync(join(root, "README.md"), 0o755);
  assert.deepEqual(handlers(root), {});
});

test("files of one name keep their extension, and one that is taken gets a number", () => {
  const root = makeFolder({ "hello.sh": "echo", "hello.ts": "1", "hello-ts.sh": "echo" });
  assert.deepEqual(handlers(root), {
    "hello-ts": "hello-ts.sh",
    "hello-sh": "hello.sh",
    "hello-ts-2": "hello.ts",
  });
  const { warnings } = declareDirectory(root, search);
  assert.match(warnings.join("\n"), /hello\.sh -> hello-sh, hello\.ts -> hello-ts-2/);
});

test("a name that Lambda does not allow is made one that it does", () => {
  const long = `${"a".repeat(80)}.sh`;
  const root = makeFolder({ "my.report.sh": "echo", "größe.sh": "echo", [long]: "echo" });
  assert.deepEqual(Object.keys(handlers(root)).sort(), ["a".repeat(64), "gr-e", "my-report"]);
});

test("a file whose name is not a handler is left out with the reason", () => {
  const root = makeFolder({ "two words.sh": "echo" });
  const { functions, warnings } = declareDirectory(root, search);
  assert.deepEqual(functions, []);
  assert.match(warnings[0] ?? "", /two words\.sh.*white space.*Rename/);
});

test("a link that leads out of the folder is left out with the reason", () => {
  const outside = makeFolder({ "secret.sh": "echo" });
  const root = makeFolder({ "hello.sh": "echo" });
  symlinkSync(join(outside, "secret.sh"), join(root, "link.sh"));
  symlinkSync("loop.sh", join(root, "loop.sh"));
  const { functions, warnings } = declareDirectory(root, search);
  assert.deepEqual(
    functions.map(({ name }) => name),
    ["hello"],
  );
  assert.equal(warnings[0], "Links to nothing, and no functions: loop.sh.");
  assert.match(warnings[1] ?? "", /link\.sh is not a function:.*outside the function/);
});

test("a module that exports handler, and is not a script, is called", () => {
  const root = makeFolder({
    "a.mjs": "export const handler = async () => 1;",
    "b.cjs": "exports.handler = () => 1;",
    "c.ts": "#!/usr/bin/env node\nexport function handler() {}",
    "d.ts": "export function handler() {}\nexport function main() {}",
    "e.ts": "// export const handler = 1\nconsole.log('export { handler }');",
    "f.ts": "const run = () => 1;\nexport { run as handler };",
    "g.mjs": "export const handler = 1;",
    "g.sh": "echo",
  });
  assert.deepEqual(handlers(root), {
    a: "a.handler",
    b: "b.handler",
    c: "c.ts",
    d: "d.ts",
    e: "e.ts",
    f: "f.handler",
    "g-mjs": "g.mjs#handler",
    "g-sh": "g.sh",
  });
});

test("a module that exports fetch, or an app of a router, is a function of the Fetch API", () => {
  const root = makeFolder({
    "a.ts":
      "export default { async fetch(request: Request) { return new Response(request.url); } };",
    "b.mjs": "export const fetch = () => new Response();",
    "c.ts": 'import { Hono } from "hono";\nconst app = new Hono();\nexport default app;',
    "d.mjs": 'import {\n  AutoRouter,\n} from "itty-router";\nexport default { ...AutoRouter() };',
    "e.ts": 'import { Hono } from "hono/tiny";\n// export default\nconsole.log(new Hono());',
    "f.ts": "const { fetch } = globalThis;\nawait fetch('http://127.0.0.1');",
    "g.mjs": "export const fetch = () => new Response();\nexport const handler = () => 1;",
    "h.ts": "#!/usr/bin/env node\nexport const fetch = () => new Response();",
    "i.mjs": "export const fetch = 1;",
    "j.mjs": "export const fetch = () => new Response();",
    "j.sh": "echo",
  });
  assert.deepEqual(handlers(root), {
    a: "a.fetch",
    b: "b.fetch",
    c: "c.fetch",
    d: "d.fetch",
    e: "e.ts",
    f: "f.ts",
    g: "g.handler",
    h: "h.ts",
    i: "i.mjs",
    "j-mjs": "j.mjs#fetch",
    "j-sh": "j.sh",
  });
});

test("a script whose interpreter is not installed is still a function", () => {
  const root = makeFolder({ "a.rb": "puts 1", "b.sh": "#!/nowhere/to/be/found\n" });
  const { functions } = declareDirectory(root, "/nowhere");
  assert.equal(functions.length, 2);
});

test("a folder with a bootstrap is one function of its own runtime", () => {
  const root = makeFolder({ bootstrap: "#!/bin/sh\n", "function.sh": "echo", "other.sh": "echo" });
  const { functions, warnings } = declareDirectory(root, search);
  assert.deepEqual(
    functions.map(({ name, handler }) => [name, handler]),
    [[basename(root), "function.handler"]],
  );
  assert.match(warnings[0] ?? "", /runtime of its own/);
});

test("a folder that is not there is refused in words", () => {
  assert.throws(
    () => declareDirectory("/nowhere/at/all", search),
    (error) => error instanceof ExpectedError && /cannot be read/.test(error.message),
  );
});
