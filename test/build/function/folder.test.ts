// Scripts whose imports nobody can trace: their whole folder, and what is left out of it.
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { collect, declare, makeProject, pathsOf } from "./project.ts";

test("a script of the shell has its folder, without what is hidden, installed or declared", async () => {
  const root = makeProject({
    "hello.sh": '#!/bin/sh\n. "$(dirname "$0")/lib/words.sh"',
    "lib/words.sh": "",
    "lib/data.bin": "\u0000",
    "stdlambda.config.json": "{}",
    "lib/stdlambda.config.json": "{}",
    ".git/config": "",
    ".gitignore": "",
    "node_modules/a/index.js": "",
    "notes.txt~": "",
    "__pycache__/x.pyc": "",
  });
  assert.deepEqual(pathsOf(await collect(root, "hello.sh")), [
    "hello.sh",
    "lib/data.bin",
    "lib/stdlambda.config.json",
    "lib/words.sh",
  ]);
});

test("modes come from the content: 0755 for a shebang or ELF, whatever the disk says", async () => {
  const root = makeProject({
    "hello.sh": "#!/bin/sh\r\n",
    "plain.sh": "echo",
    "data.json": "{}",
    program: "\u007fELF\u0002\u0001",
  });
  chmodSync(join(root, "hello.sh"), 0o644);
  chmodSync(join(root, "data.json"), 0o755);
  const { files, warnings } = await collect(root, "hello.sh");
  assert.deepEqual(
    files.map(({ path, executable }) => [path, executable]),
    [
      ["data.json", false],
      ["hello.sh", true],
      ["plain.sh", false],
      ["program", true],
    ],
  );
  // Our host reads over the carriage return.
  assert.doesNotMatch(warnings.join(), /hello\.sh/);
});

test("what may hold credentials is left out and named; an example of it is not", async () => {
  const key = "-----BEGIN RSA PRIVATE KEY-----\n";
  const root = makeProject({
    "hello.sh": "#!/bin/sh",
    ".env": "A=1",
    ".env.example": "A=",
    "prod.env": "A=1",
    "tls/key.pem": key,
    "tls/ca.pem": "-----BEGIN CERTIFICATE-----\n",
    "tls/server.key": key,
    id_ed25519: key,
    "id_ed25519.pub": "",
    "credentials.json": "{}",
  });
  const { notices, ...collected } = await collect(root, "hello.sh");
  assert.deepEqual(pathsOf({ notices, ...collected }), [
    "hello.sh",
    "id_ed25519.pub",
    "tls/ca.pem",
  ]);
  for (const name of [
    ".env",
    "prod.env",
    "tls/key.pem",
    "tls/server.key",
    "id_ed25519",
    "credentials.json",
  ]) {
    assert.ok(notices.join().includes(name), name);
  }
  const wanted = await collect(root, "hello.sh", { include: ["prod.env"] });
  assert.ok(pathsOf(wanted).includes("prod.env"));
  assert.ok(!wanted.notices.join().includes("prod.env"));
});

test("links inside stay links; what others lead to is copied; what leads nowhere is said", async () => {
  const project = makeProject({
    "outside/data.txt": "data",
    "outside/deep/more.txt": "",
    "f/hello.sh": "#!/bin/sh",
    "f/lib/words.sh": "",
    "f/current.sh": "-> lib/words.sh",
    "f/lib/up.sh": "-> ../hello.sh",
    "f/data.txt": "-> ../outside/data.txt",
    "f/deep": "-> ../outside/deep",
    "f/nowhere": "-> gone",
    "f/circle": "-> circle",
    "f/lib/loop": "-> ../lib",
  });
  const { files, warnings } = await collect(join(project, "f"), "hello.sh");
  const kinds = Object.fromEntries(files.map(({ path, content }) => [path, content.kind]));
  assert.deepEqual(kinds, {
    "current.sh": "link",
    "data.txt": "file",
    "deep/more.txt": "file",
    "hello.sh": "file",
    "lib/loop": "link",
    "lib/up.sh": "link",
    "lib/words.sh": "file",
  });
  assert.match(
    warnings.join(),
    /lead nowhere.*: .*circle.*nowhere|lead nowhere.*: .*nowhere.*circle/,
  );
});

test("what was built before is not a source", async () => {
  const root = makeProject({ "hello.sh": "#!/bin/sh", "dist/hello.zip": "x", "lib/dist/a": "x" });
  const collected = await collect(root, "hello.sh", { output: join(root, "dist") });
  assert.deepEqual(pathsOf(collected), ["hello.sh", "lib/dist/a"]);
});

test("patterns without a slash mean names at any depth, those with one mean paths", async () => {
  const root = makeProject({
    "hello.sh": "#!/bin/sh",
    "test/a.sh": "",
    "lib/test/b.sh": "",
    "lib/c.md": "",
    "lib/d.txt": "",
  });
  const paths = async (...exclude: string[]) =>
    pathsOf(await collect(root, "hello.sh", { exclude }));
  assert.deepEqual(await paths("test", "*.md"), ["hello.sh", "lib/d.txt"]);
  assert.deepEqual(await paths("./test/", "lib/*.md"), ["hello.sh", "lib/d.txt", "lib/test/b.sh"]);
  assert.deepEqual(await paths("**/*.{md,txt}"), ["hello.sh", "lib/test/b.sh", "test/a.sh"]);
});

