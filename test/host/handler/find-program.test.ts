// A program on PATH, as execvp finds it.
import assert from "node:assert/strict";
import { join } from "node:path";
import { it } from "node:test";
import { findProgram } from "../../../host/handler/find-program.ts";
import { temporaryFiles } from "../temporary-files.ts";

const first = temporaryFiles({ "one*": "", plain: "", "folder/x": "" });
const second = temporaryFiles({ "one*": "", "plain*": "", "folder*": "" });
const path = `${first}:/nowhere:${second}`;

it("takes the first executable file of the name", () => {
  assert.equal(findProgram("one", path), join(first, "one"));
});

it("passes over files without the executable bit and folders", () => {
  assert.equal(findProgram("plain", path), join(second, "plain"));
  assert.equal(findProgram("folder", path), join(second, "folder"));
});

it("takes a path as it stands, PATH or not", () => {
  assert.equal(findProgram(join(first, "one"), ""), join(first, "one"));
  assert.equal(findProgram(join(first, "plain"), path), undefined);
});

it("finds nothing that is not there", () => {
  assert.equal(findProgram("two", path), undefined);
  assert.equal(findProgram("one", ""), undefined);
});
