// The folder of compiled code, which nobody else may have written to.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { lchownSync, lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, it } from "node:test";
import { compileCacheDirectory } from "../../../host/event/compile-cache.ts";
import { temporaryFiles } from "../temporary-files.ts";

const module = join(import.meta.dirname, "../../../host/event/compile-cache.ts");

// A user whom no machine has, so that the folder is this test's alone.
const user = 2_000_000_000 + process.pid;
const path = `/tmp/stdlambda-compile-cache-${user}`;
after(() => rmSync(path, { recursive: true, force: true }));

/** Where a host of that user keeps compiled code. */
function directoryOfThatUser(): string {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      "--no-warnings",
      "--input-type=module",
      "--eval",
      `import { compileCacheDirectory } from ${JSON.stringify(module)};
       process.getuid = () => ${user};
       console.log(compileCacheDirectory(), compileCacheDirectory());`,
    ],
    { encoding: "utf8" },
  );
  assert.equal(stderr, "");
  const [first, again] = stdout.trim().split(" ");
  assert.equal(first, again);
  return first as string;
}

it("is a folder of this user's, which nobody else may write to", () => {
  const directory = compileCacheDirectory() ?? assert.fail("none could be made");
  const stats = lstatSync(directory);
  assert.ok(stats.isDirectory());
  assert.equal(stats.uid, process.getuid?.());
  assert.equal(stats.mode & 0o022, 0);
  assert.equal(compileCacheDirectory(), directory);
});

it("is not used when somebody else made it first", () => {
  mkdirSync(path, { mode: 0o700 });
  assert.equal(directoryOfThatUser(), "undefined");
  rmSync(path, { recursive: true });
});

it("is not used where others may write, nor through a link, nor as a file", {
  skip: process.getuid?.() !== 0 && "only root gives a folder to another user",
}, () => {
  const forms: readonly [form: string, make: () => void, directory: string][] = [
    ["private", () => mkdirSync(path, { mode: 0o700 }), path],
    ["open", () => mkdirSync(path), "undefined"],
    ["link", () => symlinkSync(temporaryFiles(), path), "undefined"],
    ["file", () => writeFileSync(path, "", { mode: 0o600 }), "undefined"],
  ];
  const mask = process.umask(0);
  try {
    for (const [form, make, directory] of forms) {
      make();
      lchownSync(path, user, 0);
      assert.equal(directoryOfThatUser(), directory, form);
      rmSync(path, { recursive: true });
    }
  } finally {
    process.umask(mask);
  }
});
