// What the command line says of itself, and in what colours.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { WriteStream } from "node:tty";
import { execa } from "execa";
import { missingTool } from "../../helpers/missing-tool.ts";
import { callMain, checkout, executable, fixtures } from "../command-line.ts";

for (const args of [["--help"], ["help"], ["invoke", "--help"], ["resolve", "--help"]]) {
  test(`stdlambda ${args.join(" ")} shows usage and examples`, async () => {
    const { exitCode, stdout, stderr } = await callMain(args);
    assert.equal(exitCode, 0);
    assert.match(stdout.toString(), /^Usage: stdlambda.*Examples:\n {2}\$ stdlambda/s);
    assert.equal(stderr, "");
  });
}

test("--version is the package's", async () => {
  const { version } = JSON.parse(await readFile(join(checkout, "package.json"), "utf8"));
  const { exitCode, stdout } = await callMain(["--version"]);
  assert.equal(exitCode, 0);
  assert.equal(stdout.toString(), `${version}\n`);
});

test("resolve prints the decision, and gives 1 when there is none", async () => {
  const found = await callMain(["resolve", "echo.sh", "--root", fixtures]);
  assert.equal(found.exitCode, 0);
  assert.match(found.stdout.toString(), /^script .*\/test\/fixtures\/cli\/echo\.sh, run by/);
  const missing = await callMain(["resolve", "ecko.sh", "--root", fixtures]);
  assert.equal(missing.exitCode, 1);
  assert.match(missing.stdout.toString(), /^Runtime\.HandlerNotFound: .*echo\.sh/s);
});

const red = "\u001b[31m";

/** A terminal of 256 colours, so far as a writer of colours asks. */
const terminal = {
  isTTY: true,
  getColorDepth: (env: object) =>
    WriteStream.prototype.getColorDepth({ TERM: "xterm-256color", ...env }),
};

test("errors are red on a terminal, and plain elsewhere", async () => {
  const coloured = await callMain(["resolve", "none", "--root", fixtures], { terminal });
  assert.ok(coloured.stdout.toString().startsWith(red));
  const usage = await callMain(["invoke", "x", "-d", "{"], { terminal });
  assert.ok(usage.stderr.startsWith(`${red}error: `));
  const plain = await callMain(["invoke", "x", "-d", "{"]);
  assert.match(plain.stderr, /^error: /);
});

test("a real terminal gets colours, unless NO_COLOR is set", {
  skip: missingTool(["script"]),
}, async () => {
  const command = `${process.execPath} ${executable} resolve none`;
  const onTerminal = (env: Record<string, string>) =>
    execa({
      cwd: fixtures,
      reject: false,
      env: {
        TERM: "xterm-256color",
        CI: undefined,
        NO_COLOR: undefined,
        FORCE_COLOR: undefined,
        ...env,
      },
    })`script -qec ${command} /dev/null`;
  assert.ok((await onTerminal({})).stdout.startsWith(red));
  assert.ok(!(await onTerminal({ NO_COLOR: "1" })).stdout.includes(red));
});
