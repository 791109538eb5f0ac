// A zip's bytes depend on its files alone; what is no package's path is refused, and nothing is lost.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { after, describe, test } from "node:test";
import { fromBuffer } from "yauzl";
import type { PackageFile } from "../../../build/zip/package-file.ts";
import { writeZip } from "../../../build/zip/zip.ts";
import { ExpectedError } from "../../../host/expected-error.ts";
import { missingTool } from "../../helpers/missing-tool.ts";

const root = mkdtempSync(join(tmpdir(), "stdlambda-zip-"));
after(() => rmSync(root, { recursive: true, force: true }));

// More than two of the parts that are compressed at the same time, and with repeats over their borders.
const large = Buffer.concat([
  randomBytes(3e6),
  Buffer.alloc(7e6, "over and over "),
  randomBytes(10),
]);
const largeFile = join(root, "large");
writeFileSync(largeFile, large, { mode: 0o600 });

function text(path: string, content = path, executable = false): PackageFile {
  return { path, content: { kind: "bytes", bytes: Buffer.from(content) }, executable };
}

const files: readonly PackageFile[] = [
  text("run.sh", "#!/bin/sh\n", true),
  text("Zebra"),
  text("a/ä", "umlaut"),
  text("a/empty", ""),
  text("a-b"),
  { path: "large", content: { kind: "file", file: largeFile }, executable: false },
  { path: "link", content: { kind: "link", target: "a/empty" }, executable: false },
];

async function entriesOf(zip: string) {
  const archive = await new Promise<import("yauzl").ZipFile>((resolve, reject) =>
    fromBuffer(readFileSync(zip), { lazyEntries: true }, (error, opened) =>
      error ? reject(error) : resolve(opened),
    ),
  );
  const entries: { name: string; mode: string; content: Buffer }[] = [];
  return new Promise<typeof entries>((resolve, reject) => {
    archive.on("error", reject).on("end", () => resolve(entries));
    archive.on("entry", (entry) => {
      archive.openReadStream(entry, async (error, stream) => {
        if (error) return reject(error);
        const mode = (entry.externalFileAttributes >>> 16).toString(8);
        entries.push({ name: entry.fileName, mode, content: await buffer(stream) });
        archive.readEntry();
      });
    });
    archive.readEntry();
  });
}

describe("a zip", () => {
  test("holds every file whole, by the bytes of its name, with its mode", async () => {
    const zip = join(root, "new folder/whole.zip");
    const written = await writeZip(files, zip);
    const entries = await entriesOf(zip);
    assert.deepEqual(
      entries.map(({ name, mode }) => `${mode} ${name}`),
      [
        "100644 Zebra",
        "100644 a-b",
        "100644 a/empty",
        "100644 a/ä",
        "100644 large",
        "120777 link",
        "100755 run.sh",
      ],
    );
    assert.ok(entries.find(({ name }) => name === "large")?.content.equals(large));
    assert.equal(entries.find(({ name }) => name === "link")?.content.toString(), "a/empty");
    const bytes = readFileSync(zip);
    const sha256 = createHash("sha256").update(bytes).digest("base64");
    const sum = entries.reduce((total, { content }) => total + content.length, 0);
    assert.deepEqual(written, {
      path: zip,
      bytes: bytes.length,
      unzippedBytes: sum,
      codeSha256: sha256,
    });
  });

  test("is the same whatever the order, umask, time zone, locale and processors", async () => {
    const { codeSha256 } = await writeZip(files, join(root, "first.zip"));
    const again = await writeZip(files.toReversed(), join(root, "second.zip"));
    assert.equal(again.codeSha256, codeSha256);
    const list = join(root, "files.json");
    writeFileSync(list, JSON.stringify(files));
    const script = `
      import { readFileSync } from "node:fs";
      import { writeZip } from "${join(import.meta.dirname, "../../../build/zip/zip.ts")}";
      const revive = (key, value) => value?.type === "Buffer" ? Buffer.from(value.data) : value;
      const files = JSON.parse(readFileSync("${list}", "utf8"), revive);
      process.umask(0o077);
      console.log((await writeZip(files, "${join(root, "third.zip")}")).codeSha256);`;
    for (const TZ of ["Asia/Tokyo", "America/New_York"]) {
      const env = { TZ, LC_ALL: "tr_TR.UTF-8", UV_THREADPOOL_SIZE: "1" };
      const node = process.execPath;
      const output = execFileSync(node, ["--input-type=module", "-e", script], { env });
      assert.equal(output.toString().trim(), codeSha256, `in ${TZ}`);
    }
  });

  test("satisfies unzip", { skip: missingTool(["unzip"]) }, async () => {
    const zip = join(root, "unzip.zip");
    await writeZip(files, zip);
    assert.match(execFileSync("unzip", ["-t", zip]).toString(), /No errors detected/);
    const listing = execFileSync("unzip", ["-Z", zip]).toString();
    assert.match(listing, /^-rwxr-xr-x .* 80-Jan-01 00:00 run\.sh$/m);
    assert.match(listing, /^-rw-r--r-- .* 80-Jan-01 00:00 large$/m);
    assert.match(listing, /^lrwxrwxrwx .* 80-Jan-01 00:00 link$/m);
  });

  test("says how far it is, up to the whole", async () => {
    const seen: number[] = [];
    const { unzippedBytes } = await writeZip(files, join(root, "progress.zip"), {
      onProgress: (done, total) => seen.push(done / total),
    });
    assert.ok(unzippedBytes > large.length);
    assert.equal(seen[0], 0);
    assert.equal(seen.at(-1), 1);
    assert.deepEqual(
      seen,
      seen.toSorted((a, b) => a - b),
    );
  });
});

