// Zips and their unpacked folders: once each, and again when one is gone.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { file, makeZip } from "./make-zip.ts";
import { functionRecord, openTemporary, temporaryDirectory } from "./temporary-store.ts";

const zip = makeZip([file("index.js"), file("lib/a.js", "12345")]);

async function openCode(t: TestContext) {
  const directory = temporaryDirectory(t);
  const { store } = await openTemporary(directory);
  t.after(() => store.close());
  return { store, code: store.code, directory };
}

test("the same bytes are kept once, however often they come at once", async (t) => {
  const { code, directory } = await openCode(t);
  const results = await Promise.all([code.add(zip), code.add(zip), code.add(Buffer.from(zip))]);
  const sha256 = createHash("sha256").update(zip).digest("base64");
  for (const result of results) {
    assert.deepEqual(result, { sha256, size: zip.length, unpackedSize: 12 });
  }
  const hash = Buffer.from(sha256, "base64").toString("hex");
  assert.deepEqual(readdirSync(join(directory, "code")), [`${hash}.zip`]);
  assert.deepEqual(readdirSync(join(directory, "unpacked")), [hash]);
  assert.deepEqual(readFileSync(code.zip(sha256)), zip);
});

test("a folder that is gone is unpacked again", async (t) => {
  const { code } = await openCode(t);
  const { sha256 } = await code.add(zip);
  rmSync(await code.folder(sha256), { recursive: true });
  const folders = await Promise.all([code.folder(sha256), code.folder(sha256)]);
  assert.equal(readFileSync(join(folders[0], "lib/a.js"), "utf8"), "12345");
});

test("a zip that is refused leaves nothing", async (t) => {
  const { code, directory } = await openCode(t);
  await assert.rejects(code.add(makeZip([file("../x")])), /leaves the package/);
  assert.deepEqual(readdirSync(join(directory, "code")), []);
  assert.deepEqual(readdirSync(join(directory, "unpacked")), []);
});

test("code whose zip cannot be kept is not kept unpacked either", async (t) => {
  const { code, directory } = await openCode(t);
  rmSync(join(directory, "code"), { recursive: true });
  await assert.rejects(code.add(zip), {
    type: "ServiceException",
    message: /keep the code: ENOENT/,
  });
  assert.deepEqual(readdirSync(join(directory, "unpacked")), []);
});

test("a zip of more than 50 MB gets AWS's error", async (t) => {
  const { code } = await openCode(t);
  await assert.rejects(code.add(Buffer.alloc(52_428_801)), {
    type: "RequestEntityTooLargeException",
    status: 413,
    message: /^Request must be smaller than 69905067 bytes/,
  });
});

test("a damaged zip is put aside, and the same bytes can be uploaded again", async (t) => {
  const { code } = await openCode(t);
  const { sha256 } = await code.add(zip);
  const damaged = Buffer.from(zip);
  damaged[40] = 0;
  writeFileSync(code.zip(sha256), damaged);
  rmSync(await code.folder(sha256), { recursive: true });
  await assert.rejects(code.folder(sha256), {
    type: "ServiceException",
    message: /is damaged \(put aside as .*damaged-.*\)\. Upload it again/,
  });
  await assert.rejects(code.folder(sha256), /is gone\. Upload it again/);
  await code.add(zip);
  assert.equal(readFileSync(join(await code.folder(sha256), "index.js"), "utf8"), "content");
  assert.deepEqual(readFileSync(code.zip(sha256)), zip);
});

