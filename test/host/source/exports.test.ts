// What a module exports, told from its text: every form, and what only looks like one.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { buildSync } from "esbuild";
import { modeOfScript } from "../../../host/source/built-mode.ts";
import { findExport } from "../../../host/source/exports.ts";
import { temporaryFiles } from "../temporary-files.ts";

const exportsMain = (file: string, text: string): boolean => modeOfScript(file, text) === "main";

const folder = temporaryFiles({
  "lib.ts": "export const handler = async () => 1; export function main() {}",
  "lib.cjs": "exports.handler = async () => 1",
  "circle.ts": "export * from './circle.ts';",
});
const path = join(folder, "a.ts");

const yes = [
  "export const { handler } = make()",
  "export const { h: handler } = make()",
  "export const { h: handler = 3, ...rest } = make()",
  "export const [a, handler] = make()",
  "export const { a: { handler } } = make();",
  "export const a = 1, handler = async () => {}",
  "export const a: Map<string, X> = new Map(), handler: Handler<A, B> = async (e) => 1;",
  "export const handler: (e: E) => Promise<R> = async (e) => 1",
  "const x = 1; export { x as handler }; function x2() {}".replace(
    "const x = 1",
    "const x = async () => 1",
  ),
  'export { default as handler } from "./x.js"',
  'export { handler } from "./x.js"',
  'export { a as "handler" } from "./x.js"',
  'export * from "./lib.ts"',
  'export * from "./lib.js"',
  'export * from "./lib"',
  "export default { handler }",
  "export default { async handler() {} }",
  "export default { handler: async () => 1 }",
  'export default { "handler": f }',
  "const app = { handler() {} }; export default app;",
  "const app: App = { handler() {} };\nexport { app as default }",
  "export default { async handler() {} } satisfies X",
  "export default {\n  fetch() {},\n  handler: (e) => {\n    return { a: 1, b: [1,2] };\n  },\n};",
  "exports.handler = f",
  'exports["handler"] = f',
  "module.exports['handler'] = f",
  "module.exports.handler = f",
  "exports.handler = void 0;\nexports.handler = async () => {};",
  "module.exports = { handler }",
  "module.exports = { handler: async () => 1 }",
  "module.exports = exports = { handler }",
  "exports = module.exports = { handler() {} }",
  "Object.assign(exports, { handler })",
  'Object.defineProperty(exports, "handler", { enumerable: true, get: function () { return x.handler; } })',
  "const api = {}; api.handler = async () => 1; module.exports = api",
  "const api = { handler: f }; module.exports = api;",
  'module.exports = require("./lib.cjs")',
  'module.exports = { ...require("./lib.cjs") }',
  '__exportStar(require("./lib.cjs"), exports);',
  "module.exports = { a, ...api }; const api = { handler };",
  "export = { handler }",
  "export async function handler(event: Event): Promise<void> {}",
  "export function handler<T>(e: T) {}",
  "export const handler = <T,>(e: T) => e;",
  "export let handler; handler = f;",
  "var e=async t=>({n:t});export{e as handler};",
  "0 && (module.exports = { handler });",
  "export const handler = middy(async () => {})",
  "export const handler = new Foo().handler".replace("new Foo()", "foo"),
  "exports.a = exports.handler = f",
  "export const handler = class {}.x".replace("class {}.x", "f as any"),
  'export const handler = async (event) => { const r = /[{]/.test("x"); return { a: `}` } }',
  "export default class {}; exports.handler = f",
];

const no = [
  "export const { handler: other } = make()",
  "export class handler {}",
  "export type { handler }",
  "export type handler = X",
  "export { type handler }",
  "export default handler",
  "export default function handler() {}",
  "module.exports = { h: handler }",
  "export { handler as h }",
  "// export const handler = 1",
  '"export const handler = 1"',
  "exports.handler === 1",
  "export const a = 1\nlet b = 2, handler = 3",
  "export default { h: handler, x: { handler } }",
  'export * as handler from "./lib.ts"',
  'module.exports = require("./none")',
  "export declare const handler: X",
  "export interface handler {}",
  "const x = { handler }; export default y",
];

const noFunction = [
  "export const handler = { a: 1 }",
  'export const handler = "x"',
  "export const handler = 5",
  "export const handler = []",
  "const handler = {}; export { handler }",
  "exports.handler = undefined",
];

const calling = [
  "export async function main() {}\nmain();",
  "export async function main() {}\nawait main();",
  "export async function main() {}\nvoid main();",
  "export async function main() {}\n(async () => { await main(); })();",
  "export async function main() {}\n;(async function () { await main() })()",
  "export async function main() {}\nmain().catch(console.error)",
  "export async function main() {}\nawait Promise.all([main(), other()])",
  "export async function main() {}\nload().then(main)",
  "export async function main() {}\nload().then(() => main())",
  "export async function main() {}\nPromise.resolve().then(async () => { await main(); });",
  "export async function main() {}\nstart();\nfunction start() { return main(); }",
  "export async function main() {}\nconst start = async () => { await main() };\nstart();",
  "export const main = async () => {};\nawait main();",
  "async function run() {}\nexport { run as main };\nrun();",
  "exports.main = async () => {};\nexports.main();",
  "export function main(): void {}\nmain();",
  "export async function main() {}\ntry { await main() } catch (e) { process.exit(1) }",
  "export async function main() {}\nif (process.env.X) main();",
  "export async function main() {}\nconst code = await main(); process.exit(code);",
  "export async function main() {}\nprocess.exitCode = await main()",
  "export async function main() {}\nsetImmediate(main);",
  "const main = async () => {}; module.exports = { main }; main()",
  "export async function main() {}\nawait (async () => main())()",
  "export async function main() {}\nfor (const x of [1]) await main(x);",
  "export default { main }; async function main() {}\nmain()",
  "export async function main() {}\nasync function boot() { await main(); }\nboot().then(() => 1)",
  "export async function main() {}\n!function(){ main() }()",
  "export async function main() {}\nawait Promise.all([1,2].map(async (n) => main(n)))",
  "export async function main() {}\nif (isMainThread) {\n  main()\n}",
  "export async function main() {}\nexport default await main()",
  "export const main = async () => {\n  work();\n}\n\nmain().then(() => {})",
];

