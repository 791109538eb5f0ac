// Whether Node can strip a script's types: the verdict beside what Node itself does with it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "node:test";
import { whyNodeCannotStrip } from "../../../host/source/typescript.ts";
import { temporaryFiles } from "../temporary-files.ts";

/** What the scripts below import. */
const libraries = {
  "lib.ts":
    "export interface Shape { a: number }\nexport type Name = string;\nexport const value = 1;\n",
  "both.ts": "export interface Both { a: number }\nexport const Both = { a: 1 };\n",
  "with-enum.ts": "export enum Size { small }\n",
  "index/index.ts": "export const value = 1;\n",
  "data.json": "{}",
  "node_modules/here/package.json": '{"exports":{"import":"./here.js"},"type":"module"}',
  "node_modules/here/here.js": "export const here = 1;\n",
  "commonjs/package.json": '{ "type": "commonjs" }',
} as const;

/** Names of files with sources that Node runs after stripping. */
const stripped: Readonly<Record<string, string>> = {
  "annotations.ts":
    "function f<T extends object = {}>(this: unknown, a?: T, ...b: readonly string[]): asserts a is T {}\nlet a!: number; const b = (a! as unknown) as string satisfies string; f({}); export type { A } from './lib.ts'; type A = typeof b;",
  "overloads.ts":
    "function f(a: string): void; function f(a: number): void; function f(a: unknown) {}\nabstract class A { abstract m(): void; declare b: string; private static readonly c?: number; [k: string]: unknown; get d(): number { return 1 } static { f('') } }\nexport default A;",
  "arrows.ts":
    "type F = <T>(x: T) => T; interface G { <T>(x: T): T; new <T>(x: T): G }\nconst f = <T,>(x: T): T => x, g = <T extends string>(x: T) => x, h: <T>(x: T) => T = f; const i = { a: <T>(x: T) => x, async m<T>(x: T) { return f<T>(x) } };\nexport default [g, h, i, new Map<string, Array<number>>(), 1 < 2, 3 > 2];",
  "constructor-types.ts":
    "class A { constructor(names: readonly string[], options: { readonly a: number }, map: Map<string, readonly string[]>, readonly: string, override?: number) {} }\nexport default A;",
  "constructor-text.ts":
    "class A { constructor(/* private a: */ a: string, b = 'private c', c = `public d`) {} }\nexport default A;",
  "ambient.ts":
    "declare global { namespace NodeJS { interface ProcessEnv { A: string } } enum Q { a } }\ndeclare module 'x' { export enum A { a } }\ndeclare namespace N.M { enum A { a } const z: number; namespace K { let a: 1 } }\ndeclare enum B { a }\ndeclare const enum C { a }\ndeclare class D { constructor(a: string) }\nexport const a = 1;",
  "namespace-of-types.ts":
    "namespace N { export type A = string; export interface B { x: N.A } }\nconst a: N.A = ''; export default a;",
  "import-type-equals.ts":
    "import type fs = require('node:fs');\nlet a: typeof fs | undefined; export default a;",
  "words-as-names.ts":
    "type T = { enum: string; namespace: number; module: boolean; accessor: 1; declare: 2 };\nconst o = { enum: 1, namespace: 2, module: 3, declare: 4, accessor: 5 }, module = { x: 1 }, namespace = o.enum;\nlet type = 3, declare = 4, accessor = 5; type = 4; declare\n = 3; if (accessor in [1]) accessor = 6;\nexport default [module, namespace, declare];",
  "module-then-block.ts": "const module = 1;\nmodule\n{ }\nexport default module;",
  "words-in-text.ts":
    "// enum A { }\nconst a = 'enum A {', b = `@decorator class A {}`, c = /namespace A {/; export default [a, b, c];",
  "decorator-in-text.ts": "/** @type {string} */\nconst a = 'mail@example.com'; export default a;",
  "using.ts": "export const a = 1; export const b = await Promise.resolve(a);",
  "marked-types.ts":
    "import { type Shape, value, type Name as N } from './lib.ts';\nexport const a: Shape & { n?: N } = { a: value };",
  "type-and-value.ts": "import { Both } from './both.ts';\nexport const a: Both = Both;",
  "import-types.ts":
    "let a: import('./lib').Shape | import('nowhere').A | undefined; export default a;",
  "package-of-types.ts":
    "import type { Context } from 'aws-lambda-types'; export type A = Context; export const a = 1;",
  "package-for-import.ts": "import { here } from 'here'; export default here;",
  "builtins.ts":
    "import fs from 'fs'; import { test } from 'node:test'; export default [fs, test];",
  "json-with-attributes.ts":
    "import data from './data.json' with { type: 'json' }; export default data;",
  "methods-called-from.ts": "export default [Buffer.from('./lib'), Array.from('nowhere')];",
  "commonjs.cts":
    "const fs: typeof import('node:fs') = require('node:fs'); module.exports = { a: fs };",
  "commonjs/plain.ts": "const fs: unknown = require('node:fs'); module.exports = { a: fs };",
  "commonjs/module.mts": "import fs from 'node:fs'; export default fs;",
  "javascript.mjs": "import { value } from './lib.ts'; export default value;",
  "regular-expression.ts": "const a = 1; if (a) /`/.test('x'); export const b: number = a;",
};

