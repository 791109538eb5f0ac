// stdin, stdout and the descriptors of a `main`: each script answers as when it is run by hand.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
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
  "readSync into a view, and with no more than a buffer": `const all = new Uint16Array(20); const size = fs.readSync(0, all); console.log(size, fs.readSync(0, Buffer.alloc(9)), fs.readSync(0, Buffer.alloc(0)));`,
  "readSync past the buffer": `try { fs.readSync(0, Buffer.alloc(4), 2, 5, null); } catch (error) { console.log(error.code); }`,
  "read by callback": `const part = Buffer.alloc(7); let text = "";
    for (;;) { const size = await new Promise((resolve, reject) => fs.read(0, part, 0, 7, null, (error, size) => error ? reject(error) : resolve(size)));
      if (size === 0) break; text += part.toString("latin1", 0, size); }
    process.stdout.write(Buffer.from(text, "latin1"));`,
  "read by callback with options and without": `await new Promise((resolve) => fs.read(0, { buffer: Buffer.alloc(4), offset: 1 }, (error, size, buffer) => { console.log(error, size, buffer); fs.read(0, (error, size, buffer) => { console.log(error, size, buffer.length); resolve(); }); }));`,
  "read promisified": `const { bytesRead, buffer } = await promisify(fs.read)(0, Buffer.alloc(5), 0, 5, null); console.log(bytesRead, buffer);`,
  "readv and readvSync": `const views = [Buffer.alloc(3), new Uint8Array(4)]; console.log(fs.readvSync(0, views), views);
    await new Promise((resolve) => fs.readv(0, views, (error, size, same) => { console.log(error, size, same === views, views); resolve(); }));`,
  "openSync by name": `const fd = fs.openSync("/dev/stdin", "r"); const text = fs.readFileSync(fd, "utf8"); fs.closeSync(fd); ${shout} console.log(fd > 2);`,
  "open by callback": `const fd = await new Promise((resolve, reject) => fs.open("/dev/stdin", (error, fd) => error ? reject(error) : resolve(fd)));
    const part = Buffer.alloc(100); const size = fs.readSync(fd, part); process.stdout.write(part.subarray(0, size)); await promisify(fs.close)(fd);`,
  "the names of other folders": `const parts = []; const one = Buffer.alloc(2);
    for (const name of ["/dev/fd/0", "/proc/self/fd/0", "/proc/" + process.pid + "/fd/0", new URL("file:///dev/stdin"), Buffer.from("/dev/stdin")]) {
      const fd = fs.openSync(name); fs.readSync(fd, one); fs.closeSync(fd); parts.push(String(one)); }
    console.log(parts);`,
  "createReadStream by name": `let text = ""; for await (const part of fs.createReadStream("/dev/stdin", "utf8")) text += part; ${shout}`,
  "createReadStream in small parts": `const sizes = []; for await (const part of fs.createReadStream("/proc/self/fd/0", { highWaterMark: 4 })) sizes.push(part.length); console.log(sizes);`,
  "a stream of a descriptor that was opened": `let text = ""; for await (const part of fs.createReadStream(null, { fd: fs.openSync("/dev/stdin") })) text += part; ${shout}`,
  "open by promise": `const file = await fs.promises.open("/dev/stdin"); const { bytesRead, buffer } = await file.read(Buffer.alloc(5));
    console.log(bytesRead, String(buffer), (await file.stat()).isFIFO()); const text = await file.readFile("utf8"); ${shout} await file.close();`,
  "lines of a handle": `const file = await fs.promises.open("/dev/stdin"); for await (const line of file.readLines()) console.log("line", line);`,
  "a stream of a handle": `const file = await fs.promises.open("/dev/fd/0"); let text = ""; for await (const part of file.createReadStream({ encoding: "utf8" })) text += part; ${shout}`,
  "a web stream of a handle": `const file = await fs.promises.open("/dev/stdin"); const text = await new Response(file.readableWebStream()).text(); ${shout} await file.close();`,
  fstat: `for (const fd of [0, 1, 2]) { const stats = fs.fstatSync(fd); console.log(fd, stats.isFIFO(), stats.isFile(), stats.isCharacterDevice(), stats.isSocket(), stats.size); }
    console.log(fs.fstatSync(0, { bigint: true }).isFIFO(), fs.statSync("/dev/stdin").isFIFO(), (await promisify(fs.fstat)(1)).isFIFO(), (await fs.promises.stat("/dev/stdout")).isFIFO());`,
  "write by callback": `await new Promise((resolve) => fs.write(1, "né", (error, size, text) => fs.write(1, Buffer.from("abcdef"), 2, 3, null, (error2, size2, bytes) => { console.log(error, size, text, error2, size2, bytes.length); resolve(); })));`,
  "write promisified": `const { bytesWritten, buffer } = await promisify(fs.write)(1, "text"); console.log(bytesWritten, buffer);`,
  "write with position and encoding": `fs.writeSync(1, "c3a9", null, "hex"); await new Promise((resolve) => fs.write(1, "4142", null, "hex", resolve)); fs.writeSync(1, Buffer.from("abcdef"), { offset: 1, length: 2 });`,
  "writev and writevSync": `console.log(fs.writevSync(1, [Buffer.from("a"), new Uint8Array([98]), Buffer.from("c\\n")]));
    await new Promise((resolve) => fs.writev(1, [Buffer.from("d"), Buffer.from("e\\n")], (error, size, views) => { console.log(error, size, views.length); resolve(); }));`,
  "what cannot be written": `for (const act of [() => fs.writeSync(1, 5), () => fs.writeSync(1, {}), () => fs.writeFileSync("/dev/stdout", 5), () => fs.write(1, null, () => {}), () => fs.write(1, "no callback"), () => process.stdout.write(5)]) {
      try { act(); console.log("wrote"); } catch (error) { console.log(error.name, error.code); } }
    console.log(await fs.promises.writeFile("/dev/stdout", 5).catch((error) => error.code));`,
  "the wrong direction": `for (const act of [() => fs.writeSync(0, "a"), () => fs.readSync(1, Buffer.alloc(1))]) { try { act(); console.log("done"); } catch (error) { console.log(error.code); } }
    await new Promise((resolve) => fs.read(1, Buffer.alloc(1), 0, 1, null, (error) => { console.log(error.code); resolve(); }));`,
  "createWriteStream by name": `const out = fs.createWriteStream("/dev/stdout"); const closed = once(out, "close"); out.write("one "); await new Promise((resolve) => out.end("two", resolve)); await closed; console.log(out.bytesWritten);`,
  "createWriteStream by number": `const out = fs.createWriteStream(null, { fd: 1, autoClose: false }); await new Promise((resolve) => out.write("one ", resolve)); await new Promise((resolve) => out.end("two", resolve));`,
  "many writes of a stream": `const out = fs.createWriteStream("/dev/fd/1"); for (let n = 0; n < 100; n++) out.write(n + ","); await new Promise((resolve) => out.end(resolve));`,
  "a pipeline of streams of files": `await pipeline(fs.createReadStream("/dev/stdin"), upper(), fs.createWriteStream("/dev/stdout"));`,
  "writeFile by callback and promise": `await promisify(fs.writeFile)("/dev/stdout", "one "); await fs.promises.writeFile("/dev/stdout", "two "); await fs.promises.appendFile("/proc/self/fd/1", Buffer.from("three ")); await promisify(fs.appendFile)("/dev/fd/1", "c3a9", "hex"); fs.writeFileSync(1, " by number"); fs.writeFileSync("/dev/stderr", "log\\n");`,
  "writeFile of a stream": `await fs.promises.writeFile("/dev/stdout", Readable.from(["a", "b", Buffer.from("c")])); await fs.promises.writeFile("/dev/stdout", (function* () { yield "d"; })());`,
  "a handle of stdout": `const file = await fs.promises.open("/dev/stdout", "w"); console.log(await file.write("né "), (await file.write(Buffer.from("abc"), 1)).bytesWritten, (await file.writev([Buffer.from("v")])).bytesWritten); await file.writeFile("whole "); await file.appendFile("more ");
    fs.writeSync(file.fd, "by its number"); const out = file.createWriteStream(); await new Promise((resolve) => out.end(" streamed", resolve));`,
  "openSync of stdout and stderr": `const fd = fs.openSync("/dev/stdout", "a"); fs.writeSync(fd, "opened "); fs.writeFileSync(fd, "again"); fs.closeSync(fd); const err = fs.openSync("/dev/stderr", "w"); fs.writeSync(err, "to the log\\n"); fs.closeSync(err);`,
  "the end and the close of stdin": `const seen = []; for (const name of ["end", "close"]) process.stdin.on(name, () => seen.push(name)); process.stdin.resume(); await once(process.stdin, "close"); console.log(seen, process.stdin.destroyed, process.stdin.readableEnded);`,
  "stdin that is read twice": `for await (const part of process.stdin) console.log(part.length > 0); console.log(fs.readFileSync(0).length, process.stdin.read());`,
  "finished() of stdin": `process.stdin.resume(); await finished(process.stdin); console.log("finished");`,
  "destroyed stdin": `process.stdin.destroy(); await once(process.stdin, "close"); console.log(process.stdin.destroyed);`,
  groups: `console.group("outer"); console.log("in\\nside"); console.info("info"); console.group(); console.table([[1]]); console.dir({ a: 1 }); console.groupEnd(); console.log("outer again");`,
  "groups that are left open": `console.log("level"); console.group(); console.group(); console.log("deeper");`,
  "counters that go on": `console.count(); console.count(); console.count("a"); console.countReset("a"); console.count("a");`,
  "timers that are left open": `console.time("open"); console.assert(false, "to stderr");`,
  "spawn with inherited stdio": `await once(child.spawn("sh", ["-c", "tr a-z A-Z; echo err >&2"], { stdio: "inherit" }), "exit"); console.log("after");`,
  "spawn with some of it": `const of = child.spawn("sh", ["-c", "cat; echo out; echo err >&2"], { stdio: ["inherit", "pipe", "inherit"] }); console.log(of.stdin, of.stderr, of.stdio.length); let text = ""; for await (const part of of.stdout) text += part; console.log(text.length);`,
  "spawn with the streams of the process": `await once(child.spawn("sh", ["-c", "cat; echo; echo err >&2"], { stdio: [process.stdin, process.stdout, process.stderr] }), "close");`,
  "spawn with numbers, crossed": `await once(child.spawn("sh", ["-c", "echo out; echo err >&2"], { stdio: ["ignore", 2, 1] }), "close");`,
  "spawn with a descriptor that was opened": `const fd = fs.openSync("/dev/stdout", "w"); await once(child.spawn("echo", ["opened"], { stdio: ["ignore", fd, "inherit"] }), "close"); fs.closeSync(fd);`,
  "spawn of what is not there": `const [error] = await once(child.spawn("no-such-program", { stdio: "inherit" }), "error"); console.log(error.code);`,
  "spawn that fails": `const [status, signal] = await once(child.spawn("sh", ["-c", "echo part; exit 3"], { stdio: "inherit" }), "exit"); console.log(status, signal);`,
  "a child that leaves stdin": `await once(child.spawn("true", { stdio: "inherit" }), "close"); const text = readFileSync(0, "utf8"); ${shout}`,
  "a child that reads a part": `await once(child.spawn("dd", ["bs=1", "count=4", "status=none"], { stdio: "inherit" }), "close"); process.stdout.write("|"); process.stdout.write(readFileSync(0));`,
  "spawnSync with inherited stdio": `const result = child.spawnSync("sh", ["-c", "tr a-z A-Z; echo err >&2; exit 4"], { stdio: "inherit" }); console.log(result.status, result.stdout, result.stderr, result.output);`,
  "spawnSync with some of it": `const result = child.spawnSync("sh", ["-c", "cat; echo out; echo err >&2"], { stdio: ["inherit", "pipe", "inherit"], encoding: "utf8" }); console.log(JSON.stringify(result.stdout), result.stderr); console.log(child.spawnSync("cat", { stdio: ["pipe", "inherit", "inherit"], input: "given" }).status);`,
  execFileSync: `console.log(child.execFileSync("cat", { stdio: "inherit" })); console.log(String(child.execFileSync("echo", ["piped"])), child.execFileSync("echo", ["text"], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }));`,
  execSync: `console.log(child.execSync("cat; echo err >&2", { stdio: "inherit" })); child.execSync("echo only stderr >&2; echo dropped");`,
  "execSync that fails": `try { child.execSync("echo out; echo err >&2; exit 5", { stdio: "inherit" }); } catch (error) { console.log(error.status, error.message, error.stdout, error.stderr, error.output); }
    try { child.execFileSync("sh", ["-c", "echo kept; echo why >&2; exit 6"], { stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" }); } catch (error) { console.log(error.status, error.message, error.stdout, error.stderr); }`,
  "execSync that leaves stdin": `child.execSync("true", { stdio: "inherit" }); const text = readFileSync(0, "utf8"); ${shout}`,
  fork: `const of = child.fork(process.env.FORKED, ["argument"]); of.on("message", (message) => console.log("message", message)); await once(of, "close");`,
  "exec and execFile": `console.log(await promisify(child.exec)("echo out; echo err >&2"), (await promisify(child.execFile)("echo", ["file"])).stdout);`,
  execa: `const { execa, execaSync } = await import(process.env.EXECA); await execa("sh", ["-c", "cat; echo; echo err >&2"], { stdio: "inherit" }); const { stdout } = await execa("echo", ["both"], { stdout: ["inherit", "pipe"] }); console.log(stdout);
    execaSync("echo", ["sync"], { stdio: "inherit" }); await execa("echo", ["stream"], { stdout: process.stdout });`,
  "child_process by require and by import": `const { execSync } = createRequire(import.meta.url)("child_process"); execSync("echo required", { stdio: "inherit" }); const { spawnSync } = await import("child_process"); spawnSync("echo", ["imported"], { stdio: "inherit" }); process.getBuiltinModule("child_process").execSync("echo asked", { stdio: "inherit" });`,
  "a worker": `const { Worker } = await import("node:worker_threads"); await once(new Worker("console.log('from the worker')", { eval: true }), "exit");`,
  "nothing at all": "",
  "ref and unref": "process.stdin.unref?.(); process.stdin.ref?.(); process.stdout.write('kept');",
  "stdin that is not read to its end":
    "for await (const part of process.stdin) { console.log(part.length > 0); break; }",
};

