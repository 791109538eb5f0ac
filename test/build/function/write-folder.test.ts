// A package as a folder: its modes and times, and what it may replace.
import assert from "node:assert/strict";
import { lstatSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { packageText } from "../../../build/function/package-content.ts";
import { writeFolder } from "../../../build/function/write-folder.ts";
import type { PackageFile } from "../../../build/zip/package-file.ts";
import { temporaryFolder } from "./project.ts";

const link: PackageFile = {
  path: "current",
  content: { kind: "link", target: "bin/tool" },
  executable: false,
};

test("modes and times are the package's, whatever the umask", async () => {
  const folder = join(temporaryFolder(), "out");
  const before = process.umask(0o077);
  try {
    await writeFolder(
      [packageText("bin/tool", "#!/bin/sh", true), packageText("a", ""), link],
      folder,
    );
  } finally {
    process.umask(before);
  }
  const mode = (path: string) => lstatSync(join(folder, path)).mode & 0o777;
  assert.deepEqual([mode("bin/tool"), mode("a")], [0o755, 0o644]);
  assert.equal(lstatSync(join(folder, "current")).mtimeMs, Date.UTC(1980, 0));
  assert.equal(readFileSync(join(folder, "current"), "utf8"), "#!/bin/sh");
});

test("a folder of its own is replaced whole: nothing of the old one stays", async () => {
  const folder = join(temporaryFolder(), "out");
  await writeFolder([packageText("old/a", "")], folder);
  await writeFolder([packageText("b", "")], folder);
  assert.deepEqual(readdirSync(folder), ["b"]);
  assert.deepEqual(readdirSync(join(folder, "..")), ["out"]);
});

test("what somebody else has made or changed is never lost", async () => {
  const folder = join(temporaryFolder(), "out");
  await writeFolder([packageText("a", "1")], folder);
  writeFileSync(join(folder, "a"), "mine");
  await assert.rejects(
    writeFolder([packageText("a", "2")], folder),
    /a was not written by stdlambda build/,
  );
  assert.equal(readFileSync(join(folder, "a"), "utf8"), "mine");
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "mine");
  await assert.rejects(writeFolder([packageText("a", "")], file), /it is a file/);
});

test("a package that cannot be written leaves the old one as it was", async () => {
  const folder = join(temporaryFolder(), "out");
  await writeFolder([packageText("a", "1")], folder);
  const gone: PackageFile = {
    path: "b",
    content: { kind: "file", file: "/gone" },
    executable: false,
  };
  await assert.rejects(writeFolder([gone], folder), /ENOENT/);
  assert.deepEqual(readdirSync(join(folder, "..")), ["out"]);
  assert.equal(readFileSync(join(folder, "a"), "utf8"), "1");
});
