// Which files a bare handler may mean.
import assert from "node:assert/strict";
import { it } from "node:test";
import {
  looksLikeExpression,
  moduleCandidates,
  moduleFiles,
} from "../../../host/handler/candidates.ts";

function splits(text: string, rules: "longest" | "aws" = "longest"): string[] {
  return moduleCandidates(text, rules).map(({ stem, exportPath }) => `${stem} ${exportPath}`);
}

it("splits the base name at its dots, the longest file part first", () => {
  assert.deepEqual(splits("a.b.c.d"), ["a.b.c d", "a.b c.d", "a b.c.d"]);
});

it("takes the directory as it is, dots and all", () => {
  assert.deepEqual(splits("my.app/v1.2/index.handler"), ["my.app/v1.2/index handler"]);
  assert.deepEqual(splits("./index.handler"), ["index handler"]);
  assert.deepEqual(splits("/var/task/index.handler"), ["/var/task/index handler"]);
});

it("gives AWS's one split, at the first dot of the base name", () => {
  assert.deepEqual(splits("my.app/a.b.c", "aws"), ["my.app/a b.c"]);
});

it("finds no split without a file part or with an empty name in the export", () => {
  for (const text of ["handler", ".handler", "a.", "dir/", "."]) assert.deepEqual(splits(text), []);
  assert.deepEqual(splits("foo..bar"), ["foo. bar"]);
});

it("looks for the extensions in their order", () => {
  assert.deepEqual(moduleFiles("a"), [
    "a.js",
    "a.mjs",
    "a.cjs",
    "a.ts",
    "a.mts",
    "a.cts",
    "a.jsx",
    "a.tsx",
  ]);
});

it("knows an expression by its arrow or its parenthesis", () => {
  for (const text of ["e=>e", "(e)=>e", 'import("./a.mjs")', "make()"]) {
    assert.ok(looksLikeExpression(text), text);
  }
  for (const text of ["index.handler", "a=b", "a>b"]) assert.ok(!looksLikeExpression(text), text);
});
