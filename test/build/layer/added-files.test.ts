// `layer build --add`: what is said of a program that would not run.
import assert from "node:assert/strict";
import { readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { addedFiles } from "../../../build/layer/added-files.ts";
import { temporaryFolder } from "../function/project.ts";

const architecture = process.arch === "arm64" ? "arm64" : "x86_64";

test("a program whose libraries are missing is named with them, until they are added", () => {
  const folder = temporaryFolder();
  // Of another name than the system's: the program asks for a library that is nowhere.
  const program = readFileSync(realpathSync("/bin/ls"), "latin1");
  assert.ok(program.includes("libselinux.so.1"), "ls is linked against libselinux");
  const changed = program.replaceAll("libselinux.so.1", "libselinuy.so.1");
  writeFileSync(join(folder, "list"), changed, "latin1");
  writeFileSync(join(folder, "whole"), program, "latin1");
  writeFileSync(join(folder, "libselinuy.so.1"), "");
  const warnings = (...additions: string[]) => addedFiles(additions, architecture, folder).warnings;
  assert.match(
    warnings("list=list").join(),
    /bin\/list needs libselinuy\.so\.1, .*--add lib\/libselinuy\.so\.1=PATH/,
  );
  assert.deepEqual(warnings("list=list", "lib/libselinuy.so.1=libselinuy.so.1"), []);
  assert.deepEqual(warnings("whole=whole"), []);
});
