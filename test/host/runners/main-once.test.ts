// A script that exports main runs it once for each event and never while it is loaded, whatever guard it
// has for being run by hand; one that calls main by itself is run as a whole.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { functionFolder } from "./function-folder.ts";

const run = promisify(execFile);

const body = `{
  let text = ""; for await (const part of process.stdin) text += part;
  process.stdout.write("answer to " + text + " of run " + ++runs);
}`;
const imports = `import { realpathSync } from "node:fs";
import { basename, extname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { argv } from "node:process";
let runs = 0;
export async function main() ${body}
`;
const common = `let runs = 0;
async function main() ${body}
module.exports = { main };
`;

const esmGuards = {
  "import.meta.main": "if (import.meta.main) await main();",
  fileURLToPath: "if (process.argv[1] === fileURLToPath(import.meta.url)) await main();",
  "fileURLToPath, caught":
    "if (fileURLToPath(import.meta.url) === process.argv[1]) { main().catch((error) => { console.error(error); process.exit(1); }); }",
  pathToFileURL:
    "if (import.meta.url === pathToFileURL(process.argv[1]).href) { await main(); process.exit(0); }",
  "a text made a URL": `if (import.meta.url === \`file://\${process.argv[1]}\`) await main();`,
  filename: "if (process.argv[1] === import.meta.filename) await main();",
  realpath: "if (realpathSync(process.argv[1]) === import.meta.filename) await main();",
  "realpath of both":
    "const self = realpathSync(fileURLToPath(import.meta.url)), entry = process.argv[1] && realpathSync(process.argv[1]); if (self === entry) await main();",
  basename: "if (basename(process.argv[1]) === basename(import.meta.filename)) await main();",
  "basename without extension":
    "if (basename(process.argv[1], extname(process.argv[1])) === basename(import.meta.url, extname(import.meta.url))) await main();",
  endsWith: "if (import.meta.url.endsWith(process.argv[1])) await main();",
  includes: "if (process.argv[1]?.includes(basename(import.meta.filename))) await main();",
  resolve: "if (resolve(argv[1]) === import.meta.filename) await main();",
  "a helper":
    "const isMain = () => Boolean(argv[1]) && pathToFileURL(realpathSync(argv[1])).href === import.meta.url; if (isMain()) await main();",
  "a short one": "process.argv[1] === import.meta.filename && (await main());",
  "an else": "if (process.argv[1] !== import.meta.filename) { runs = 0; } else { await main(); }",
};
const commonGuards = {
  "require.main": "if (require.main === module) main();",
  "require.main the other way":
    "if (module === require.main) { main().then(() => process.exit(0)); }",
  "module.parent": "if (!module.parent) main();",
  "module.parent null": "if (module.parent == null) { main(); }",
  mainModule: "if (process.mainModule === module) main();",
  __filename: "if (process.argv[1] === __filename) main();",
};
/** Each is run as a whole, for each event. */
const bare = {
  "main()": "await main();",
  "a promise chain": "main().catch((error) => { console.error(error); process.exit(1); });",
  "an async wrapper": "(async () => { try { await main(); } catch { process.exit(1); } })();",
  "Promise.all": "await Promise.all([main()]);",
  "another function": "async function start() { await main(); }\nawait start();",
};