/** Sources that Node refuses, and a word of the reason. */
const refused: Readonly<Record<string, readonly [source: string, reason: RegExp]>> = {
  "enum.ts": ["\n\nexport enum A { a }", /uses enum \(line 3\)/],
  "const-enum.ts": ["const enum A { a }\nexport default A.a;", /uses enum/],
  "enum-of-any-letters.ts": ["enum Größe { klein }\nexport default Größe;", /uses enum/],
  "namespace.ts": ["namespace A { export const x = 1 }\nexport default A;", /uses namespace/],
  "module-keyword.ts": ["module A { export const x = 1 }\nexport default A;", /uses namespace/],
  "namespace-with-import.ts": [
    "namespace A { namespace B { export type x = 1 } export import q = B }",
    /uses namespace/,
  ],
  "parameter-property.ts": [
    "export class A { constructor(public readonly a: string) {} }",
    /parameter property/,
  ],
  "parameter-property-later.ts": [
    "export class A { constructor(a = String(1), b: { c: 1 }, private d = 2) {} }",
    /parameter property/,
  ],
  "decorator.ts": [
    "function d(v: any, _c: any) { return v }\n@d class A {}\nexport default A;",
    /decorator/,
  ],
  "parameter-decorator.ts": [
    "function I() { return () => {} }\nexport class A { constructor(a: string, @I() b: string) {} }",
    /decorator/,
  ],
  "accessor.ts": ["export class A { accessor x = 1 }", /accessor/],
  "static-accessor.ts": ["export class A { static accessor #x = 1 }", /accessor/],
  "import-equals.cts": ["import fs = require('node:fs');\nmodule.exports = fs;", /import =/],
  "export-equals.cts": ["export = { a: 1 };", /export =/],
  "angle-assertion.ts": ["const a = <string>'a'; export default a;", /angle brackets/],
  "angle-assertion-of-call.ts": [
    "const a = <any>(globalThis); export default a;",
    /angle brackets/,
  ],
  "angle-assertion-inside.ts": ["export default (<any>globalThis).a;", /angle brackets/],
  "angle-assertion-returned.ts": [
    "export function f() { return <Array<number>>[] }",
    /angle brackets/,
  ],
  "unmarked-type.ts": [
    "import { Shape, value } from './lib.ts';\nexport const a: Shape = { a: value };",
    /the type Shape without/,
  ],
  "types-not-installed.ts": [
    "import { Context } from 'aws-lambda-types';\nexport const a: Context | 1 = 1;",
    /"aws-lambda-types", which is not installed/,
  ],
  "path-of-tsconfig.ts": [
    "import { value } from '@app/lib'; export default value;",
    /"@app\/lib", which is not installed/,
  ],
  "no-extension.ts": [
    "import { value } from './lib'; export default value;",
    /imports "\.\/lib" for .*lib\.ts/,
  ],
  "js-for-ts.ts": [
    "import { value } from './lib.js'; export default value;",
    /imports "\.\/lib\.js" for .*lib\.ts/,
  ],
  "folder.ts": [
    "import { value } from './index'; export default value;",
    /imports "\.\/index" for .*index\.ts/,
  ],
  "call-without-extension.ts": [
    "const { value } = await import('./lib'); export default value;",
    /imports "\.\/lib"/,
  ],
  "deeper.ts": [
    "import { Size } from './with-enum.ts'; export default Size;",
    /with-enum\.ts uses enum/,
  ],
  "javascript-with-enum.mjs": [
    "import { Size } from './with-enum.ts'; export default Size;",
    /with-enum\.ts uses enum/,
  ],
  "json.ts": ["import data from './data.json'; export default data;", /data\.json" without/],
  "module.cts": ["import fs from 'node:fs'; module.exports = fs;", /CommonJS/],
  "commonjs/module.ts": ["import fs from 'node:fs'; console.assert(fs);", /CommonJS/],
  "commonjs/exports.ts": ["export const a = 1;", /CommonJS/],
};

const sources = {
  ...stripped,
  ...Object.fromEntries(Object.entries(refused).map(([name, [source]]) => [name, source])),
};
const root = temporaryFiles({ ...libraries, ...sources });

/** What Node says of each file: nothing where it runs. One process, for a start costs more than a file. */
function askNode(): Record<string, string> {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      "--no-warnings",
      "--input-type=module",
      "--eval",
      `const said = {};
       for (const name of ${JSON.stringify(Object.keys(sources))}) {
         try { await import(${JSON.stringify(`${root}/`)} + name); said[name] = ""; }
         catch (error) { said[name] = String(error); }
       }
       process.stdout.write(JSON.stringify(said));`,
    ],
    { encoding: "utf8", cwd: root },
  );
  assert.notEqual(stdout, "", stderr);
  return JSON.parse(stdout) as Record<string, string>;
}