const leaving = [
  "export async function main() {}",
  "export async function main() {}\nif (import.meta.main) await main();",
  "export async function main() {}\nif (import.meta.main) { await main(); }",
  "async function main() {}\nmodule.exports = { main };\nif (require.main === module) main();",
  "exports.main = main; async function main() {}\nif (!module.parent) { main() }",
  "export async function main() {}\nif (process.argv[1] === fileURLToPath(import.meta.url)) await main();",
  "export async function main() {}\nif (import.meta.url === pathToFileURL(process.argv[1]).href) {\n  main().catch((e) => { throw e });\n}",
  "export async function main() {}\nimport.meta.main && main()",
  "export async function main() {}\nconst isMain = process.argv[1] === fileURLToPath(import.meta.url);\nif (isMain) main();",
  "export async function main() {}\nexport const handler = async () => { await main(); };",
  "export async function main() {}\nexport function handler() { return main(); }",
  "export async function main(n = 0) { if (n < 3) return main(n + 1); }",
  "export class A { run() { main(); } }\nexport async function main() {}",
  "const api = { go() { return main(); }, stop: () => main() };\nexport async function main() {}",
  "export async function main() {}\nfunction unused() { main() }",
  "export const main = async () => { helper(); };\nfunction helper() { main; }",
  'export async function main() {}\n// main()\n"main()"',
  "export async function main(): Promise<void> {\n  await lib.main();\n}\nlib.main();",
  "export const main = async (): Promise<void> => {\n const x = { main() {} };\n};",
  "export function main(): void;\nexport function main(a?: string): void {}",
  "export const main = () => 1, b = 2;",
  "export async function main() {}\nif (require.main === module)\n  main()",
  "export async function main() {}\nasync function cli() { await main() }\nif (import.meta.main) cli();",
  "export async function main() {}\nif (process.argv[1] === import.meta.filename) void main()",
  "export const main = async ({ a }: { a: string }): Promise<string> => { return main2(); }",
  'export async function main() {}\nif (process.argv[1]?.endsWith("a.mjs")) main()',
  `export async function main() {}\nif (import.meta.url === \`file://\${process.argv[1]}\`) {\n  await main()\n}`,
];

describe("handler", () => {
  for (const text of yes) {
    it(`is exported by ${JSON.stringify(text)}`, () =>
      assert.ok(findExport(path, text, "handler")));
  }
  for (const text of noFunction) {
    it(`is exported, but is not a function, by ${JSON.stringify(text)}`, () =>
      assert.equal(findExport(path, text, "handler")?.mayBeFunction, false));
  }
  for (const text of [...no, "export * from './circle.ts'"]) {
    it(`is not exported by ${JSON.stringify(text)}`, () =>
      assert.equal(findExport(path, text, "handler"), undefined));
  }
});

describe("main", () => {
  for (const text of calling) {
    it(`is called by the script itself in ${JSON.stringify(text)}`, () =>
      assert.equal(exportsMain(path, text), false));
  }
  for (const text of leaving) {
    it(`is left to the host in ${JSON.stringify(text)}`, () =>
      assert.equal(exportsMain(path, text), true));
  }
});

it("bundles of esbuild export what their source does", () => {
  const entry = join(
    temporaryFiles({
      "a.mjs":
        'import { readFileSync } from "node:fs"; const make = () => ({ handler: async (e) => readFileSync(e) }); export const { handler } = make(); export async function main() { console.log(1) }',
    }),
    "a.mjs",
  );
  for (const format of ["cjs", "esm"] as const) {
    for (const minify of [true, false]) {
      for (const platform of ["node", "neutral"] as const) {
        const { outputFiles } = buildSync({
          entryPoints: [entry],
          bundle: true,
          external: ["node:*"],
          format,
          minify,
          platform,
          write: false,
        });
        const text = outputFiles[0]?.text ?? "";
        assert.ok(findExport(path, text, "handler"), text);
        assert.ok(exportsMain(path, text), text);
      }
    }
  }
});

it("the time grows with the text, whatever is in it", () => {
  const tail =
    "\nexport async function main() {}\nmodule.exports={a}; process.argv; import.meta.main\n";
  const sources = [
    readFileSync(join(import.meta.dirname, "../../../node_modules/esbuild/lib/main.js"), "utf8"),
    `/*${"x".repeat(1e6)}*/`,
    ...[
      "(",
      "a(b){",
      "a = ",
      "export { a, ",
      "export const a = b, ",
      "if (import.meta.main) ",
      "a && main.b ",
      "class A extends ",
      "main<",
      "=> ",
      "{",
    ].map((piece) => piece.repeat(2e5 / piece.length)),
  ];
  for (const source of sources) {
    const started = performance.now();
    findExport(path, source + tail, "main");
    assert.ok(performance.now() - started < 2000, source.slice(0, 40));
  }
});