const damages: Record<string, (folder: string) => void> = {
  "a byte is another": (folder) => writeFileSync(join(folder, "lib/a.js"), "12346"),
  "a file is gone": (folder) => rmSync(join(folder, "index.js")),
  "a folder is gone": (folder) => rmSync(join(folder, "lib"), { recursive: true }),
  "a file is cut off": (folder) => writeFileSync(join(folder, "lib/a.js"), "1"),
  "a file is there that is not in the zip": (folder) => writeFileSync(join(folder, "new.js"), ""),
  "a mode is another": (folder) => chmodSync(join(folder, "index.js"), 0o755),
  "a link is in the place of a file": (folder) => {
    rmSync(join(folder, "index.js"));
    symlinkSync("/etc/passwd", join(folder, "index.js"));
  },
};
const content = (folder: string) => [
  readFileSync(join(folder, "index.js"), "utf8"),
  readFileSync(join(folder, "lib/a.js"), "utf8"),
  readdirSync(folder).sort(),
  statSync(join(folder, "index.js")).mode & 0o777,
];
const whole = ["content", "12345", ["index.js", "lib"], 0o644];
for (const [how, damage] of Object.entries(damages)) {
  test(`unpacked code in which ${how} is whole again after an upload, and after a start`, async (t) => {
    const { code, store, directory } = await openCode(t);
    const { sha256, size } = await code.add(zip);
    const latest = { configuration: {}, code: { kind: "zip", sha256, size } as const };
    await store.functions.update("hello", () => functionRecord("hello", { latest }));
    const folder = await code.folder(sha256);
    assert.deepEqual(content(folder), whole);
    damage(folder);
    await code.add(zip);
    assert.deepEqual(content(await code.folder(sha256)), whole);
    damage(folder);
    await store.close();
    const again = await openTemporary(directory);
    t.after(() => again.store.close());
    assert.deepEqual(content(await again.store.code.folder(sha256)), whole);
  });
}

test("a zip that was damaged while its folder is whole is noticed, and replaced by an upload", async (t) => {
  const { code, store, directory } = await openCode(t);
  const { sha256, size } = await code.add(zip);
  const latest = { configuration: {}, code: { kind: "zip", sha256, size } as const };
  await store.functions.update("hello", () => functionRecord("hello", { latest }));
  writeFileSync(code.zip(sha256), "not a zip");
  await code.add(zip);
  assert.deepEqual(readFileSync(code.zip(sha256)), zip);
  writeFileSync(code.zip(sha256), "not a zip");
  await store.close();
  const again = await openTemporary(directory);
  t.after(() => again.store.close());
  await assert.rejects(again.store.code.folder(sha256), /is damaged .* Upload it again/);
  await again.store.code.add(zip);
  assert.deepEqual(content(await again.store.code.folder(sha256)), whole);
});