const refused: [string, string, RegExp][] = [
  ["is absolute", "/etc/passwd", /is absolute/],
  ["has a drive letter", "C:x", /is absolute/],
  ["leaves the package", "a/../../b", /has "\.\." for a segment/],
  ["has an empty segment", "a//b", /has "" for a segment/],
  ["is a folder's", "a/", /has "" for a segment/],
  ["has a backslash", "a\\b", /has a backslash/],
  ["has a newline", "a\nb", /has a control character/],
  ["is nothing", "", /is empty/],
  ["is no text", "a\ud800", /is not UTF-8/],
  ["is there twice", "twice", /is there twice/],
  ["is a file and a folder", "twice/more", /"twice" is a file and, by twice\/more, a folder/],
];

for (const [how, path, message] of refused) {
  test(`a path that ${how} is refused before anything is written`, async () => {
    const zip = join(root, `refused.zip`);
    await assert.rejects(writeZip([text("twice"), text(path)], zip), (error: Error) => {
      assert.ok(error instanceof ExpectedError);
      assert.match(error.message, message);
      return true;
    });
    assert.ok(!existsSync(zip));
  });
}

describe("an older zip stays, and nothing else", () => {
  const folder = mkdtempSync(join(root, "older-"));
  const zip = join(folder, "old.zip");
  const assertKept = () => {
    assert.deepEqual(readdirSync(folder), ["old.zip"]);
    assert.equal(readFileSync(zip, "utf8"), "old");
  };

  test("when a file cannot be read", async () => {
    writeFileSync(zip, "old");
    const gone: PackageFile = {
      path: "gone",
      content: { kind: "file", file: join(root, "gone") },
      executable: false,
    };
    await assert.rejects(writeZip([text("a"), gone], zip), { code: "ENOENT" });
    assertKept();
  });

  test("when the file becomes shorter meanwhile", async () => {
    writeFileSync(zip, "old");
    const file = join(root, "shrinking");
    writeFileSync(file, "long");
    const onProgress = () => writeFileSync(file, "s");
    const shrinking: PackageFile = {
      path: "a",
      content: { kind: "file", file },
      executable: false,
    };
    await assert.rejects(
      writeZip([shrinking], zip, { onProgress }),
      /a could not be packed: it became shorter/,
    );
    assertKept();
  });

  test("when it is stopped", async () => {
    writeFileSync(zip, "old");
    const stop = new AbortController();
    const writing = writeZip(files, zip, {
      signal: stop.signal,
      onProgress: (done) => done > 0 && stop.abort(130),
    });
    await assert.rejects(writing, (reason) => reason === 130);
    assertKept();
  });
});
