// A newcomer's way from a fresh clone to a deployed function, with the commands of the documents and
// nothing built before, timed.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type TestContext, test } from "node:test";
import { execa } from "execa";
import { missingTool } from "../helpers/missing-tool.ts";
import { temporaryFiles } from "../host/temporary-files.ts";

const checkout = join(import.meta.dirname, "../..");
const isClone = existsSync(join(checkout, ".git"));
const skip = isClone ? missingTool(["git", "npm"]) : "it is no clone that could be cloned";

test("a newcomer deploys a function", { skip, timeout: 170_000 }, async (t) => {
  const home = temporaryFiles();
  const clone = join(home, "stdlambda");
  const project = join(home, "my-function");
  const times: string[] = [];

  /** Standard output, as it is. */
  async function run(command: string, cwd: string): Promise<string> {
    const started = performance.now();
    const { exitCode, stdout, stderr } = await execa("sh", ["-euc", command], {
      cwd,
      extendEnv: false,
      env: newcomer(home),
      stdin: "ignore",
      reject: false,
      stripFinalNewline: false,
    });
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    assert.equal(exitCode, 0, `${command}\n${stdout}${stderr}`);
    times.push(`${seconds.padStart(6)} s  ${command}`);
    return stdout;
  }

  const begun = performance.now();
  await run(`git clone --quiet '${checkout}' stdlambda`, home);
  await run("npm ci --no-audit --no-fund --prefer-offline", clone);
  await run("npx stdlambda init ../my-function -t ts -y", clone);
  await run("npm install --no-audit --no-fund --prefer-offline", project);
  const byHand = await run("npx stdlambda invoke hello.ts --root functions -f event.json", project);
  await run("npx stdlambda build", project);
  const endpoint = await serve(t, clone, home);
  await run(`npx stdlambda deploy --endpoint-url ${endpoint}`, project);
  const invoke = `npx stdlambda invoke hello --endpoint-url ${endpoint} -f event.json`;
  const deployed = await run(invoke, project);
  const total = ((performance.now() - begun) / 1000).toFixed(1);

  for (const line of times) t.diagnostic(line);
  t.diagnostic(`${total.padStart(6)} s  from the clone to the deployed function's answer`);
  assert.match(deployed, /^\{.*Ada.*\}\n$/);
  assert.equal(deployed, byHand);
});

/** `stdlambda dev` of an empty folder. */
async function serve(t: TestContext, clone: string, home: string): Promise<string> {
  const args = ["stdlambda", "dev", temporaryFiles(), "--port", "0"];
  const dev = execa("npx", args, {
    cwd: clone,
    extendEnv: false,
    env: newcomer(home),
    reject: false,
    buffer: false,
    stdin: "ignore",
    detached: true,
  });
  let hasEnded = false;
  void dev.then(() => {
    hasEnded = true;
  });
  t.after(async () => {
    // npx, its shell and the service.
    if (dev.pid !== undefined && !hasEnded) process.kill(-dev.pid, "SIGTERM");
    await dev;
  });
  return new Promise((resolve, reject) => {
    dev.stdout.setEncoding("utf8").on("data", (text: string) => {
      const url = /^stdlambda on (\S+) /.exec(text)?.[1];
      if (url !== undefined) resolve(url);
    });
    void dev.then(({ exitCode }) => reject(new Error(`stdlambda dev ended with ${exitCode}`)));
  });
}

/** Nothing of stdlambda's in a cache, and the machine's own Node and npm, as it has them set up. */
function newcomer(home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:AWS_|NODE_(?!EXTRA_CA)|STDLAMBDA_|XDG_|npm_(?!config_))/.test(name),
  );
  const { PATH = "", ...others } = Object.fromEntries(kept);
  const isOwn = (folder: string) => folder.endsWith("node_modules/.bin");
  return {
    ...others,
    PATH: PATH.split(delimiter)
      .filter((folder) => !isOwn(folder))
      .join(delimiter),
    XDG_CACHE_HOME: join(home, "cache"),
    AWS_EC2_METADATA_DISABLED: "true",
  };
}
