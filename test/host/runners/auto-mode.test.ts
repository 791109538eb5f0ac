// Which mode `auto` takes for a script for Node, seen from outside: whether a process stays.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { startHost } from "../../helpers/runtime-api.ts";
import { taskRoot } from "../bootstrap-process.ts";

const body = "async function main() { console.log(JSON.stringify({ pid: process.pid })); }\n";

async function answers(name: string, source: string): Promise<[pid: number, host: number][]> {
  using folder = taskRoot({ [name]: source, "lib.mjs": `export ${body}` });
  await using host = await startHost({ handler: name, root: folder.root });
  const seen: [number, number][] = [];
  for (let event = 0; event < 2; event++) {
    const { body: bytes } = await host.invoke("{}");
    seen.push([JSON.parse(bytes.toString()).pid, host.pid]);
  }
  return seen;
}

describe("auto", { timeout: 120_000 }, () => {
  for (const [name, source] of [
    ["a.mjs", `export ${body}`],
    ["b.mjs", `${body}export { main };\nif (import.meta.main) await main();`],
    ["c.mjs", 'export * from "./lib.mjs";'],
    ["d.mjs", `export default { main };\n${body}`],
    ["e.cjs", `${body}module.exports = { main };`],
    ["f.mjs", `const { run } = { run: ${body.trim()} };\nexport { run as main };`],
  ] as const) {
    it(`calls main in the host's process for ${JSON.stringify(source)}`, async () => {
      const [[first], [second]] = (await answers(name, source)) as [
        [number, number],
        [number, number],
      ];
      assert.equal(first, second);
    });
  }

  for (const [name, source] of [
    ["a.mjs", `export ${body}await main();`],
    ["b.mjs", `export ${body}(async () => { await main(); })();`],
    ["c.mjs", `export ${body}Promise.all([main()]);`],
    ["d.mjs", `export ${body}Promise.resolve().then(main);`],
    [
      "e.mjs",
      `export const main = { pid: 1 };\nconsole.log(JSON.stringify({ pid: process.pid }));`,
    ],
    ["f.cjs", `${body}exports.main = main;\nmain().catch(() => {});`],
  ] as const) {
    it(`runs a process for each event for ${JSON.stringify(source)}`, async () => {
      const [[first], [second]] = (await answers(name, source)) as [
        [number, number],
        [number, number],
      ];
      assert.notEqual(first, second);
    });
  }
});
