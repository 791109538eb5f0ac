// What is kept comes back, and what is damaged is told.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openStore } from "../../../local/store/open-store.ts";
import { file, makeZip } from "./make-zip.ts";
import { functionRecord, openTemporary, temporaryDirectory } from "./temporary-store.ts";

const zip = makeZip([file("index.js")]);

test("functions, layers and code are there again after a restart", async (t) => {
  const directory = join(temporaryDirectory(t), "deep", ".stdlambda");
  const first = await openTemporary(directory);
  const { sha256, size } = await first.store.code.add(zip);
  const hello = functionRecord("hello", {
    latest: { configuration: { Version: "$LATEST" }, code: { kind: "zip", sha256, size } },
    urls: [{ qualifier: undefined, configuration: { FunctionUrl: "http://x/" } as never }],
    policies: [{ qualifier: "live", revisionId: "r", statements: [] }],
    reservedConcurrency: 0,
    tags: { "a b": "ü" },
  });
  const layer = {
    name: "tools",
    lastVersion: 3,
    versions: [{ Version: 3, LayerVersionArn: "arn:aws:lambda:x", sha256, size }],
  };
  await first.store.functions.update("hello", () => hello);
  await first.store.functions.update("Hello", () => functionRecord("Hello"));
  await first.store.functions.update("gone", () => functionRecord("gone"));
  await first.store.functions.update("gone", () => undefined);
  await first.store.layers.update("tools", () => layer);
  await first.store.close();

  const { store, damage } = await openTemporary(directory);
  t.after(() => store.close());
  assert.deepEqual(damage, []);
  assert.deepEqual(store.functions.get("hello"), hello);
  assert.deepEqual(
    store.functions.all().map(({ name }) => name),
    ["Hello", "hello"],
  );
  assert.deepEqual(store.layers.all(), [layer]);
  assert.equal(await store.code.unpackedSize(sha256), 7);
  assert.equal(readFileSync(join(await store.code.folder(sha256), "index.js"), "utf8"), "content");
});

test("the directory keeps itself out of git, and what the user made of that", async (t) => {
  const directory = temporaryDirectory(t);
  await (await openTemporary(directory)).store.close();
  const ignore = join(directory, ".gitignore");
  assert.equal(readFileSync(ignore, "utf8"), "*\n");
  writeFileSync(ignore, "code/\n");
  await (await openTemporary(directory)).store.close();
  assert.equal(readFileSync(ignore, "utf8"), "code/\n");
});

test("each damaged file is put aside and told, and the others are served", async (t) => {
  const directory = temporaryDirectory(t);
  const { store } = await openTemporary(directory);
  const names = ["cut", "empty", "good", "moved", "wrong"];
  for (const name of names) await store.functions.update(name, () => functionRecord(name));
  await store.close();
  const path = (name: string) => join(directory, "functions", `${name}.json`);
  const whole = readFileSync(path("cut"), "utf8");
  const content = {
    cut: whole.slice(0, whole.length / 2),
    empty: "",
    moved: readFileSync(path("good"), "utf8"),
    wrong: JSON.stringify({ ...JSON.parse(whole), name: "wrong", lastVersion: "three" }),
  };
  for (const [name, text] of Object.entries(content)) writeFileSync(path(name), text);
  mkdirSync(path("directory"));

  const again = await openTemporary(directory);
  assert.deepEqual(
    again.store.functions.all().map(({ name }) => name),
    ["good"],
  );
  assert.equal(again.damage.length, 5);
  for (const [name, expected] of [
    ["cut", /not JSON: /],
    ["directory", /EISDIR/],
    ["empty", /it is empty/],
    ["moved", /it holds "good", which belongs in another file/],
    ["wrong", /lastVersion: .*"three"/],
  ] as const) {
    const message = again.damage.find((text) => text.startsWith(`${path(name)} is damaged`));
    assert.match(message ?? "", expected);
    const aside = / put aside as (\S+):/.exec(message ?? "")?.[1];
    assert.match(aside ?? "", /\.json\.damaged-\d{8}T\d{9}Z$/);
    if (name !== "directory") assert.equal(readFileSync(aside ?? "", "utf8"), content[name]);
  }
  await again.store.close();
  const third = await openTemporary(directory);
  await third.store.close();
  assert.deepEqual(third.damage, [], "told once");
});

test("a function whose code is gone is kept, and its owner is told", async (t) => {
  const directory = temporaryDirectory(t);
  const { store } = await openTemporary(directory);
  const { sha256, size } = await store.code.add(zip);
  const configuration = { Version: "4" };
  const versions = [{ configuration, code: { kind: "zip", sha256, size } as const }];
  await store.functions.update("hello", () => functionRecord("hello", { versions }));
  rmSync(store.code.zip(sha256));
  await store.close();
  const again = await openTemporary(directory);
  t.after(() => again.store.close());
  assert.equal(again.store.functions.get("hello")?.versions.length, 1);
  assert.equal(again.damage.length, 1);
  assert.match(
    again.damage[0] ?? "",
    /code of function hello, version 4 is gone .*upload it again/,
  );
});

test("what a killed service had begun is removed", async (t) => {
  const directory = temporaryDirectory(t);
  await (await openTemporary(directory)).store.close();
  const leftover = ".00000000-0000-4000-8000-000000000000.tmp";
  for (const folder of [".", "functions", "layers", "code"]) {
    writeFileSync(join(directory, folder, leftover), "half");
  }
  mkdirSync(join(directory, "unpacked", leftover, "deep"), { recursive: true });
  writeFileSync(join(directory, "functions", "notes.txt"), "the user's own");
  const { store, damage } = await openTemporary(directory);
  t.after(() => store.close());
  assert.deepEqual(damage, []);
  for (const folder of [".", "functions", "layers", "code", "unpacked"]) {
    assert.ok(!readdirSync(join(directory, folder)).includes(leftover), folder);
  }
  assert.deepEqual(readdirSync(join(directory, "functions")), ["notes.txt"]);
});

test("a directory that cannot be one is refused with a way out", async (t) => {
  const path = join(temporaryDirectory(t), "file");
  writeFileSync(path, "");
  await assert.rejects(
    openStore(path, { onDamage: assert.fail }),
    /cannot store functions: .* Choose a writable directory/,
  );
});

test("closing waits for what is being written and takes nothing more", async (t) => {
  const directory = temporaryDirectory(t);
  const { store } = await openTemporary(directory);
  const update = store.functions.update("hello", async () => functionRecord("hello"));
  await store.close();
  assert.equal((await update)?.name, "hello");
  const late = store.functions.update("late", () => functionRecord("late"));
  await assert.rejects(late, { type: "ServiceException", message: /shutting down/ });
  await assert.rejects(store.code.add(zip), /shutting down/);
  const again = await openTemporary(directory);
  t.after(() => again.store.close());
  assert.deepEqual(
    again.store.functions.all().map(({ name }) => name),
    ["hello"],
  );
});
