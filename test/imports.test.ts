// Knowledge goes one way: lambda <- host <- project <- local <- build <- deploy <- cli; the host imports no npm package.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "..");
const order = ["lambda", "host", "project", "local", "build", "deploy", "cli"];
const sources = globSync(
  order.map((room) => `${room}/**/*.{ts,cjs}`),
  { cwd: root, exclude: (name) => name.includes("node_modules") },
);
const specifier =
  /^(?:import|export)\b(?:[^;"]*?\bfrom)?\s*"([^"]+)";|\bimport\("([^"]+)"\)|\brequire\("([^"]+)"\)/gm;

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(specifier)].map((match) => (match[1] ?? match[2] ?? match[3]) as string);
}

test("there are sources to look at", () => {
  assert.ok(sources.length > 40, `only ${sources.length} files were found`);
});

test("no room imports one that stands to its right", () => {
  for (const file of sources) {
    const own = order.indexOf(file.split("/")[0] as string);
    for (const name of importsOf(file).filter((name) => name.startsWith("."))) {
      const target = relative(root, join(root, dirname(file), name));
      const room = order.indexOf(target.split("/")[0] as string);
      assert.ok(room !== -1, `${file} imports ${name}, which is in no room of the product`);
      assert.ok(room <= own, `${file} imports ${name}, which stands to its right`);
    }
  }
});

test("the host imports nothing but itself and Node", () => {
  for (const file of sources.filter((file) => file.startsWith("host/"))) {
    for (const name of importsOf(file)) {
      assert.match(name, /^(?:\.|node:)/, `${file} imports the package ${name}`);
    }
  }
});
