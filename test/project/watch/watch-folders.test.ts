// What is told of changes in folders: each once, nothing of what only looks like one.
import assert from "node:assert/strict";
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  watch,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { createDirectoryTree } from "../../../project/watch/directory-tree.ts";
import { isIgnored } from "../../../project/watch/ignored.ts";
import { watchFolders } from "../../../project/watch/watch-folders.ts";
import { makeFolder } from "../folder.ts";

/** Longer than the debounce; on a loaded machine it is asked again and again, see `until`. */
const quietMs = 200;

interface Watched {
  readonly root: string;
  readonly path: (name: string) => string;
  /** What was told since the last call, sorted, once it is `expected` or the patience is over. */
  readonly told: (...expected: string[]) => Promise<void>;
  /** Nothing is told. */
  readonly quiet: () => Promise<void>;
  readonly calls: () => number;
}

const project = {
  "hello.ts": "1",
  "lib/greet.ts": "1",
  "lib/deep/er.ts": "1",
  "node_modules/pkg/index.js": "1",
};

async function watched(context: TestContext, below = ""): Promise<Watched> {
  const base = makeFolder(
    Object.fromEntries(Object.entries(project).map(([name, text]) => [`${below}${name}`, text])),
  );
  const root = join(base, below);
  // What the test wrote is older than the watch, as a project's files are.
  await delay(50);
  let paths: string[] = [];
  let calls = 0;
  const watching = watchFolders([root], (changed) => {
    calls++;
    paths.push(...changed.map((path) => relative(root, path)));
  });
  context.after(() => watching.close());
  await watching.ready;
  return {
    root,
    path: (name) => join(root, name),
    calls: () => calls,
    async told(...expected) {
      const wanted = expected.sort().join("\n");
      for (const end = Date.now() + 10_000; Date.now() < end; await delay(10)) {
        if ([...new Set(paths)].sort().join("\n") === wanted) break;
      }
      await delay(quietMs);
      assert.deepEqual([...new Set(paths)].sort(), expected);
      paths = [];
    },
    async quiet() {
      await delay(quietMs);
      assert.deepEqual(paths, []);
    },
  };
}

test("writes are told, at the top, below and in packages", async (context) => {
  const { path, told } = await watched(context);
  writeFileSync(path("hello.ts"), "2");
  writeFileSync(path("lib/deep/er.ts"), "2");
  writeFileSync(path("node_modules/pkg/index.js"), "2");
  await told("hello.ts", "lib/deep/er.ts", "node_modules/pkg/index.js");
});

test("an editor's safe write is one change of one file", async (context) => {
  const { path, told, calls } = await watched(context);
  writeFileSync(path("lib/greet.ts~"), "1");
  writeFileSync(path("lib/4913"), "");
  rmSync(path("lib/4913"));
  writeFileSync(path("lib/new"), "2");
  renameSync(path("lib/new"), path("lib/greet.ts"));
  await told("lib/greet.ts");
  assert.equal(calls(), 1);
});

test("reading, and setting what is set already, is not a change; the x bit is one", async (context) => {
  const { path, told, quiet } = await watched(context);
  readFileSync(path("hello.ts"));
  await quiet();
  chmodSync(path("hello.ts"), 0o755);
  await told("hello.ts");
  chmodSync(path("hello.ts"), 0o755);
  const { atime, mtime } = statSync(path("hello.ts"));
  utimesSync(path("hello.ts"), atime, mtime);
  // The first of these may bring the time to whole milliseconds, which is another one.
  await delay(quietMs);
});

test("a file that is gone is told, a temporary one is not", async (context) => {
  const { path, told, quiet } = await watched(context);
  writeFileSync(path("scratch"), "1");
  rmSync(path("scratch"));
  await quiet();
  rmSync(path("hello.ts"));
  await told("hello.ts");
});

test("a new folder is watched with what is in it already", async (context) => {
  const { path, told } = await watched(context);
  mkdirSync(path("a/b/c"), { recursive: true });
  writeFileSync(path("a/b/c/d.ts"), "1");
  await told("a/b/c/d.ts");
  writeFileSync(path("a/b/c/d.ts"), "22");
  await told("a/b/c/d.ts");
});

test("a folder that is deleted and made again is watched again", async (context) => {
  const { path, told } = await watched(context);
  rmSync(path("lib"), { recursive: true });
  mkdirSync(path("lib/deep"), { recursive: true });
  writeFileSync(path("lib/greet.ts"), "new");
  await told("lib/deep/er.ts", "lib/greet.ts");
  writeFileSync(path("lib/deep/er.ts"), "new");
  await told("lib/deep/er.ts");
});

test("another folder in the place of the watched one is seen", async (context) => {
  const { root, path, told } = await watched(context, "app/");
  renameSync(root.replace(/\/$/, ""), join(root, "../old"));
  mkdirSync(root);
  writeFileSync(path("hello.ts"), "other");
  await delay(quietMs);
  writeFileSync(path("fresh.ts"), "1");
  await delay(quietMs);
  await told("fresh.ts", "hello.ts", "lib", "node_modules");
});