test("a function with a bootstrap of its own is its folder, whatever its handler means", async () => {
  const root = makeProject({ bootstrap: "#!/bin/sh", "function.sh": "handler() { :; }" });
  assert.deepEqual(pathsOf(await collect(root, "function.handler")), ["bootstrap", "function.sh"]);
});

test("a handler that names nothing is refused with what was tried, unless a layer may hold it", async () => {
  const root = makeProject({ "hello.sh": "#!/bin/sh" });
  await assert.rejects(
    collect(root, "helo.sh"),
    /names nothing in \S+\. Tried, .*Nearest files: hello\.sh/s,
  );
  const layers = ["arn:aws:lambda:us-east-1:012345678912:layer:tools:1"];
  const { warnings } = await collect(root, "bin/tool.sh", {}, { layers });
  assert.match(warnings.join(), /must come from a layer/);
});

test("a script is packed where its interpreter is not installed", async () => {
  const root = makeProject({ "a.lua": "", "b.x": "#!/opt/bin/none" });
  for (const handler of ["a.lua", "b.x", "script:a.lua,1"]) {
    const collected = await collect(root, handler);
    assert.deepEqual(pathsOf(collected), ["a.lua", "b.x"], handler);
  }
});

test("interpreters that the runtime lacks are warned of, with what to do", async () => {
  const root = makeProject({
    "a.py": "",
    "b.sh": "#!/usr/bin/env bash",
    "c.pl": "#!/usr/local/bin/perl",
    "d.awk": "",
    "e.sh": "#!/opt/bin/dash",
  });
  const warned = async (handler: string, more = {}) =>
    (await collect(root, handler, {}, more)).warnings.join();
  assert.match(
    await warned("a.py"),
    /run by python3, which provided\.al2023 lacks; use AWS's runtime python3\.13/,
  );
  assert.match(await warned("c.pl"), /write #!\/usr\/bin\/env perl/);
  assert.match(await warned("cmd:jq,."), /the handler cmd:jq,\. is run by jq.*--add jq=/);
  assert.equal(await warned("b.sh"), "");
  assert.equal(await warned("d.awk"), "");
  assert.equal(await warned("cmd:cat"), "");
  const layers = ["arn:aws:lambda:us-east-1:012345678912:layer:python:1"];
  assert.equal(await warned("a.py", { layers }), "");
  assert.equal(await warned("e.sh", { layers }), "");
  assert.match(await warned("e.sh"), /run by \/opt\/bin\/dash/);
});

test("an image without a base is warned of having no programs", async () => {
  const root = makeProject({ "a.sh": "#!/bin/sh", "b.mjs": "" });
  const warnings = async (handler: string, system: "bare" | "base") =>
    (await collect(root, handler, { system })).warnings;
  assert.match((await warnings("a.sh", "bare")).join(), /has only sh and node.*--base/);
  assert.deepEqual(await warnings("b.mjs", "bare"), []);
  assert.deepEqual(await warnings("a.sh", "base"), []);
});

test("a folder that is not there is an error", async () => {
  const declared = declare("/nowhere/at/all", "hello.sh");
  await assert.rejects(collect(declared.root, "hello.sh"), /does not exist; correct its root/);
});

test("files that are more than Lambda unpacks are refused, and the largest named", async () => {
  const root = makeProject({ "hello.sh": "#!/bin/sh", "big/": "" });
  const file = join(root, "big/data");
  mkdirSync(join(root, "big"), { recursive: true });
  writeFileSync(file, "");
  const { truncateSync } = await import("node:fs");
  truncateSync(file, 251 * 1024 * 1024);
  await assert.rejects(collect(root, "hello.sh"), /251\.0 MB.*250\.0 MB.*big \(251\.0 MB\)/);
  const image = await collect(root, "hello.sh", { system: "base" });
  assert.ok(pathsOf(image).includes("big/data"));
});

test("CRLF line ends are named where a shell runs the script, and nowhere else", async () => {
  const root = makeProject({
    "a.sh": "#!/bin/sh\r\necho a\r\n",
    "first.sh": "#!/bin/bash\r\necho a\n",
    "b.py": "print(1)\r\n",
  });
  const warnings = async (handler: string) => (await collect(root, handler)).warnings.join("\n");
  assert.match(
    await warnings("a.sh"),
    /a\.sh has CRLF line ends, and sh takes .*; convert it: sed -i/,
  );
  assert.doesNotMatch(await warnings("first.sh"), /CRLF/);
  assert.doesNotMatch(await warnings("b.py"), /CRLF/);
});

test("a script that is loaded for its main needs its language's interpreter, not its first line's", async () => {
  const root = makeProject({ "hello.ros": "#!/bin/sh\n#|\nexec ros -- $0\n|#\n(defun main ())\n" });
  const { warnings } = await collect(root, "hello.ros");
  assert.match(warnings.join(), /run by sbcl, which provided\.al2023 lacks; bring it in a layer/);
});
