// The published command as npm runs it: a service that npm started ends with npm, whatever ended that.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { makeFolder } from "../project/folder.ts";
import { checkout } from "./command-line.ts";

before(async () => {
  if (!existsSync(join(checkout, "dist/cli.js")))
    await execa("npm", ["run", "build"], { cwd: checkout });
});

function installed(): string {
  const root = makeFolder({
    "hello.mjs": "console.log(1)",
    "package.json": '{"scripts":{"serve":"stdlambda dev --port 0"}}',
  });
  mkdirSync(join(root, "node_modules/.bin"), { recursive: true });
  symlinkSync(checkout, join(root, "node_modules/stdlambda"));
  symlinkSync("../stdlambda/dist/cli.js", join(root, "node_modules/.bin/stdlambda"));
  return root;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    }).on("error", () => resolve(false));
  });
}

const ways: Record<string, readonly [args: string[], signal: NodeJS.Signals]> = {
  "npm run": [["npm", "run", "serve"], "SIGTERM"],
  "npm run, killed": [["npm", "run", "serve"], "SIGKILL"],
  npx: [["npx", "stdlambda", "dev", "--port", "0"], "SIGTERM"],
};
for (const [what, [command, signal]] of Object.entries(ways)) {
  test(`${what}: the service ends by ${signal} to npm`, async () => {
    const [program = "", ...args] = command;
    const npm = execa(program, args, {
      cwd: installed(),
      reject: false,
      buffer: false,
      timeout: 60_000,
    });
    let screen = "";
    const port = await new Promise<number>((resolve, reject) => {
      npm.stdout.setEncoding("utf8").on("data", (text: string) => {
        screen += text;
        const found = /stdlambda on http:\/\/127\.0\.0\.1:(\d+)/.exec(screen)?.[1];
        if (found !== undefined) resolve(Number(found));
      });
      void npm.then(() => reject(new Error(`it ended early: ${screen}`)));
    });
    assert.equal(await answers(port), true);
    npm.kill(signal);
    const until = Date.now() + 10_000;
    while ((await answers(port)) && Date.now() < until) await sleep(100);
    assert.equal(await answers(port), false);
  });
}

test("--env-file is the command's alone: not read by Node, its NODE_OPTIONS the function's", async () => {
  const root = installed();
  const stdlambda = join(root, "node_modules/.bin/stdlambda");
  const run = (args: string[]) => execa(stdlambda, args, { cwd: root, reject: false, input: "{}" });
  const missing = await run(["invoke", "hello.mjs", "--env-file", "gone.env"]);
  assert.equal(missing.exitCode, 2);
  assert.match(missing.stderr, /^error: the env file gone\.env cannot be read/);
  const folder = makeFolder({ "f.env": "\uFEFFNODE_OPTIONS=--no-such-option\nOTHER=1\n" });
  const given = await run(["invoke", "cmd:env", "--env-file", join(folder, "f.env")]);
  assert.match(given.stderr, /no-such-option/);
  assert.notEqual(given.exitCode, 9);
});
