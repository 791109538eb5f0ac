// stdin, stdout and the descriptors of a `main`: each script answers as when it is run by hand.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Host } from "../../helpers/runtime-api.ts";
import { functionFolder } from "../runners/function-folder.ts";

const shout = "process.stdout.write(text.toUpperCase());";

/** Bodies of `main`; each reads or writes in another style. */
const bodies: Readonly<Record<string, string>> = {
  "on data": `await new Promise((resolve) => { let text = "";
    process.stdin.on("data", (part) => (text += part)).on("end", () => { ${shout} resolve(); }); });`,
  "setEncoding, readable and read": `process.stdin.setEncoding("utf8"); let text = "";
    for (;;) { const part = process.stdin.read(); if (part !== null) text += part;
      else if (process.stdin.readableEnded) break;
      else await Promise.race([once(process.stdin, "readable"), once(process.stdin, "end")]); }
    ${shout}`,
  "for await": `const parts = []; for await (const part of process.stdin) parts.push(part);
    const text = Buffer.concat(parts).toString(); ${shout}`,
  readline: `for await (const line of createInterface({ input: process.stdin })) console.log("line", line);`,
  "readline by events": `const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
    lines.on("line", (line) => console.log(line.length)); await once(lines, "close");`,
  "text()": `const text = await consumers.text(process.stdin); ${shout}`,
  "json()": "console.log(typeof (await consumers.json(process.stdin)));",
  "the named import": `let text = ""; for await (const part of stdin) text += part; stdout.write(text.toUpperCase());`,
  "the named import in a pipeline": "await pipeline(stdin, upper(), stdout);",
  "pipe into a transform":
    "await once(process.stdin.pipe(upper()).on('data', (part) => process.stdout.write(part)), 'end');",
  "pipe into stdout": "process.stdin.pipe(process.stdout); await once(process.stdin, 'end');",
  "a pipeline of generators": `await pipeline(process.stdin, async function* (parts) { for await (const part of parts) yield String(part).length + ""; }, process.stdout, { end: false });`,
  "a web stream": `const text = await new Response(Readable.toWeb(process.stdin)).text(); ${shout}`,
  "readFileSync(0)": `const text = readFileSync(0, "utf8"); ${shout}`,
  "readFileSync(0) as bytes": "process.stdout.write(readFileSync(0));",
  "readFileSync by name": `const text = fs.readFileSync("/dev/stdin", { encoding: "utf8" }); ${shout}`,
  "readFile by callback": `const text = await new Promise((resolve, reject) => fs.readFile("/dev/stdin", "utf8", (error, all) => error ? reject(error) : resolve(all))); ${shout}`,
  "readFile by promise": `const text = String(await readFile("/dev/stdin")); ${shout}`,
  createReadStream: `let text = ""; for await (const part of fs.createReadStream(null, { fd: 0 })) text += part; ${shout}`,
  "readSync in parts": `const part = Buffer.alloc(5); let text = "";
    for (let size; (size = fs.readSync(0, part, 0, 5, null)) > 0; ) text += part.toString("latin1", 0, size);
    process.stdout.write(Buffer.from(text, "latin1"));`,
  "readSync with options": `const all = Buffer.alloc(20); const size = fs.readSync(0, all, { offset: 3 }); console.log(size, all.indexOf(0, 3));`,
  "writeSync of text and bytes": `fs.writeSync(1, "né"); fs.writeSync(1, Buffer.from("abcdef"), 2, 3); fs.writeSync(2, "log\\n");`,
  "writeFileSync by name": `fs.writeFileSync("/dev/stdout", "one"); fs.appendFileSync("/dev/stdout", "two");`,
  "the console": `console.log("log %d", 1, { a: [1] }); console.info("info"); console.error("error"); console.warn("warn"); console.table([[1]]);`,
  "a console of its own": "new console.Console(process.stdout, process.stderr).log('own');",
  "writes with encodings and callbacks": `await new Promise((resolve) => process.stdout.write("c3a9", "hex", resolve)); process.stdout.write("x", () => {}); process.stdout.write(new Uint8Array([65]));`,
  "bytes that are used again": `const bytes = Buffer.from("first"); process.stdout.write(bytes); bytes.fill("x");`,
  "cork and uncork":
    "process.stdout.cork(); process.stdout.write('a'); process.stdout.write('b'); process.stdout.uncork();",
  "end with a last piece": "await new Promise((resolve) => process.stdout.end('last', resolve));",
  "nothing at all": "",
  "ref and unref": "process.stdin.unref?.(); process.stdin.ref?.(); process.stdout.write('kept');",
  "stdin that is not read to its end":
    "for await (const part of process.stdin) { console.log(part.length > 0); break; }",
};

const head = `import { once } from "node:events";
import fs, { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { stdin, stdout } from "node:process";
import { createInterface } from "node:readline";
import { Readable, Transform } from "node:stream";
import * as consumers from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
const upper = () => new Transform({ transform(part, _, done) { done(null, String(part).toUpperCase()); } });
`;
const folder = functionFolder({
  // One process serves all styles in turn, so what one leaves behind would meet the next.
  "styles.mjs": `${head}const styles = {
${Object.entries(bodies)
  .map(([style, body]) => `${JSON.stringify(style)}: async () => {\n${body}\n}`)
  .join(",\n")}
};
export const main = () => styles[JSON.parse(process.env.LAMBDA_RUNTIME_CLIENT_CONTEXT)]();
if (import.meta.main) await main();
`,
});

async function answerOf(host: Host, style: string, input: string | Buffer) {
  const headers = { "Lambda-Runtime-Client-Context": JSON.stringify(style) };
  return host.invoke(input, { headers, deadlineMs: Date.now() + 5000 });
}

const event = '{"a":\n["é", 2]}\n';

describe("main answers as the script by hand", () => {
  let byHand: Host;
  let bound: Host;
  before(async () => {
    byHand = await folder.start("styles.mjs", { STDLAMBDA_MODE: "spawn" });
    bound = await folder.start("styles.mjs", { STDLAMBDA_MODE: "main" });
  });
  after(() => Promise.all([byHand.stop(), bound.stop()]));

  for (const style of Object.keys(bodies)) {
    it(`with ${style}`, async () => {
      const expected = await answerOf(byHand, style, event);
      assert.equal(expected.status, "response");
      for (let n = 0; n < 2; n++) {
        const answer = await answerOf(bound, style, event);
        assert.equal(answer.status, "response", answer.body.toString());
        assert.equal(answer.body.toString(), expected.body.toString());
        assert.equal(answer.log, expected.log);
      }
    });
  }

  for (const style of ["pipe into stdout", "readFileSync(0) as bytes", "readSync in parts"]) {
    it(`to 6 MB with ${style}`, async () => {
      const size = style === "readSync in parts" ? 100_000 : 6 * 1024 * 1024;
      const input = Buffer.alloc(size, "é\n");
      for (let n = 0; n < 2; n++) {
        assert.ok((await answerOf(bound, style, input)).body.equals(input));
      }
    });
  }

  it("to an empty event and to every byte", async () => {
    assert.equal((await answerOf(bound, "for await", "")).body.length, 0);
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    assert.ok((await answerOf(bound, "readFileSync(0) as bytes", bytes)).body.equals(bytes));
  });
});
