// Functions by the name of their handler.
import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { declareOnDemand } from "../../../project/directory/declare-on-demand.ts";
import { makeFolder } from "../folder.ts";

const outside = makeFolder({ "secret.mjs": "export const handler = 1;" });
const root = makeFolder({
  "index.mjs": "export const handler = 1;",
  "app.ts": "export const api = { get() {} };",
  "hello.sh": "echo",
  "event.json": "{}",
  "vite.config.ts": "export const handler = 1;",
  ".hidden.mjs": "export const handler = 1;",
  "sub/inner.mjs": "export const handler = 1;",
  "node_modules/pkg/index.js": "export const handler = 1;",
});
symlinkSync(join(outside, "secret.mjs"), join(root, "leak.mjs"));

test("FILE.EXPORT is the function of that handler, its name as it was asked", () => {
  const declared = declareOnDemand(root, "index.handler");
  assert.equal(declared?.name, "index.handler");
  assert.equal(declared?.handler, "index.handler");
  assert.equal(declared?.root, root);
  assert.equal(declared?.source, "index.mjs");
  assert.equal(declareOnDemand(root, "app.api.get")?.source, "app.ts");
});

test("a script can be asked for by its file name", () => {
  assert.equal(declareOnDemand(root, "hello.sh")?.handler, "hello.sh");
});

for (const name of [
  "index",
  "nothing.handler",
  "event.json",
  "vite.config.handler",
  "vite.config",
  ".hidden.handler",
  "..index.handler",
  "sub/inner.handler",
  "../index.handler",
  "leak.handler",
  "pkg.handler",
  "index.handler.",
  "expr:(e)=>e",
  "",
  `index.${"a".repeat(200)}`,
]) {
  test(`${JSON.stringify(name)} is not a function`, () => {
    assert.equal(declareOnDemand(root, name), undefined);
  });
}