const said = askNode();

describe("a script that Node runs needs no tsx", () => {
  for (const name of Object.keys(stripped)) {
    it(name, () => {
      assert.equal(said[name], "", "Node itself");
      assert.equal(whyNodeCannotStrip(join(root, name)), undefined);
    });
  }
});

describe("a script that Node refuses needs tsx, and the reason is told", () => {
  for (const [name, [, reason]] of Object.entries(refused)) {
    it(name, () => {
      assert.notEqual(said[name], "", "Node itself");
      assert.match(whyNodeCannotStrip(join(root, name)) ?? "no reason", reason);
    });
  }
});

describe("files that are not stripped", () => {
  it("JSX always needs tsx", () => {
    const folder = temporaryFiles({ "a.tsx": "export default 1;", "b.jsx": "export default 1;" });
    assert.match(whyNodeCannotStrip(join(folder, "a.tsx")) ?? "", /holds JSX/);
    assert.match(whyNodeCannotStrip(join(folder, "b.jsx")) ?? "", /holds JSX/);
  });

  it("TypeScript in node_modules needs tsx, for Node strips none there", () => {
    const folder = temporaryFiles({
      "a.ts": "import { b } from './node_modules/b/b.ts'; export default b;",
      "node_modules/b/b.ts": "export const b: number = 1;",
    });
    assert.match(whyNodeCannotStrip(join(folder, "a.ts")) ?? "", /in node_modules/);
  });

  it("JavaScript and what has no extension are not TypeScript", () => {
    const folder = temporaryFiles({ "a.mjs": "enum A {}", b: "enum A {}" });
    assert.equal(whyNodeCannotStrip(join(folder, "a.mjs")), undefined);
    assert.equal(whyNodeCannotStrip(join(folder, "b")), undefined);
  });
});

it("a bundle of JavaScript is not searched for TypeScript", () => {
  const folder = temporaryFiles({
    "bundle.mjs": `import { Size } from "./with-enum.ts"; export default Size;${" ".repeat(300_000)}`,
    "with-enum.ts": libraries["with-enum.ts"],
  });
  assert.equal(whyNodeCannotStrip(join(folder, "bundle.mjs")), undefined);
});

it("files that import each other in a circle are read once", () => {
  const folder = temporaryFiles({
    "a.ts": "import { b } from './b.ts'; export const a: number = 1; export const c = () => b;",
    "b.ts": "import { a } from './a.ts'; export const b = () => a;",
  });
  assert.equal(whyNodeCannotStrip(join(folder, "a.ts")), undefined);
});

it("a call to what is not installed is left to the script, unless tsconfig.json has paths", () => {
  const script = "export const a = await import('@app/optional').catch(() => 1);";
  const without = temporaryFiles({ "a.ts": script });
  assert.equal(whyNodeCannotStrip(join(without, "a.ts")), undefined);
  const paths = temporaryFiles({
    "src/a.ts": script,
    "tsconfig.json": '{ "compilerOptions": { "paths": { "@app/*": ["./src/*"] } } }',
  });
  assert.match(whyNodeCannotStrip(join(paths, "src/a.ts")) ?? "", /@app\/optional/);
});
