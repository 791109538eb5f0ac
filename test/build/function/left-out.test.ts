// What never goes into a package unasked, wherever it comes from, and what is said of it.
import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { wholeFolder } from "../../../build/layer/whole-folder.ts";
import { makeFolder } from "../../project/folder.ts";
import { collect, makeProject, npmPackage, pathsOf } from "./project.ts";

const key = "-----BEGIN PRIVATE KEY-----\n";
const secrets = {
  ".env": "A=1",
  "deep/credentials": "[default]",
  "prod.env": "A=1",
  "tls/key.pem": key,
  ".aws/config": "",
};
const names = [".env", "deep/credentials", "prod.env", "tls/key.pem", ".aws"];

function below(folder: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(secrets).map(([path, text]) => [`${folder}/${path}`, text]),
  );
}

describe("credentials are left out and named", () => {
  const main = 'import lib from "lib";\nconsole.log(lib);';
  const lib = (path: string) => ({
    ...npmPackage(path, 'module.exports = "lib";'),
    [`${path}/.settings.json`]: "{}",
    [`${path}/credentials/index.js`]: "",
    [`${path}/.github/workflow.yml`]: "",
    ...below(path),
  });

  const isNamed = (notices: readonly string[], prefix: string) => {
    for (const name of names) assert.ok(notices.join().includes(`${prefix}${name}`), name);
  };

  test("of a linked package, whose other hidden files come along", async () => {
    const project = makeProject({
      "f/main.mjs": main,
      "f/node_modules/lib": "-> ../../lib",
      ...lib("lib"),
    });
    const { notices, ...rest } = await collect(join(project, "f"), "main.mjs");
    assert.deepEqual(pathsOf({ notices, ...rest }), [
      "main.mjs",
      "node_modules/lib/.settings.json",
      "node_modules/lib/credentials/index.js",
      "node_modules/lib/index.js",
      "node_modules/lib/package.json",
    ]);
    isNamed(notices, "node_modules/lib/");
  });

  test("of a dependency that was copied from a folder", async () => {
    const root = makeProject({
      "package.json": '{"dependencies":{"lib":"file:../lib"}}',
      "main.mjs": main,
      ...lib("node_modules/lib"),
    });
    const { notices, files } = await collect(root, "main.mjs");
    assert.ok(!files.some(({ path }) => /\.env|pem|\.aws|deep/.test(path)));
    isNamed(notices, "node_modules/lib/");
  });

  test("of a layer's folder, of which everything else is taken", () => {
    const folder = makeProject({
      ...below("."),
      "bin/tool": "#!/bin/sh",
      ".hidden/a": "",
      ".git/x": "",
    });
    const { files, warnings } = wholeFolder(folder, "share/x/");
    assert.deepEqual(files.map(({ path }) => path).sort(), [
      "share/x/.hidden/a",
      "share/x/bin/tool",
    ]);
    isNamed(warnings, "share/x/");
  });

  test("where a link leads to them as well", async () => {
    const root = makeProject({ "hello.sh": "#!/bin/sh", ".env": "A=1", settings: "-> .env" });
    const { notices, files } = await collect(root, "hello.sh");
    assert.deepEqual(
      files.map(({ path }) => path),
      ["hello.sh"],
    );
    assert.match(notices.join("\n"), /left out settings, a link to \.env/);
  });
});

test("a link whose target is left out becomes what it leads to, or is named", async () => {
  const root = makeProject({
    "hello.sh": "#!/bin/sh",
    ".versions/2/words.txt": "two",
    current: "-> .versions/2",
    "lib/words.txt": "-> ../.versions/2/words.txt",
    "node_modules/tool/bin.js": "",
    "bin/tool": "-> ../node_modules/tool/bin.js",
    "test/data.txt": "",
    "data.txt": "-> test/data.txt",
  });
  const { notices, files } = await collect(root, "hello.sh", { exclude: ["./test"] });
  assert.deepEqual(
    files.map(({ path, content }) => [path, content.kind]),
    [
      ["current/words.txt", "file"],
      ["hello.sh", "file"],
      ["lib/words.txt", "file"],
    ],
  );
  assert.match(notices.join("\n"), /left out bin\/tool, a link to node_modules\/tool\/bin\.js/);
  assert.match(notices.join("\n"), /left out data\.txt, a link to test\/data\.txt/);
});

test("links out of a layer's folder are copied; what is a place on Lambda stays a link", () => {
  const project = makeProject({
    "elsewhere/lib/words.txt": "",
    "elsewhere/one.txt": "",
    "layer/lib": "-> ../elsewhere/lib",
    "layer/one.txt": "-> ../elsewhere/one.txt",
    "layer/tool": "-> /opt/bin/tool",
    "layer/here": "-> one.txt",
  });
  const { files } = wholeFolder(join(project, "layer"), "");
  assert.deepEqual(files.map(({ path, content }) => [path, content.kind]).sort(), [
    ["here", "link"],
    ["lib/words.txt", "file"],
    ["one.txt", "file"],
    ["tool", "link"],
  ]);
  symlinkSync("gone", join(project, "layer/nowhere"));
  assert.throws(() => wholeFolder(join(project, "layer"), ""), /lead nowhere.*: nowhere; remove/);
});

test("a virtual environment is left out of a script's folder, with what to do instead", async () => {
  const root = makeFolder({
    "hello.py": "",
    "myenv/pyvenv.cfg": "home = /usr/bin",
    "myenv/lib/python3.12/site-packages/requests/api.py": "",
    "conda/conda-meta/history": "",
    "lib/words.py": "",
  });
  mkdirSync(join(root, "myenv/bin"));
  symlinkSync("/usr/bin/python3", join(root, "myenv/bin/python"));
  const collected = await collect(root, "hello.py");
  assert.deepEqual(pathsOf(collected), ["hello.py", "lib/words.py"]);
  assert.match(collected.notices.join("\n"), /left out myenv, .*pip install --target/);
});

test("old packages in the output folder are not taken by a pattern or through a link", async () => {
  const root = makeProject({
    "main.mjs": "",
    "hello.sh": "#!/bin/sh",
    "data/a.json": "",
    "dist/main/b.json": "",
  });
  const output = join(root, "dist");
  const traced = await collect(root, "main.mjs", { output, include: ["**/*.json"] });
  assert.deepEqual(pathsOf(traced), ["data/a.json", "main.mjs"]);
  const linked = join(makeFolder({}), "root");
  symlinkSync(root, linked);
  writeFileSync(join(root, "x.txt"), "");
  const whole = await collect(linked, "hello.sh", { output });
  assert.deepEqual(pathsOf(whole), ["data/a.json", "hello.sh", "main.mjs", "x.txt"]);
});
