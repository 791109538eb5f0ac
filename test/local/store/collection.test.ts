// Changes of records: one after another, on the disk first, and whole whatever happens.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { file, makeZip } from "./make-zip.ts";
import { functionRecord, openTemporary, temporaryDirectory } from "./temporary-store.ts";

const writer = join(import.meta.dirname, "../../fixtures/store/keep-updating.mjs");

test("changes of one record see each other, however many come at once", async (t) => {
  const { store } = await openTemporary(temporaryDirectory(t));
  t.after(() => store.close());
  const changes = Array.from({ length: 30 }, () =>
    store.functions.update("counter", async (record) => {
      await delay(Math.random());
      return functionRecord("counter", { lastVersion: (record?.lastVersion ?? 0) + 1 });
    }),
  );
  const results = await Promise.all(changes);
  assert.deepEqual(
    results.map((record) => record?.lastVersion),
    Array.from({ length: 30 }, (_, index) => index + 1),
  );
});

test("a change that throws changes nothing, and the next one runs", async (t) => {
  const { store } = await openTemporary(temporaryDirectory(t));
  t.after(() => store.close());
  const record = await store.functions.update("hello", () => functionRecord("hello"));
  const failing = store.functions.update("hello", () => {
    throw new Error("refused");
  });
  await assert.rejects(failing, /refused/);
  assert.equal(store.functions.get("hello"), record);
  await store.functions.update("hello", () => undefined);
  assert.equal(store.functions.get("hello"), undefined);
  assert.deepEqual(store.functions.all(), []);
  assert.equal(await store.functions.update("never", () => undefined), undefined);
});

test("nobody sees a record before the disk has it", async (t) => {
  const directory = temporaryDirectory(t);
  const { store } = await openTemporary(directory);
  t.after(() => store.close());
  const update = store.functions.update("hello", () => functionRecord("hello"));
  const path = join(directory, "functions");
  while (store.functions.get("hello") === undefined) await delay(0);
  assert.deepEqual(readdirSync(path), ["hello.json"]);
  await update;
});

test("a disk that refuses is told to the caller, and memory stays as it was", async (t) => {
  const directory = temporaryDirectory(t);
  const { store } = await openTemporary(directory);
  t.after(() => store.close());
  const before = await store.functions.update("hello", () => functionRecord("hello"));
  const folder = join(directory, "functions");
  rmSync(folder, { recursive: true });
  writeFileSync(folder, "in the way");
  const next = () => functionRecord("hello", { lastVersion: 2 });
  for (const change of [next, () => undefined]) {
    await assert.rejects(store.functions.update("hello", change), {
      type: "ServiceException",
      status: 500,
      message: /^The service could not .* functions\/hello: ENOTDIR.*Nothing has changed/,
    });
    assert.equal(store.functions.get("hello"), before);
  }
  await assert.rejects(
    store.functions.update("new", () => functionRecord("new")),
    /functions\/new/,
  );
  assert.equal(store.functions.get("new"), undefined);
  rmSync(folder);
  mkdirSync(folder);
  assert.equal((await store.functions.update("hello", next))?.lastVersion, 2);
});

test("a record that could not be read again is not written", async (t) => {
  const directory = temporaryDirectory(t);
  const { store } = await openTemporary(directory);
  t.after(() => store.close());
  const wrong = functionRecord("hello", { lastVersion: Number.NaN });
  await assert.rejects(
    store.functions.update("hello", () => wrong),
    /lastVersion/,
  );
  await assert.rejects(
    store.functions.update("hello", () => functionRecord("bye")),
    /the record of hello is named bye/,
  );
  assert.deepEqual(readdirSync(join(directory, "functions")), []);
});

test("any name has a file of its own, inside the folder", async (t) => {
  const directory = temporaryDirectory(t);
  const { store } = await openTemporary(directory);
  const names = ["../up", ".hidden", "A", "a", "a%2Fb", "a/b", "a~b", "jobs/report.sh", "ü b"];
  for (const name of names) await store.functions.update(name, () => functionRecord(name));
  await store.close();
  const files = readdirSync(join(directory, "functions")).map((name) => name.toLowerCase());
  assert.equal(new Set(files).size, names.length, "also where the disk ignores case");
  const again = await openTemporary(directory);
  t.after(() => again.store.close());
  assert.deepEqual(again.damage, []);
  assert.deepEqual(
    again.store.functions.all().map(({ name }) => name),
    names,
  );
});

test("kill -9 in the middle of writes loses nothing that was acknowledged", async (t) => {
  const directory = temporaryDirectory(t);
  const zip = join(directory, "code.zip");
  const library = Array.from({ length: 20 }, (_, n) => file(`lib/${n}.js`, "x".repeat(10_000)));
  const files = [file("index.js"), ...library];
  writeFileSync(zip, makeZip(files));
  const kept = join(directory, "kept");
  for (let round = 0; round < 10; round++) {
    const acknowledged = new Map<string, number>();
    const child = spawn(process.execPath, [writer, kept, zip], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = createInterface(child.stdout);
    lines.on("line", (line) => {
      const [name, number] = line.split(" ");
      acknowledged.set(String(name), Number(number));
    });
    const ended = Promise.all([once(child, "exit"), once(lines, "close")]);
    await once(lines, "line");
    await delay(Math.random() * 30);
    child.kill("SIGKILL");
    const [[, signal]] = await ended;
    assert.equal(signal, "SIGKILL");

    const { store, damage } = await openTemporary(kept);
    assert.deepEqual(damage, []);
    for (const [name, number] of acknowledged) {
      const record = store.functions.get(name);
      assert.ok(record !== undefined && record.lastVersion >= number, `${name} ${number}`);
      // One that was written but not yet acknowledged may be there; it is whole as well.
      const description = record.latest.configuration.Description;
      assert.equal(description, `${record.lastVersion} `.repeat(5000));
      const { code } = record.latest;
      assert.ok(code.kind === "zip");
      const folder = await store.code.folder(code.sha256);
      assert.deepEqual(readdirSync(folder).sort(), ["index.js", "lib"]);
    }
    for (const hash of readdirSync(join(kept, "unpacked"))) {
      const names = readdirSync(join(kept, "unpacked", hash, "lib"));
      assert.equal(names.length, 20, "no folder is half unpacked");
    }
    await store.close();
  }
});