const head = `import * as child from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import fs, { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { stdin, stdout } from "node:process";
import { createInterface } from "node:readline";
import { Readable, Transform } from "node:stream";
import * as consumers from "node:stream/consumers";
import { finished, pipeline } from "node:stream/promises";
const upper = () => new Transform({ transform(part, _, done) { done(null, String(part).toUpperCase()); } });
`;
const folder = functionFolder({
  // Not by hand: there a copy to a pipe fails, and Node removes what it could not copy to, /dev/stdout
  // included. The names under /proc cannot be removed.
  "copies.mjs": `import fs from "node:fs";
import { promisify } from "node:util";
export async function main() {
  fs.copyFileSync("/proc/self/fd/0", "/proc/self/fd/1");
  await fs.promises.copyFile(import.meta.filename, "/proc/self/fd/1");
  await promisify(fs.copyFile)(import.meta.filename, "/proc/self/fd/1");
}`,
  "forked.mjs": `console.log("forked", process.argv[2]); process.send({ a: 1 });`,
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

/** What the console has to say on stderr is records there. */
function withoutRecords(log: string): string {
  return log.replaceAll(/^[^\t\n]+Z\t[^\t\n]+\t[A-Z]+\t/gm, "").replaceAll("\r", "\n");
}

async function answerOf(host: Host, style: string, input: string | Buffer) {
  const headers = { "Lambda-Runtime-Client-Context": JSON.stringify(style) };
  return host.invoke(input, { headers, deadlineMs: Date.now() + 5000 });
}

const event = '{"a":\n["é", 2]}\n';

describe("main answers as the script by hand", () => {
  let byHand: Host;
  let bound: Host;
  before(async () => {
    const env = {
      FORKED: `${folder.root}/forked.mjs`,
      EXECA: import.meta.resolve("execa"),
    };
    byHand = await folder.start("styles.mjs", { ...env, STDLAMBDA_MODE: "spawn" });
    bound = await folder.start("styles.mjs", { ...env, STDLAMBDA_MODE: "main" });
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
        assert.equal(withoutRecords(answer.log), expected.log);
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

  it("with copies to and from it", async () => {
    await using host = await folder.start("copies.mjs");
    const text = readFileSync(`${folder.root}/copies.mjs`, "utf8");
    assert.equal((await host.invoke(event)).body.toString(), event + text + text);
  });
});
