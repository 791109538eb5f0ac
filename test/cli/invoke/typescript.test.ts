// What the command line says and does for TypeScript that tsx runs.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { callMain, run } from "../command-line.ts";

const root = mkdtempSync(join(tmpdir(), "stdlambda-typescript-"));
after(() => rmSync(root, { recursive: true, force: true }));
writeFileSync(join(root, "package.json"), '{"type":"commonjs"}');
writeFileSync(join(root, "size.ts"), 'export enum Size { small = "S" }\n');
writeFileSync(join(root, "waits.ts"), "enum A { a }\nconsole.log(await A.a);\n");

test("STDLAMBDA_TYPESCRIPT=tsx is for what an expression imports, too", async () => {
  const args = ["invoke", '(e)=>import("./size.ts").then(m=>m.Size)', "--root", root, "-d", "{}"];
  const { exitCode, stdout } = await run([...args, "-e", "STDLAMBDA_TYPESCRIPT=tsx"]);
  assert.equal(exitCode, 0);
  assert.equal(stdout.toString(), '{"small":"S"}');
});

test("a top-level await in CommonJS is explained by resolve, doctor, build and the host", async () => {
  const said =
    /waits\.ts:2 awaits outside of a function, and \S*package\.json does not make it an ES module/;
  const resolved = await callMain(["resolve", "waits.ts", "--root", root]);
  assert.equal(resolved.exitCode, 1);
  assert.match(String(resolved.stdout), said);
  const checked = await callMain(["doctor", root]);
  assert.match(String(checked.stdout), said);
  const built = await run(["build", "waits", "--root", root, "--out", join(root, "out")]);
  assert.equal(built.exitCode, 0);
  assert.match(built.stderr, said);
  const invoked = await run(["invoke", "waits.ts", "--root", root, "-d", "{}"]);
  assert.equal(invoked.exitCode, 1);
  assert.match(invoked.stderr, said);
});

test("-e sets the format and the level of the log", async () => {
  const args = ["invoke", '(e)=>console.debug("x")', "--root", root, "-d", "{}"];
  const json = ["-e", "AWS_LAMBDA_LOG_FORMAT=JSON"];
  const quiet = await run([...args, ...json]);
  assert.doesNotMatch(quiet.stderr, /"DEBUG"/);
  const { stderr } = await run([...args, ...json, "-e", "AWS_LAMBDA_LOG_LEVEL=DEBUG"]);
  assert.match(stderr, /"level":"DEBUG".*"message":"x"/);
});
