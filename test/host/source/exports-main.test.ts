// Whether a script's text exports `main`.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { findExport } from "../../../host/source/exports.ts";

const exportsMain = (text: string): boolean =>
  findExport("/none/a.ts", text, "main")?.mayBeFunction === true;

const dollar = "$";

const forms = [
  "export function main() {}",
  "export async function main(...argv: string[]): Promise<void> {}",
  "export function* main() {}",
  "export async function * main() {}",
  "export const main = () => 1;",
  "export let main = async () => {};",
  "export var main",
  "export\n  function\n  main() {}",
  "export /* why */ async /* not */ function main() {}",
  "export const { main } = make();",
  "export const { a: main } = make();",
  "function main() {}\nexport { main };",
  "export { run as main };",
  "export { other, run as main, more } from './lib.ts';",
  "export {\n  other,\n  main,\n};",
  "exports.main = () => {};",
  "exports.main=main",
  "module.exports.main = function () {};",
  "module.exports = { main };",
  "module.exports = { other: { deep: 1 }, main };",
  "module.exports = { main: () => 1 };",
  "module.exports = { async main() {} };",
  "module.exports = {\n  a,\n  main,\n};",
  "if (x) /'/.test(y);\nexport function main() {}",
  `const t = \`it's ${dollar}{a + \`${dollar}{b}\`}\`;\nexport function main() {}`,
  "const a = <p>don't</p>;\nexport function main() {}",
  "export function main(): void;\nexport function main(a?: string): void {}",
];

const others = [
  "",
  "function main() {}\nmain();",
  "export function mainly() {}",
  "export const main$ = 1;",
  "export const $main = 1;",
  "export const a = main;",
  "export default main;",
  "export default function main() {}",
  "export { main as run };",
  "export { main as default };",
  "export const { main: run } = make();",
  "export type { main };",
  "export { type main };",
  "export type main = string;",
  "export interface main {}",
  "export declare function main(): void;",
  "import { main } from './lib.ts';\nmain();",
  "exports.main === undefined",
  "if (exports.main == null) {}",
  "exports.mainly = 1;",
  "module.exports = { run: main };",
  "module.exports = { a: main, b };",
  "module.exports = main;",
  "module.exports = {}; function main(a) {}",
  "const module_exports = { main };",
];

describe("a script that exports main", () => {
  for (const source of forms) {
    it(`by ${JSON.stringify(source)}`, () => assert.ok(exportsMain(source)));
  }
});

describe("a script that does not", () => {
  for (const source of others) {
    it(`such as ${JSON.stringify(source)}`, () => assert.ok(!exportsMain(source)));
  }
});

it("an export in a comment, a string or a template never counts", () => {
  const wrappers: readonly ((text: string) => string)[] = [
    (text) => `/* ${text} */`,
    (text) => text.replaceAll(/^/gm, "// "),
    (text) => `const a = ${JSON.stringify(text)};`,
    (text) => `const a = \`${text.replaceAll(/[\\`$]/g, "\\$&")}\`;`,
    (text) => `const a = \`\${b}${text.replaceAll(/[\\`$]/g, "\\$&")}\`;`,
    (text) => `const a = /x${text.replaceAll(/[/\n\\[\]]/g, " ")}/;`,
  ];
  const noise = fc.array(
    fc.constantFrom("a = 1;", "// b", `\`c${dollar}{d}\`;`, "/* e */", "f = /g'/;", "'h';"),
  );
  fc.assert(
    fc.property(
      noise,
      fc.constantFrom(...forms),
      fc.constantFrom(...wrappers),
      noise,
      (before, form, wrap, after) => {
        const source = [...before, wrap(form), ...after].join("\n");
        assert.ok(!exportsMain(source), source);
        assert.ok(exportsMain(`${source}\n${form}`), `${source}\n${form}`);
      },
    ),
    { numRuns: 500 },
  );
});

it("never throws, whatever the text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      assert.equal(typeof exportsMain(`${text} export main exports ${text}`), "boolean");
    }),
  );
});
