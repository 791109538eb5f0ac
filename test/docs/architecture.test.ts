// docs/architecture.md maps the tree: every file of host/ has its line, and no line lacks its file.
import assert from "node:assert/strict";
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const checkout = join(import.meta.dirname, "../..");
const page = readFileSync(join(checkout, "docs/architecture.md"), "utf8");

/** The paths that the indented map of host/ names, folders left out. */
function mappedFiles(): string[] {
  const [, map = ""] = /^```text\n(host\/\n[\s\S]*?)^```$/m.exec(page) ?? [];
  const folders: string[] = [];
  const files: string[] = [];
  for (const line of map.trimEnd().split("\n")) {
    const [, indent = "", name = "", meaning = ""] = /^( *)(\S+)(?: +(.+))?$/.exec(line) ?? [];
    folders.length = indent.length / 2;
    if (name.endsWith("/")) folders.push(name.slice(0, -1));
    else {
      assert.ok(meaning, `${name} has no words`);
      files.push([...folders, name].join("/"));
    }
  }
  return files;
}

test("the map names each file of host/ once, and no other", () => {
  const actual = globSync("host/**/*", { cwd: checkout, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "README.md")
    .map((entry) => join(entry.parentPath, entry.name).slice(checkout.length + 1));
  assert.ok(actual.length > 60, `only ${actual.length} files were found`);
  const mapped = mappedFiles();
  assert.deepEqual(
    actual.filter((file) => !mapped.includes(file)),
    [],
    "files without a line",
  );
  assert.deepEqual(
    mapped.filter((file, at) => !actual.includes(file) || mapped.indexOf(file) !== at),
    [],
    "lines without a file, or twice",
  );
});

test("every room of the project is in the table of folders", () => {
  const listed = [...page.matchAll(/^\| \[[^\]]+\]\(\.\.\/([^)]+)\/\)/gm)].map(
    ([, path = ""]) => path,
  );
  for (const path of listed) assert.ok(existsSync(join(checkout, path)), `${path}: no such folder`);
  const rooms = readdirSync(checkout, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^(?:\.|dist$|node_modules$)/.test(entry.name))
    .map(({ name }) => name);
  for (const room of rooms) {
    assert.ok(
      listed.some((path) => path.split("/")[0] === room),
      `${room}/ is not in the table`,
    );
  }
});
