// Whether a script calls its main at its top level, told from its text; and each guard that people write.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { callsMain } from "../../../host/source/calls-main.ts";
import { findExport } from "../../../host/source/exports.ts";

const isPlainValue = (text: string): boolean =>
  findExport("/none/a.ts", text, "main")?.mayBeFunction === false;

const declared = "export async function main() { await work(); }\n";

const calls = [
  "main();",
  "await main();",
  "void main();",
  "main( )\n",
  "main().catch(console.error);",
  "main().then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });",
  "await main().finally(() => {});",
  "const done = main();",
  "const result = await main();\nconsole.log(result);",
  "export default await main();",
  "(async () => { await main(); })();",
  "(async function () { await main(); })();",
  "(async () => {\n  try {\n    await main();\n  } catch (error) {\n    console.error(error);\n  }\n})();",
  "!(async () => main())();",
  "(() => main())();",
  "(function () { main(); }).call(this);",
  "void (async function run() { await main(); }());",
  "Promise.resolve().then(() => main());",
  "Promise.resolve().then(main);",
  "Promise.resolve().then(() => { return main(); }).catch(fail);",
  "await Promise.all([main(), other()]);",
  "await Promise.all([other(), main()]);",
  "Promise.try(main);",
  "try { await main(); } catch (error) { console.error(error); }",
  "try {\n  main();\n} finally {\n  end();\n}",
  "{ main(); }",
  "for (const one of [1]) await main(one);",
  "if (process.env.NODE_ENV !== 'test') main();",
  "if (process.argv.length > 2) { main(); }",
  "if (process.argv[2] === '--run') main();",
  "if (isMainThread) main();",
  "setTimeout(main, 0);",
  "setImmediate(() => main());",
  "process.nextTick(main);",
  "run(main);",
  "await run(main);",
  "run(async () => { await main(); });",
  "main.call(null);",
  "main.apply(this, process.argv.slice(2));",
  "main?.();",
  "(main)();",
  "main<string>();",
  "async function start() { await main(); }\nstart();",
  "const start = async () => { await main(); };\nawait start();",
  "const start = () => main()\nstart()",
  "function a() { b(); }\nfunction b() { main(); }\na();",
  "[1, 2].forEach(() => main());",
  "const answer = [1].map((n) => main(n));",
  "process.on('exit', () => {}); main();",
  "main() // and nothing else",
  "a || main();",
];

const guards = [
  "import.meta.main",
  "process.argv[1] === fileURLToPath(import.meta.url)",
  "fileURLToPath(import.meta.url) === process.argv[1]",
  "import.meta.url === pathToFileURL(process.argv[1]).href",
  `import.meta.url === \`file://\${process.argv[1]}\``,
  "import.meta.filename === process.argv[1]",
  "process.argv[1] && realpathSync(process.argv[1]) === import.meta.filename",
  "path.basename(process.argv[1]) === 'hello.mjs'",
  "process.argv[1]?.endsWith('hello.mjs')",
  "process.argv.at(1) === __filename",
  "require.main === module",
  "module === require.main",
  "typeof require !== 'undefined' && require.main === module",
  "!module.parent",
  "module.parent === null",
  "process.mainModule === module",
  "esMain(import.meta)",
  "isMain(import.meta.url)",
  "isMain",
  "isMainModule()",
  "!process.env.AWS_LAMBDA_FUNCTION_NAME",
];

const guarded = (condition: string): string[] => [
  `if (${condition}) main();`,
  `if (${condition}) await main();`,
  `if (${condition}) {\n  await main();\n}`,
  `if (${condition}) {\n  main().catch((error) => { console.error(error); process.exit(1); });\n}`,
  `if (${condition}) {\n  (async () => { await main(); })();\n}`,
  `if (${condition})\n  main();`,
  `${condition} && main();`,
  `(${condition}) && (await main());`,
  `${condition} ? main() : undefined;`,
  `const direct = ${condition};\nif (direct) await main();`,
  `function direct() { return ${condition}; }\nif (direct()) { main(); }`,
  `if (${condition}) { setUp(); } else { main(); }`,
];

const others = [
  "",
  "console.log(main.name);",
  "export { main as run };",
  "export const handler = async (event) => main(event);",
  "export const handler = wrap(main);",
  "export const handler = wrap(async (event) => { return main(event); });",
  "export default { main };",
  "export default main;",
  "const other = () => main();",
  "function other() { return main(); }",
  "class App { main() { return 1; } start() { this.main(); main(); } }",
  "const app = { main() { return 1; }, async other() { await main(); } };",
  "app.main();",
  "const text = 'main()'; // main()\n/* main(); */",
  `const text = \`\${name} main()\`;`,
  "mainly(); domain(); $main(); main$();",
  "server.main = main;",
  "type Main = ReturnType<typeof main>;",
  "const { main: other } = load();",
];

describe("a main that is called at the top level", () => {
  for (const text of calls) {
    it(JSON.stringify(text), () => {
      assert.ok(callsMain(declared + text));
      assert.ok(callsMain(text + (/[;}\n]$/.test(text) ? "\n" : ";\n") + declared));
    });
  }

  it("under the name that it has inside", () => {
    assert.ok(callsMain("async function run() {}\nexport { run as main };\nrun();"));
    assert.ok(callsMain("async function r(){}await r();export{r as main};"));
    assert.ok(callsMain("const run = async () => {};\nexports.main = run;\nrun();"));
    assert.ok(callsMain("function run() {}\nmodule.exports = { main: run };\nrun();"));
    assert.ok(callsMain("exports.main = async () => {};\nexports.main();"));
    assert.ok(callsMain("exports.main = async () => {};\nmodule.exports.main();"));
    assert.ok(
      callsMain("export function main(a: string): void;\nexport function main() {}\nmain();"),
    );
  });
});

describe("a main that is called only where the script is the program", () => {
  for (const condition of guards) {
    it(condition, () => {
      for (const text of guarded(condition)) {
        assert.ok(!callsMain(declared + text), text);
        assert.ok(!callsMain(`${text}\n${declared}`), text);
      }
    });
  }

  it("in a text made short", () => {
    assert.ok(
      !callsMain(
        "import{fileURLToPath as t}from'node:url';async function r(){}process.argv[1]===t(import.meta.url)&&await r();export{r as main};",
      ),
    );
    assert.ok(!callsMain("async function r(){}import.meta.main&&await r();export{r as main};"));
  });
});

describe("a main that is not called", () => {
  for (const text of others) {
    it(JSON.stringify(text), () => assert.ok(!callsMain(declared + text)));
  }
});

it("a main that is no function is a value", () => {
  for (const value of [
    "{ a: 1 }",
    "[1]",
    "'text'",
    '"text"',
    "`text`",
    "1",
    "-1",
    "/x/",
    "true",
    "null",
    "undefined",
    "new Map()",
  ]) {
    const expected = value !== "-1";
    assert.equal(isPlainValue(`export const main = ${value};`), expected, value);
  }
  for (const value of [
    "() => 1",
    "async () => {}",
    "function () {}",
    "wrap(run)",
    "run",
    "(a) => a",
    "async function () {}",
    "a ? b : c",
  ]) {
    assert.ok(!isPlainValue(`export const main = ${value};`), value);
    assert.ok(!isPlainValue(`export const main: () => void = ${value};`), value);
  }
});

it("takes linear time", () => {
  const source = `${declared}${"if (a && b ? c : (d)) { e(main, () => ({ f })); }\n".repeat(2000)}`;
  const started = performance.now();
  callsMain(source);
  assert.ok(performance.now() - started < 5000, `${performance.now() - started} ms`);
});
