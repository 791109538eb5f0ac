// Which source declares the functions of a folder, and that docs/configure.md tells what is so.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { affectsDeclaration, declareFunctions } from "../../project/declare-functions.ts";
import { makeFolder } from "./folder.ts";

const env = { PATH: process.env.PATH ?? "" };
const template =
  "Resources:\n  FromTemplate:\n    Type: AWS::Serverless::Function\n    Properties: { Handler: hello.sh, Runtime: provided.al2023 }\n";
const files = {
  "hello.sh": "echo",
  "template.yaml": template,
  "template.json": "{}",
  "stdlambda.config.json": '{"functions":{"fromJson":"hello.sh"}}',
  "stdlambda.config.mjs": 'export default { functions: { fromModule: "hello.sh" } };',
};

async function declared(...names: (keyof typeof files)[]) {
  const root = makeFolder(Object.fromEntries(names.map((name) => [name, files[name]])));
  const { functions, ...rest } = await declareFunctions(root, env);
  const inRoot = rest.files.map((file) => relative(root, file));
  return { ...rest, root, names: functions.map(({ name }) => name), files: inRoot };
}

test("without a configuration the scripts are the functions", async () => {
  const { names, kind, source, root, warnings } = await declared("hello.sh");
  assert.deepEqual({ names, kind, source }, { names: ["hello"], kind: "directory", source: root });
  assert.deepEqual(warnings, []);
});

test("a template comes before the scripts, a configuration before a template, and it is said", async () => {
  const onTemplate = await declared("hello.sh", "template.yaml");
  assert.deepEqual(onTemplate.names, ["FromTemplate"]);
  assert.deepEqual(onTemplate.files, ["template.yaml"]);
  const onJson = await declared("hello.sh", "template.yaml", "stdlambda.config.json");
  assert.deepEqual(onJson.names, ["fromJson"]);
  assert.deepEqual(onJson.warnings, [
    "template.yaml is not read: stdlambda.config.json declares the functions.",
  ]);
  const onModule = await declared("hello.sh", "stdlambda.config.json", "stdlambda.config.mjs");
  assert.deepEqual(onModule.names, ["fromModule"]);
  assert.match(onModule.warnings[0] ?? "", /stdlambda\.config\.json is not read/);
});

test("a template.json that is not one is passed over, with a word", async () => {
  const { names, warnings } = await declared("hello.sh", "template.json");
  assert.deepEqual(names, ["hello"]);
  assert.deepEqual(warnings, ["template.json is not a CloudFormation template and is not read."]);
});

test("an empty folder has no functions, which is not an error", async () => {
  const { functions } = await declareFunctions(makeFolder({}), env);
  assert.deepEqual(functions, []);
});

test("files at the top and files that were read affect the declaration, others do not", async () => {
  const root = makeFolder({
    "hello.sh": "echo",
    "lib/limits.mjs": "export const memory = 256;",
    "lib/other.mjs": "1",
    "stdlambda.config.mjs":
      'import { memory } from "./lib/limits.mjs";\nexport default { functions: { a: { handler: "hello.sh", memory } } };',
  });
  const functions = await declareFunctions(root, env);
  const affects = (name: string) => affectsDeclaration(root, functions, [join(root, name)]);
  assert.equal(affects("new.sh"), true);
  assert.equal(affects("stdlambda.config.mjs"), true);
  assert.equal(affects("lib/limits.mjs"), true);
  assert.equal(affects("lib/other.mjs"), false);
});

const page = readFileSync(join(import.meta.dirname, "../../docs/configure.md"), "utf8");

test("the table of names in docs/configure.md is what a folder of those files declares", async () => {
  const rows = [...page.matchAll(/^\| `([^`]+)` \| `([^`]+)` \| `([^`]+)` \|$/gm)];
  assert.ok(rows.length >= 6, `only ${rows.length} rows were found`);
  const texts: Record<string, string> = {
    convert: "#!/bin/sh\n",
    "index.mjs": "export const handler = () => 1;",
  };
  const named = rows.map(([, file = "", name, handler]) => ({ file, name, handler }));
  const root = makeFolder(
    Object.fromEntries(named.map(({ file }) => [file, texts[file] ?? "echo"])),
  );
  const { functions } = await declareFunctions(root, env);
  const found = functions.map(({ source, name, handler }) => ({ file: source, name, handler }));
  const byFile = (a: { file: string }, b: { file: string }) => (a.file < b.file ? -1 : 1);
  assert.deepEqual(found.sort(byFile), named.sort(byFile));
});

const blocks = [...page.matchAll(/^```(?:json|ts|yaml) (\S+)\n([\s\S]*?)^```$/gm)];

test("docs/configure.md shows each kind of file", () => {
  assert.deepEqual(
    blocks.map(([, name]) => name),
    ["stdlambda.config.json", "stdlambda.config.ts", "template.yaml"],
  );
});

for (const [, name = "", text = ""] of blocks) {
  test(`the ${name} in docs/configure.md declares functions without a warning`, async () => {
    const root = makeFolder({
      "hello.ts": "console.log(1);",
      "index.mjs": "export const handler = () => 1;",
      "jobs/report.sh": "echo",
      "tools/bin/": "",
      [name]: text,
    });
    const { functions, warnings, source } = await declareFunctions(root, env);
    assert.equal(source, name);
    assert.ok(functions.length > 0);
    assert.deepEqual(warnings, []);
  });
}

test("every key of a function in docs/configure.md is known, and every known key is there", async () => {
  const [, table = ""] =
    /\| key \| value \| default \|\n\|---\|---\|---\|\n((?:\|.*\n)+)/.exec(page) ?? [];
  const documented = table
    .split("\n")
    .flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`(\w+)`/g)].map(([, key]) => key));
  const root = makeFolder({
    "stdlambda.config.json": '{"functions":{"a":{"handler":"a.ts","nope":1}}}',
  });
  const error = await declareFunctions(root, env).then(
    () => assert.fail("it was accepted"),
    (reason: Error) => reason,
  );
  const known = /Known: (.*)\./.exec(error.message)?.[1]?.split(", ");
  assert.deepEqual(documented.sort(), known?.sort());
});