test("thousands of files are told in few calls", async (context) => {
  const { path, calls, told } = await watched(context);
  const names = Array.from({ length: 2000 }, (_, number) => `many/${number}.ts`);
  mkdirSync(path("many"));
  for (const name of names) writeFileSync(path(name), "x");
  await told(...names);
  assert.ok(calls() <= 10, `${calls()} calls`);
});

test("bookkeeping of other tools is not told, and links are not followed", async (context) => {
  const { path, quiet, told } = await watched(context);
  mkdirSync(path(".git"));
  writeFileSync(path(".git/index"), "1");
  mkdirSync(path("lib/__pycache__"));
  writeFileSync(path("lib/__pycache__/a.pyc"), "1");
  mkdirSync(path(".stdlambda"));
  await quiet();
  const outside = makeFolder({ "far.ts": "1" });
  symlinkSync(outside, path("link"));
  await told("link");
  writeFileSync(join(outside, "far.ts"), "2");
  await quiet();
});

test("a single file can be watched, such as a zipped layer", async (context) => {
  const root = makeFolder({ "layer.zip": "1", "other.zip": "1" });
  const told: string[] = [];
  const watching = watchFolders([join(root, "layer.zip")], (paths) => told.push(...paths));
  context.after(() => watching.close());
  await watching.ready;
  writeFileSync(join(root, "other.zip"), "2");
  writeFileSync(join(root, "new.zip"), "22");
  renameSync(join(root, "new.zip"), join(root, "layer.zip"));
  for (let look = 0; told.length === 0 && look < 500; look++) await delay(20);
  assert.deepEqual(told, [join(root, "layer.zip")]);
});

test("after close nothing is told", async () => {
  const root = makeFolder({ "hello.ts": "1" });
  const watching = watchFolders([root], () => assert.fail("it was told"));
  await watching.ready;
  writeFileSync(join(root, "hello.ts"), "2");
  watching.close();
  await delay(quietMs);
});

test("without watches the folders are looked at, packages are not, and it is said once", async () => {
  const root = makeFolder(project);
  const warnings: string[] = [];
  const tree = createDirectoryTree({
    onEvent: () => {},
    onWarning: (message) => warnings.push(message),
    watch: (() => {
      throw Object.assign(new Error("no space"), { code: "ENOSPC" });
    }) as typeof watch,
  });
  await delay(50);
  await tree.add(root);
  assert.deepEqual(await tree.poll(), []);
  writeFileSync(join(root, "lib/greet.ts"), "22");
  writeFileSync(join(root, "node_modules/pkg/index.js"), "22");
  mkdirSync(join(root, "new"));
  writeFileSync(join(root, "new/file.ts"), "1");
  const changed = await tree.poll();
  assert.deepEqual(changed.map((path) => relative(root, path)).sort(), [
    "lib/greet.ts",
    "new/file.ts",
  ]);
  assert.deepEqual(await tree.poll(), []);
  rmSync(join(root, "lib"), { recursive: true });
  assert.ok((await tree.poll()).includes(join(root, "lib")));
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? "", /ENOSPC.*max_user_watches/);
  tree.close();
});

test("a folder takes one watch, however many files it holds", async () => {
  const root = makeFolder(
    Object.fromEntries(Array.from({ length: 50 }, (_, number) => [`a/${number}.ts`, "1"])),
  );
  let watches = 0;
  const tree = createDirectoryTree({
    onEvent: () => {},
    onWarning: assert.fail,
    watch: ((...args: Parameters<typeof watch>) => {
      watches++;
      return watch(...args);
    }) as typeof watch,
  });
  await tree.add(root);
  tree.close();
  assert.equal(watches, 2);
});

test("drafts of editors are known", () => {
  for (const name of [
    "4913",
    ".a.ts.swp",
    "a.ts~",
    ".#a.ts",
    "#a.ts#",
    "a.ts___jb_tmp___",
    "sedAb12cD",
  ]) {
    assert.equal(isIgnored(name), true, name);
  }
  for (const name of ["a.ts", ".env", "sed.sh", "swp", "node_modules", "49130"]) {
    assert.equal(isIgnored(name), false, name);
  }
});

test("what changed since a moment before the call is told, packages are not asked", async (context) => {
  const root = makeFolder({ ...project, "layer.zip": "1" });
  await delay(50);
  const since = Date.now();
  for (const name of ["lib/greet.ts", "node_modules/pkg/index.js", "layer.zip"]) {
    writeFileSync(join(root, name), "2");
  }
  writeFileSync(join(root, "new.ts"), "1");
  await delay(50);
  const paths: string[] = [];
  const layer = join(root, "layer.zip");
  for (const [roots, expected] of [
    [[root], ["layer.zip", "lib/greet.ts", "new.ts"]],
    [[layer], ["layer.zip"]],
  ] as const) {
    paths.length = 0;
    const told = (changed: readonly string[]) => paths.push(...changed);
    const watching = watchFolders(roots, told, { since, native: false });
    context.after(() => watching.close());
    await watching.ready;
    assert.deepEqual(paths.map((path) => relative(root, path)).sort(), expected);
  }
});