test("code stays while a record names other code than it did", async (t) => {
  const { code, store, directory } = await openCode(t);
  const { sha256, size } = await code.add(zip);
  const other = createHash("sha256").update("other").digest("base64");
  for (const CodeSha256 of [sha256, undefined]) {
    const latest = {
      configuration: CodeSha256 === undefined ? {} : { CodeSha256 },
      code: { kind: "zip", sha256, size } as const,
    };
    await store.functions.update(`hello-${CodeSha256 ? 1 : 2}`, () =>
      functionRecord(`hello-${CodeSha256 ? 1 : 2}`, { latest }),
    );
  }
  await store.close();
  for (const name of ["hello-1", "hello-2"]) {
    const path = join(directory, `functions/${name}.json`);
    const record = JSON.parse(readFileSync(path, "utf8"));
    record.latest.code.sha256 = other;
    writeFileSync(path, JSON.stringify(record));
  }
  const again = await openTemporary(directory);
  t.after(() => again.store.close());
  assert.match(again.damage.join("\n"), /sha256 is not the configuration's CodeSha256/);
  assert.match(again.damage.join("\n"), /code of function hello-2, .* is gone/);
  await again.store.collectGarbage();
  assert.deepEqual(readFileSync(again.store.code.zip(sha256)), zip);
});

test("a hash that is none is refused, so that no path is made of it", async (t) => {
  const { code } = await openCode(t);
  assert.throws(() => code.zip("../../etc"), /is not a base64 SHA-256/);
  await assert.rejects(code.folder(""), /is not a base64 SHA-256/);
});

function makeFolder(root: string): void {
  mkdirSync(join(root, "bin"), { recursive: true });
  mkdirSync(join(root, "empty"));
  mkdirSync(join(root, ".git"));
  mkdirSync(join(root, ".stdlambda"));
  mkdirSync(join(root, "node_modules/.cache"), { recursive: true });
  for (const folder of [".git", ".stdlambda", "node_modules/.cache"]) {
    writeFileSync(join(root, folder, "secret"), "not code");
  }
  writeFileSync(join(root, "node_modules", "a.js"), "a");
  writeFileSync(join(root, "bin/run"), "#!/bin/sh\n");
  chmodSync(join(root, "bin/run"), 0o700);
  symlinkSync("bin/run", join(root, "link"));
}

test("equal folders give the same code, without what is not code", async (t) => {
  const { code } = await openCode(t);
  const [first, second] = [temporaryDirectory(t), temporaryDirectory(t)];
  makeFolder(first);
  makeFolder(second);
  utimesSync(join(second, "bin/run"), 1, 1);
  const added = await code.addDirectory(first);
  assert.deepEqual(await code.addDirectory(second), added);
  const folder = await code.folder(added.sha256);
  assert.deepEqual(readdirSync(folder).sort(), ["bin", "empty", "link", "node_modules"]);
  assert.deepEqual(readdirSync(join(folder, "node_modules")), ["a.js"]);
  assert.equal(readlinkSync(join(folder, "link")), "bin/run");
  assert.equal(statSync(join(folder, "bin/run")).mode & 0o777, 0o755);
  writeFileSync(join(second, "bin/run"), "#!/bin/bash\n");
  assert.notEqual((await code.addDirectory(second)).sha256, added.sha256);
});

test("a folder that Lambda would not take is refused", async (t) => {
  const { code } = await openCode(t);
  const root = temporaryDirectory(t);
  await assert.rejects(code.addDirectory(root), /must be a non-empty zip/);
  symlinkSync("/etc/passwd", join(root, "out"));
  await assert.rejects(code.addDirectory(root), /"out" is a link to "\/etc\/passwd"/);
  rmSync(join(root, "out"));
  writeFileSync(join(root, "a\\b"), "");
  await assert.rejects(code.addDirectory(root), /"a\\\\b" has a backslash/);
  await assert.rejects(code.addDirectory(join(root, "none")), {
    type: "ServiceException",
    message: /could not pack .*ENOENT/,
  });
});

test("code that no record mentions is removed once it is no longer fresh", async (t) => {
  const { store, code, directory } = await openCode(t);
  const layerZip = makeZip([file("layer")]);
  const runningZip = makeZip([file("running")]);
  const unusedZip = makeZip([file("unused")]);
  const [used, layer, running, unused] = await Promise.all(
    [zip, layerZip, runningZip, unusedZip].map((bytes) => code.add(bytes)),
  );
  assert.ok(used && layer && running && unused);
  await store.functions.update("hello", (record) =>
    functionRecord("hello", {
      ...record,
      latest: {
        configuration: {},
        code: { kind: "zip", ...used },
        layers: [{ arn: "arn", sha256: layer.sha256 }],
      },
    }),
  );
  await store.collectGarbage([running.sha256]);
  assert.ok(existsSync(code.zip(unused.sha256)), "its record may be on its way");
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() + 61_000 });
  await store.collectGarbage([running.sha256]);
  assert.ok(!existsSync(code.zip(unused.sha256)));
  const kept = [used, layer, running].map(({ sha256 }) => code.zip(sha256));
  for (const path of kept) assert.ok(existsSync(path));
  assert.equal(readdirSync(join(directory, "unpacked")).length, 3);
  await store.functions.update("hello", () => undefined);
  await store.collectGarbage();
  assert.deepEqual(readdirSync(join(directory, "code")), []);
  assert.deepEqual(readdirSync(join(directory, "unpacked")), []);
});

test("the code of a damaged record stays, since the record may be repaired", async (t) => {
  const { code, store, directory } = await openCode(t);
  const { sha256, size } = await code.add(zip);
  const latest = { configuration: {}, code: { kind: "zip", sha256, size } as const };
  await store.functions.update("hello", () => functionRecord("hello", { latest }));
  await store.close();
  const path = join(directory, "functions/hello.json");
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.slice(0, -5));
  const again = await openTemporary(directory);
  t.after(() => again.store.close());
  assert.equal(again.damage.length, 1);
  await again.store.collectGarbage();
  assert.ok(existsSync(again.store.code.zip(sha256)));
});
