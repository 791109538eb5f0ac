// A layer of an image: a tar whose bytes depend on nothing but its files, and that others can read.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { execa } from "execa";
import { packageText } from "../../../build/function/package-content.ts";
import { imageEntries } from "../../../build/image/image-files.ts";
import { writeLayer } from "../../../build/image/write-layer.ts";
import type { PackageFile } from "../../../build/zip/package-file.ts";
import { missingTool } from "../../helpers/missing-tool.ts";
import { temporaryFolder } from "../function/project.ts";

const deep = `${"folder/".repeat(30)}${"n".repeat(120)}.txt`;
const files: PackageFile[] = [
  packageText("b/tool", "#!/bin/sh", true),
  packageText("a.txt", "text"),
  packageText(deep, "deep"),
  packageText("ünï/cödé", ""),
  { path: "b/link", content: { kind: "link", target: "tool" }, executable: false },
  { path: "own", content: { kind: "file", file: import.meta.filename }, executable: false },
];

async function write(list: readonly PackageFile[]) {
  const blobs = temporaryFolder();
  const layer = await writeLayer(await imageEntries(list, { tmp: 0o1777 }), blobs, {
    createdBy: "test",
  });
  return { layer, blobs, file: join(blobs, layer.descriptor.digest.slice("sha256:".length)) };
}

test("the order of the files is of no account, and the digests are of the bytes", async () => {
  const [one, other] = [await write(files), await write(files.toReversed())];
  assert.deepEqual(one.layer, other.layer);
  const blob = readFileSync(one.file);
  const sha256 = (bytes: Buffer) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  assert.equal(one.layer.descriptor.digest, sha256(blob));
  assert.equal(one.layer.descriptor.size, blob.length);
  assert.equal(one.layer.diffId, sha256(gunzipSync(blob)));
  assert.deepEqual(readdirSync(one.blobs), [one.layer.descriptor.digest.slice(7)]);
});

test("gzip's header names no system and no time", async () => {
  const { file } = await write([packageText("a", "")]);
  assert.equal(readFileSync(file).toString("hex", 0, 10), "1f8b08000000000000ff");
});

test("tar lists it with its modes, links, long names and folders", {
  skip: missingTool(["tar"]),
}, async () => {
  const { file } = await write(files);
  const { stdout } = await execa("tar", ["--numeric-owner", "--utc", "-tvzf", file], {
    env: { LC_ALL: "C.UTF-8", QUOTING_STYLE: "literal" },
  });
  const lines = stdout.split("\n").map((line) => line.replaceAll(/ +/g, " "));
  assert.ok(lines.includes("-rwxr-xr-x 0/0 9 1970-01-01 00:00 b/tool"), stdout);
  assert.ok(lines.includes("lrwxrwxrwx 0/0 0 1970-01-01 00:00 b/link -> tool"));
  assert.ok(lines.includes("drwxrwxrwt 0/0 0 1970-01-01 00:00 tmp/"));
  assert.ok(lines.some((line) => line.endsWith(` ${deep}`)));
  assert.ok(
    lines.findIndex((line) => line.endsWith(" b/")) <
      lines.findIndex((line) => line.endsWith(" b/tool")),
  );
});

test("a file that cannot be read is an error, and leaves nothing under a digest", async () => {
  const gone: PackageFile = {
    path: "a",
    content: { kind: "file", file: "/gone" },
    executable: false,
  };
  await assert.rejects(write([gone]), /ENOENT/);
});

test("a name that would delete a file of the layers below is refused", async () => {
  for (const path of ["data/.wh.words.txt", ".wh..wh..opq", "node_modules/.wh.a/b"]) {
    await assert.rejects(imageEntries([packageText(path, "")]), /cannot be in an image: .*\.wh\./);
  }
});
