// Knowledge goes one way: lambda <- host <- project <- local <- build <- deploy <- cli, and in no
// room in a circle; the host imports no npm package.
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

/** What a file imports, types included, by whatever form. */
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

/** What only some functions load, from a file of its own. */
const packagesOfHost = {
  "host/web/client.ts": /^undici$/,
  "host/event/encodings.ts": /^@exodus\/bytes\//,
} as const;

test("the host imports nothing but itself and Node, but for the parts that some functions load", () => {
  for (const file of sources.filter((file) => file.startsWith("host/"))) {
    for (const name of importsOf(file)) {
      if (packagesOfHost[file as keyof typeof packagesOfHost]?.test(name)) continue;
      assert.match(name, /^(?:\.|node:)/, `${file} imports the package ${name}`);
    }
  }
});

/** Groups of files of which each reaches all others by its imports. */
function circlesOf(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const reached = (from: string) => {
    const found = new Set<string>();
    const next = [...(imports.get(from) ?? [])];
    for (let file = next.pop(); file !== undefined; file = next.pop()) {
      if (found.has(file)) continue;
      found.add(file);
      next.push(...(imports.get(file) ?? []));
    }
    return found;
  };
  const reach = new Map([...imports.keys()].map((file) => [file, reached(file)]));
  const circles = new Map<string, string[]>();
  for (const [file, others] of reach) {
    if (!others.has(file)) continue;
    const circle = [...others].filter((other) => reach.get(other)?.has(file)).sort();
    circles.set(circle.join(), circle);
  }
  return [...circles.values()];
}

test("no files import each other in a circle, types included", () => {
  const imports = new Map(
    sources.map((file) => [
      file,
      importsOf(file)
        .filter((name) => name.startsWith("."))
        .map((name) => relative(root, join(root, dirname(file), name))),
    ]),
  );
  assert.ok([...imports.values()].flat().length > sources.length, "hardly any import was found");
  assert.deepEqual(circlesOf(imports), []);
});

test("a circle is found, however long it is, and named once", () => {
  const imports = new Map([
    ["entry", ["a"]],
    ["a", ["b", "leaf"]],
    ["b", ["c"]],
    ["c", ["a"]],
    ["own", ["own"]],
    ["leaf", []],
  ]);
  assert.deepEqual(circlesOf(imports), [["a", "b", "c"], ["own"]]);
});
