// The folders a handler may come from, and what leads out of them.
import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { createRoots } from "../../../host/handler/roots.ts";
import { temporaryFiles } from "../temporary-files.ts";

const malformed = { type: "Runtime.MalformedHandlerName" };

it("looks in the function first, then in the layers", () => {
  const task = temporaryFiles({ "a.sh": "", "both.sh": "" });
  const layer = temporaryFiles({ "b.sh": "", "both.sh": "" });
  const roots = createRoots(task, layer);
  assert.equal(roots.find("a.sh")?.path, join(task, "a.sh"));
  assert.equal(roots.find("b.sh")?.path, join(layer, "b.sh"));
  assert.equal(roots.find("both.sh")?.path, join(task, "both.sh"));
  assert.equal(roots.find("c.sh"), undefined);
});

it("finds files only: a directory of the name is none", () => {
  const task = temporaryFiles({ "index/a.js": "", "b.js": "" });
  const roots = createRoots(task, temporaryFiles({ index: "" }));
  assert.match(roots.find("index")?.path ?? "", /\/index$/);
  assert.ok(!roots.find("index")?.path.startsWith(`${task}/`));
});

it("takes an absolute path inside a root and refuses one outside", () => {
  const task = temporaryFiles({ "a.sh": "" });
  const layer = temporaryFiles({ "b.sh": "" });
  const outside = temporaryFiles({ "c.sh": "" });
  const roots = createRoots(task, layer);
  assert.equal(roots.find(join(task, "a.sh"))?.path, join(task, "a.sh"));
  assert.equal(roots.find(join(layer, "b.sh"))?.path, join(layer, "b.sh"));
  assert.throws(() => roots.find(join(outside, "c.sh")), malformed);
});

it("refuses a folder whose name only begins as the root's does", () => {
  const task = temporaryFiles({ "app/a.sh": "", "app-secret/b.sh": "" });
  const roots = createRoots(join(task, "app"), temporaryFiles());
  assert.throws(() => roots.find(join(task, "app-secret/b.sh")), malformed);
});

it("follows a link within the roots and refuses one that leaves them, saying where it leads", () => {
  const task = temporaryFiles({ "real/a.sh": "" });
  const layer = temporaryFiles({ "b.sh": "" });
  const outside = temporaryFiles({ "c.sh": "" });
  symlinkSync(join(task, "real/a.sh"), join(task, "link.sh"));
  symlinkSync(join(layer, "b.sh"), join(task, "to-layer.sh"));
  symlinkSync(join(outside, "c.sh"), join(task, "out.sh"));
  symlinkSync(outside, join(task, "folder"));
  const roots = createRoots(task, layer);
  assert.equal(roots.find("link.sh")?.path, join(task, "link.sh"));
  assert.equal(roots.find("to-layer.sh")?.path, join(task, "to-layer.sh"));
  for (const path of ["out.sh", "folder/c.sh"]) {
    assert.throws(
      () => roots.find(path),
      (error: Error) => error.message.includes(join(outside, "c.sh")),
    );
    assert.throws(() => roots.find(path), malformed);
  }
});

it("takes a root that is a link itself", () => {
  const real = temporaryFiles({ "a.sh": "" });
  const link = join(temporaryFiles(), "task");
  symlinkSync(real, link);
  assert.equal(createRoots(link, temporaryFiles()).find("a.sh")?.path, join(link, "a.sh"));
});

it("has no file for a path through a file, a broken link, a circle of links or an endless name", () => {
  const task = temporaryFiles({ "a.sh": "" });
  symlinkSync("nowhere", join(task, "broken"));
  symlinkSync("circle", join(task, "circle"));
  const roots = createRoots(task, temporaryFiles());
  for (const path of ["a.sh/b", "broken", "circle", "x".repeat(5000), `${"d/".repeat(3000)}x`]) {
    assert.equal(roots.find(path), undefined, path.slice(0, 20));
  }
});
