// `stdlambda build` as a user calls it: what lies where, what is said, and the exit status.
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { execa } from "execa";
import { makeProject, temporaryFolder } from "../../build/function/project.ts";
import { callMain, executable } from "../command-line.ts";

const project = () =>
  makeProject({
    "hello.ts": 'import { word } from "./lib/word.ts";\nconsole.log(word);',
    "lib/word.ts": 'export const word: string = "word";',
    "report.sh": "#!/bin/sh\ncat",
  });

function build(root: string, out: string, ...args: string[]) {
  return callMain(["build", "--root", root, "--out", out, ...args]);
}

test("without a name every function is built, and each is said with its place", async () => {
  const out = join(temporaryFolder(), "dist");
  const { exitCode, stdout, stderr } = await build(project(), out);
  assert.equal(exitCode, 0, stderr);
  assert.deepEqual(readdirSync(out), ["hello.zip", "report.zip"]);
  assert.equal(stdout.toString(), "");
  assert.match(stderr, /dist\/hello\.zip: \d+ bytes, 2 files, handler hello\.ts\n/);
});

test("--json is the whole result on stdout; --quiet says nothing", async () => {
  const out = join(temporaryFolder(), "dist");
  const { exitCode, stdout, stderr } = await build(project(), out, "hello", "--json", "--quiet");
  assert.equal(exitCode, 0);
  assert.equal(stderr, "");
  const { functions, failed } = JSON.parse(stdout.toString());
  assert.deepEqual(failed, []);
  const [{ codeSha256, bytes, ...rest }] = functions;
  assert.match(codeSha256, /^[\w+/]{43}=$/);
  assert.ok(bytes > 100);
  assert.deepEqual(rest, {
    name: "hello",
    handler: "hello.ts",
    runtime: "provided.al2023",
    architecture: "x86_64",
    format: "zip",
    files: 2,
    unzippedBytes: rest.unzippedBytes,
    notices: [],
    warnings: [],
    path: join(out, "hello.zip"),
  });
});

test("a function that cannot be built is an error, and the others are built all the same", async () => {
  const root = makeProject({ "bad.ts": "const = 1;", "good.sh": "#!/bin/sh" });
  const out = join(temporaryFolder(), "dist");
  const { exitCode, stderr, stdout } = await build(root, out, "--json");
  assert.equal(exitCode, 1);
  assert.match(stderr, /error: bad: bad\.ts:1:\d+: /);
  assert.deepEqual(readdirSync(out), ["good.zip"]);
  assert.deepEqual(
    JSON.parse(stdout.toString()).failed.map(({ name }: { name: string }) => name),
    ["bad"],
  );
});

test("mistakes in the call are told with what to do", async () => {
  const root = project();
  const out = join(temporaryFolder(), "dist");
  for (const [args, message] of [
    [["helo"], /no function helo.*hello/s],
    [["--format", "tar"], /Allowed choices are zip, dir, oci/],
    [["--flatten"], /--flatten is for --format dir/],
    [
      ["--format", "dir", "--flatten"],
      /puts one function .* there are 2\nName one of hello, report/,
    ],
    [["--base", "x"], /--base is for --format oci/],
    [["--format", "oci", "--embed"], /--embed is for zip and dir/],
    [["--arch", "mips"], /Allowed choices are x86_64, arm64/],
  ] as const) {
    const { exitCode, stderr } = await build(root, out, ...args);
    assert.equal(exitCode, 2, args.join(" "));
    assert.match(stderr, message);
    assert.ok(!existsSync(out));
  }
  const empty = await build(makeProject({ "README.md": "" }), out);
  assert.equal(empty.exitCode, 2);
  assert.match(empty.stderr, /has no functions\nPut a script there/);
});

test("a place that cannot be written is told, and no stack", async () => {
  const out = temporaryFolder();
  mkdirSync(join(out, "hello.zip/in-the-way"), { recursive: true });
  const { exitCode, stderr } = await build(project(), out, "hello");
  assert.equal(exitCode, 1);
  assert.match(stderr, /^error: hello: EISDIR[^\n]*\n$/m);
  assert.doesNotMatch(stderr, /\n +at /);
  assert.deepEqual(readdirSync(out), ["hello.zip"]);
});

test("packages are not put into the function's own folder, where the next would take them in", async () => {
  const root = project();
  const { exitCode, stderr } = await build(root, root, "report");
  assert.equal(exitCode, 1);
  assert.match(stderr, /the next package would hold this one; .*--out dist/);
});

test("--flatten puts one function's files where another tool wants them", async () => {
  const out = join(temporaryFolder(), "artifacts");
  const { exitCode } = await build(project(), out, "hello", "--format", "dir", "--flatten");
  assert.equal(exitCode, 0);
  assert.deepEqual(readdirSync(out), ["hello.ts", "lib"]);
});

test("the functions of a configuration are built with its roots and architectures", async () => {
  const root = makeProject({
    "stdlambda.config.json": JSON.stringify({
      functions: { api: { handler: "index.handler", root: "src", architecture: "arm64" } },
    }),
    "src/index.mjs": "export const handler = () => 1;",
  });
  const out = join(temporaryFolder(), "dist");
  const { stdout } = await build(root, out, "--json");
  const [api] = JSON.parse(stdout.toString()).functions;
  assert.deepEqual(
    [api.name, api.handler, api.architecture, api.files],
    ["api", "index.handler", "arm64", 1],
  );
});

test("the same input gives the same bytes, whatever the machine is set to", async () => {
  const files = Object.fromEntries(
    ["b.sh", "a.sh", "lib/ä.txt", "lib/z.txt"].map((name) => [name, "#!/bin/sh"]),
  );
  const one = makeProject(files);
  const other = makeProject(Object.fromEntries(Object.entries(files).reverse()));
  chmodSync(join(other, "lib/z.txt"), 0o600);
  const bytes = async (root: string, environment: NodeJS.ProcessEnv, umask: string) => {
    const out = temporaryFolder();
    const command = `umask ${umask}; exec "$0" "$@"`;
    const args = [executable, "build", "a", "--quiet", "--root", root, "--out", out];
    await execa("sh", ["-c", command, process.execPath, ...args], { env: environment });
    return readFileSync(join(out, "a.zip"));
  };
  const first = await bytes(one, { TZ: "Asia/Tokyo", LC_ALL: "C" }, "077");
  const second = await bytes(other, { TZ: "America/New_York", LC_ALL: "de_DE.UTF-8" }, "002");
  assert.ok(first.equals(second));
});

test("a function is named by its handler, in whatever form and language", async () => {
  const root = makeProject({
    "app.py": "def lambda_handler(event, context):\n    return 1\n",
    "index.mjs": "export const other = () => 1;",
    "simple_handler.lisp": "(defun simple-handler (text headers) text)",
  });
  const out = join(temporaryFolder(), "dist");
  // The first is the folder's own function app; the others are made of their handlers.
  const expected = [
    ["app", "app.lambda_handler"],
    ["index-mjs-other", "index.mjs#other"],
    ["simple_handler-cl-user-simple-handler", "simple_handler.cl-user::simple-handler"],
  ];
  const handlers = expected.map(([, handler]) => handler as string);
  const { exitCode, stdout, stderr } = await build(root, out, ...handlers, "--json");
  assert.equal(exitCode, 0, stderr);
  const { functions } = JSON.parse(stdout.toString());
  assert.deepEqual(
    functions.map(({ name, handler }: { name: string; handler: string }) => [name, handler]),
    expected,
  );
});
