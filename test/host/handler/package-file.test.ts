// The file that a package's name means.
import assert from "node:assert/strict";
import { join } from "node:path";
import { it } from "node:test";
import { packageFile } from "../../../host/handler/package-file.ts";
import { temporaryFiles } from "../temporary-files.ts";

/** A folder with this package installed, and what a name means in it, relative to the package. */
function find(exports: unknown, name = "@scope/pkg"): string | undefined {
  const root = temporaryFiles({
    "node_modules/@scope/pkg/package.json": JSON.stringify({ main: "main.js", exports }),
    "node_modules/@scope/pkg/main.js": "",
    "node_modules/@scope/pkg/lib/esm.js": "",
  });
  return packageFile(name, root)?.replace(`${join(root, "node_modules/@scope/pkg")}/`, "");
}

it("is what require finds", () => {
  assert.equal(find(undefined), "main.js");
  assert.equal(find({ ".": "./lib/esm.js" }), "lib/esm.js");
  assert.equal(find({ import: "./lib/esm.js", default: "./main.js" }), "main.js");
  assert.equal(find(undefined, "@scope/pkg/lib/esm.js"), "lib/esm.js");
});

it("is what import finds in a package that refuses require", () => {
  assert.equal(find({ import: "./lib/esm.js" }), "lib/esm.js");
  assert.equal(
    find({ ".": { types: "./x.d.ts", import: { node: "./lib/esm.js" } } }),
    "lib/esm.js",
  );
  assert.equal(
    find({ ".": "./main.js", "./api": { import: "./lib/esm.js" } }, "@scope/pkg/api"),
    "lib/esm.js",
  );
});

it("is none for what is not installed or not exported", () => {
  assert.equal(find({ import: "./lib/esm.js" }, "@scope/none"), undefined);
  assert.equal(find({ "./api": { import: "./lib/esm.js" } }), undefined);
  assert.equal(find({ import: null }), undefined);
});
