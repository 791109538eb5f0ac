// docs/architecture.md maps the tree: every file of host/ and local/ is covered by a line, and no
// line lacks its file.
import assert from "node:assert/strict";
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const checkout = join(import.meta.dirname, "../..");
const page = readFileSync(join(checkout, "docs/architecture.md"), "utf8");

interface Map {
  readonly files: readonly string[];
  /** A line for all that is in it. */
  readonly folders: readonly string[];
}

/** What the indented map of a room names, as paths from the checkout. */
function mapOf(room: string): Map {
  const [, map = ""] =
    new RegExp(`^\`\`\`text\\n(${room}/\\n[\\s\\S]*?)^\`\`\`$`, "m").exec(page) ?? [];
  const open: string[] = [];
  const files: string[] = [];
  const folders: string[] = [];
  for (const line of map.trimEnd().split("\n")) {
    const [, indent = "", name = "", meaning] = /^( *)(\S+)(?: +(.+))?$/.exec(line) ?? [];
    open.length = indent.length / 2;
    const path = [...open, name].join("/");
    if (!name.endsWith("/")) {
      assert.ok(meaning, `${name} has no words`);
      files.push(path);
    } else if (meaning) folders.push(path);
    else open.push(name.slice(0, -1));
  }
  return { files, folders };
}

for (const room of ["host", "local"]) {
  test(`the map covers each file of ${room}/ once, and no other`, () => {
    const actual = globSync(`${room}/**/*`, { cwd: checkout, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== "README.md")
      .map((entry) => join(entry.parentPath, entry.name).slice(checkout.length + 1));
    assert.ok(actual.length > 60, `only ${actual.length} files were found`);
    const { files, folders } = mapOf(room);
    assert.deepEqual(
      actual.filter(
        (file) => !files.includes(file) && !folders.some((folder) => file.startsWith(folder)),
      ),
      [],
      "files without a line",
    );
    const lines = [...files, ...folders];
    assert.deepEqual(
      lines.filter(
        (line, at) =>
          !actual.some((file) => file === line || (line.endsWith("/") && file.startsWith(line))) ||
          lines.indexOf(line) !== at,
      ),
      [],
      "lines without a file, or twice",
    );
  });
}

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