const fileOf = (title: string) => title.replaceAll(/\W+/g, "-");
const folder = functionFolder({
  "main.mjs": `${imports}${esmGuards["basename without extension"]}`,
  "host.mjs": `${imports}${esmGuards["basename without extension"]}`,
  ...Object.fromEntries(
    Object.entries(esmGuards).map(([title, guard]) => [
      `esm/${fileOf(title)}.mjs`,
      imports + guard,
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(commonGuards).map(([title, guard]) => [
      `common/${fileOf(title)}.cjs`,
      common + guard,
    ]),
  ),
  "imports-in-text.js": `const text = \`
import nothing
\`;\n${common}if (!module.parent) main();`,
  "enum.ts": `enum Kind { One = 1 }\nlet runs = 0;\nexport async function main() ${body}\nif (require.main === module) main();\nif (!module.parent) main();\nexport const kind = Kind.One;`,
  ...Object.fromEntries(
    Object.entries(bare).map(([title, call]) => [`bare/${fileOf(title)}.mjs`, imports + call]),
  ),
  "value.mjs": `export const main = { a: 1 };\nlet text = ""; for await (const part of process.stdin) text += part;\nprocess.stdout.write("answer to " + text + " of run 1");`,
  "imported-value.mjs": `export { main } from "./values.mjs";`,
  "values.mjs": "export const main = 5;",
  "reads-file.mjs": `import { readFileSync } from "node:fs"; const input = JSON.parse(readFileSync(0, "utf8")); export function main() { console.log(input); }`,
  "reads-name.mjs": `import { promises } from "node:fs"; const input = await promises.readFile("/dev/stdin", "utf8"); export function main() { console.log(input); }`,
  "reads-stream.mjs": `let input = ""; for await (const part of process.stdin) input += part; export function main() { console.log(input); }`,
  "reads-events.mjs": `let input = ""; process.stdin.on("data", (part) => { input += part; }); export function main() { console.log(input); }`,
  "reads-lines.cjs": `require("node:readline").createInterface({ input: process.stdin }).on("line", () => {}); exports.main = () => {};`,
  "only-looks.mjs": `const { isTTY, fd } = process.stdin; process.stdin.setEncoding("utf8"); process.stdin.unref(); let runs = 0; export async function main() ${body}`,
  "exits.mjs": "export function main() {}\nprocess.exit(0);",
  "exits-later.mjs": "export function main() {}\nPromise.resolve().then(() => process.exit(3));",
  "exits-function.mjs": "export function handler() {}\nprocess.exit(0);",
  "floats.mjs": `export function main() {}\nPromise.reject(new RangeError("afloat"));`,
  "floats-function.mjs": `export const handler = () => 1;\n(async () => { throw new RangeError("afloat"); })();`,
  "floats-function.cjs": `exports.handlerOfIt = () => 1;\nPromise.reject(new RangeError("afloat"));`,
  "throws-later.mjs": `export const handler = () => 1;\nprocess.nextTick(() => { throw new RangeError("afloat"); });`,
  "rejects-nothing.mjs": "export const handler = () => 1;\nPromise.reject();",
});

async function answers(handler: string, expected: readonly string[]): Promise<void> {
  await using host = await folder.start(handler);
  for (const answer of expected) {
    const { body } = await host.invoke("an event");
    assert.equal(body.toString(), answer, host.log());
  }
}
const once = ["answer to an event of run 1", "answer to an event of run 2"];

describe("a guard is false while the host loads the module", { concurrency: 2 }, () => {
  const files = [
    ...Object.keys(esmGuards).map((title) => `esm/${fileOf(title)}.mjs`),
    ...Object.keys(commonGuards).map((title) => `common/${fileOf(title)}.cjs`),
    "main.mjs",
    "host.mjs",
    "imports-in-text.js",
    "enum.ts",
  ];
  for (const file of files) it(file, () => answers(file, once));

  it("and true by hand", async () => {
    for (const file of ["esm/fileURLToPath.mjs", "esm/basename.mjs", "common/module-parent.cjs"]) {
      const child = run(process.execPath, [join(folder.root, file)]);
      child.child.stdin?.end("hand");
      assert.equal((await child).stdout, "answer to hand of run 1");
    }
  });

  it("through a symbolic link", async () => {
    symlinkSync(join(folder.root, "esm/realpath.mjs"), join(folder.root, "link.mjs"));
    await answers("link.mjs", once);
  });
});

describe("a script that calls main by itself is run for each event", { concurrency: 2 }, () => {
  const again = ["answer to an event of run 1", "answer to an event of run 1"];
  for (const title of Object.keys(bare))
    it(title, () => answers(`bare/${fileOf(title)}.mjs`, again));
  it("as is one whose main is no function", () => answers("value.mjs", again));
});

describe("stdin while the module is loaded", { concurrency: 2 }, () => {
  for (const file of [
    "reads-file.mjs",
    "reads-name.mjs",
    "reads-stream.mjs",
    "reads-events.mjs",
    "reads-lines.cjs",
  ]) {
    it(`${file} is an init error that says what to do`, async () => {
      await using host = await folder.start(file);
      assert.match(
        String((await host.initError)?.body),
        /"Runtime\.StdinReadAtInit".*Read it in main.*STDLAMBDA_MODE=prefork/,
      );
      assert.equal((await host.exited).code, 1);
    });
  }
  it("may be looked at", () => answers("only-looks.mjs", once));
});

describe("what ends the loading is posted as an init error", { concurrency: 2 }, () => {
  const cases = [
    ["exits.mjs", /"Runtime\.ScriptExitedAtInit".*process\.exit\(0\)/],
    ["exits-later.mjs", /"Runtime\.ScriptExitedAtInit".*process\.exit\(3\)/],
    ["exits-function.handler", /"Runtime\.ScriptExitedAtInit".*process\.exit\(0\)/],
    ["floats.mjs", /"RangeError".*"afloat"/],
    ["floats-function.handler", /"RangeError".*"afloat"/],
    ["module:floats-function.cjs#handlerOfIt", /"RangeError".*"afloat"/],
    ["throws-later.handler", /"RangeError".*"afloat"/],
    ["rejects-nothing.handler", /undefined/],
    [
      "imported-value.mjs",
      /"Runtime\.HandlerNotFound".*main.*of type number.*STDLAMBDA_MODE=prefork/,
    ],
  ] as const;
  for (const [handler, expected] of cases) {
    it(handler, async () => {
      await using host = await folder.start(handler);
      assert.match(String((await host.initError)?.body), expected);
      assert.equal((await host.exited).code, 1);
    });
  }
});
