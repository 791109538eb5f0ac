// The reader of pages: what is typed in one block is there in the next.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it, type TestContext } from "node:test";
import { createReader, type Reader } from "./reader.ts";

function open(t: TestContext): Reader {
  const folder = mkdtempSync(join(tmpdir(), "stdlambda-reader-"));
  const reader = createReader(folder);
  t.after(async () => {
    await reader.leave();
    rmSync(folder, { recursive: true, force: true });
  });
  return reader;
}

const block = (command: string) => ({ line: 1, command });

it("remembers what a command exports", async (t) => {
  const reader = open(t);
  await reader.run(block("export NAME='A b'\n"));
  assert.deepEqual(await reader.run(block('echo "$NAME"\n')), {
    stdout: "A b\n",
    stderr: "",
    code: 0,
  });
});

it("tells the status of the last command and of one that fails before it", async (t) => {
  const reader = open(t);
  assert.equal((await reader.run(block("true && sh -c 'exit 3'\n"))).code, 3);
  assert.equal((await reader.run(block("sh -c 'exit 4'\ntrue\n"))).code, 4);
});

it("finds the service where it listens, and shows it where the page has it", async (t) => {
  const reader = open(t);
  const service = `node -e 'console.log("stdlambda on http://127.0.0.1:65000"); setInterval(() => {}, 1000)' --`;
  assert.equal((await reader.run({ ...block(service), serves: true })).code, 0);
  const { stdout } = await reader.run(block("echo http://127.0.0.1:9000/x | tr x y\n"));
  assert.equal(stdout, "http://127.0.0.1:9000/y\n");
  const { stderr } = await reader.run(block("echo http://127.0.0.1:9000/x >&2\n"));
  assert.equal(stderr, "http://127.0.0.1:65000/x\n");
});

it("says why a service did not start", async (t) => {
  const outcome = await open(t).run({ ...block("echo taken >&2; exit 2;"), serves: true });
  assert.equal(outcome.code, 2);
  assert.equal(outcome.stderr, "taken\n");
});
