// `stdlambda dev` in folders and terminals as they come: its own log beside the scripts, read-only, dangling.
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { startDev } from "../../end-to-end/dev-process.ts";
import { makeFolder } from "../../project/folder.ts";
import { callMain, executable, run } from "../command-line.ts";

async function until(what: () => boolean | Promise<boolean>, withinMs = 15_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await what())) {
    assert.ok(Date.now() < end, "it did not come to that in time");
    await sleep(50);
  }
}

const ways: Record<string, string> = {
  "its stdout and stderr": '"$@" >log 2>&1',
  "its stderr alone": '"$@" 2>log >screen',
  tee: '"$@" 2>&1 | tee log >/dev/null',
};
for (const [what, redirection] of Object.entries(ways)) {
  test(`a log in the served folder, by ${what}, is no change of the functions`, async (t) => {
    const root = makeFolder({
      "hello.sh": "#!/bin/sh\necho hi; echo logged >&2\n",
      screen: "",
      log: "",
    });
    const command = [process.execPath, "--", executable, "dev", "--port", "0"];
    const dev = execa("sh", ["-c", redirection, "sh", ...command], {
      cwd: root,
      reject: false,
      detached: true,
    });
    t.after(() => process.kill(-(dev.pid as number), "SIGTERM"));
    const text = () =>
      readFileSync(join(root, "log"), "utf8") + readFileSync(join(root, "screen"), "utf8");
    await until(() => /From any AWS SDK/.test(text()));
    const url = /stdlambda on (\S+)/.exec(text())?.[1];
    for (let n = 0; n < 2; n++) {
      await fetch(`${url}/2015-03-31/functions/hello/invocations`, { method: "POST", body: "{}" });
      await until(() => text().split("REPORT RequestId").length === n + 2);
      await sleep(600);
    }
    assert.doesNotMatch(text(), /log changed|screen changed/);
    assert.equal(text().split("INIT_START").length, 2, "the environment was not kept");
    writeFileSync(join(root, "data.txt"), "news\n");
    await until(() => /data\.txt changed/.test(text()));
  });
}

test("a folder that cannot be written is served, and its data go with the service", async (t) => {
  if (process.getuid?.() === 0 && !(await canUnshare())) return t.skip("root, and no unshare");
  const root = makeFolder({ "hello.sh": "#!/bin/sh\necho hi\n" });
  chmodSync(root, 0o555);
  // As root a folder is read-only by its mount only.
  const readOnly = `mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"`;
  const dev = [process.execPath, "--", executable, "dev", root, "--port", "0", "--no-bubblewrap"];
  const command =
    process.getuid?.() === 0 ? ["unshare", "-m", "sh", "-c", readOnly, root, ...dev] : dev;
  const [program = "", ...args] = command;
  const service = execa(program, args, { reject: false, buffer: false });
  let text = "";
  service.stdout.on("data", (chunk) => {
    text += chunk;
  });
  service.stderr.on("data", (chunk) => {
    text += chunk;
  });
  try {
    await until(() => /From any AWS SDK/.test(text));
    assert.match(text, /cannot be written: what is created through the API is gone/);
    const url = /stdlambda on (\S+)/.exec(text)?.[1];
    const answer = await fetch(`${url}/2015-03-31/functions/hello/invocations`, {
      method: "POST",
      body: "{}",
    });
    assert.equal(await answer.text(), "hi\n");
  } finally {
    service.kill();
    await service;
    chmodSync(root, 0o755);
  }
});

async function canUnshare(): Promise<boolean> {
  const { exitCode } = await execa("unshare", ["-m", "mount", "--bind", "/tmp", "/tmp"], {
    reject: false,
  });
  return exitCode === 0;
}

test("links to nothing are said, and do not stop the others", async (t) => {
  const root = makeFolder({ "hello.sh": "#!/bin/sh\necho hi\n" });
  for (const name of ["gone.ts", "template.yaml", "stdlambda.config.json", "data"]) {
    symlinkSync("nowhere", join(root, name));
  }
  symlinkSync("circle.py", join(root, "circle.py"));
  mkdirSync(join(root, "lib"));
  symlinkSync("../nowhere", join(root, "lib/x"));
  const dev = await startDev(t, {}, { root });
  assert.match(dev.log(), /Links to nothing, and no functions: circle\.py, gone\.ts\./);
  assert.match(dev.log(), /stdlambda\.config\.json is a link to nothing/);
  assert.match(dev.log(), /template\.yaml is a link to nothing/);
  assert.equal(await (await dev.invoke("hello")).text(), "hi\n");
});

test("files with byte order marks are read, and an event with one is refused in words", async () => {
  const root = makeFolder({
    "stdlambda.config.json": '\uFEFF{"functions":{"hello":"hello.cjs"}}',
    "hello.cjs": "\uFEFFconsole.log(process.env.NAME)",
    "vars.env": "\uFEFFNAME=bom\n",
    "event.json": "\uFEFF{}",
  });
  writeFileSync(join(root, "utf16.env"), Buffer.from("\uFEFFNAME=wide\r\n", "utf16le"));
  writeFileSync(join(root, "utf16.json"), Buffer.from("\uFEFF{}", "utf16le"));
  for (const [file, value] of [
    ["vars.env", "bom"],
    ["utf16.env", "wide"],
  ] as const) {
    const args = ["invoke", "hello", "--root", root, "--env-file", join(root, file), "-d", "{}"];
    assert.equal((await run(args)).stdout.toString(), `${value}\n`);
  }
  const refused = {
    "event.json": /begins with a byte order mark/,
    "utf16.json": /byte order mark of utf-16le/,
  };
  for (const [file, message] of Object.entries(refused)) {
    const { exitCode, stderr } = await callMain([
      "invoke",
      "hello.cjs",
      "--root",
      root,
      "-f",
      join(root, file),
    ]);
    assert.equal(exitCode, 2);
    assert.match(stderr, message);
  }
});

test("a terminal shows the lines of an error record as lines; a file gets the bytes", async () => {
  const root = makeFolder({
    "index.mjs":
      'export const handler = () => { console.error("a\\nb\\u001b[2Jc"); throw new TypeError("no"); };',
  });
  const args = ["invoke", "index.handler", "--root", root, "-d", "{}"];
  const onTerminal = await callMain(args, { terminal: { isTTY: true } });
  assert.doesNotMatch(onTerminal.stderr, /\r/);
  assert.match(onTerminal.stderr, /\ta\nb \[2Jc\n/);
  assert.match(onTerminal.stderr, /TypeError/);
  const elsewhere = await run(args);
  assert.ok(elsewhere.stderr.includes("\ta\rb\u001b[2Jc\n"), elsewhere.stderr);
});

test("dev and doctor speak of their argument when its folder is not there", async () => {
  for (const verb of ["dev", "doctor"]) {
    const { exitCode, stderr } = await callMain([verb, "nosuch"]);
    assert.equal(exitCode, 2);
    assert.match(
      stderr,
      /^error: the directory \/.*nosuch does not exist\nGive the folder that holds/,
    );
    assert.doesNotMatch(stderr, /--root/);
  }
});

test("logs tells a function that is not there from one without a log", async (t) => {
  const dev = await startDev(t, { "hello.sh": "#!/bin/sh\necho hi\n" });
  const logs = (name: string) => run(["logs", name, "--endpoint-url", dev.url]);
  const nobody = await logs("helo");
  assert.equal(nobody.exitCode, 1);
  assert.match(nobody.stderr, /^error: there is no function helo at .*\nDid you mean hello\?/);
  const quiet = await logs("hello");
  assert.equal(quiet.exitCode, 1);
  assert.match(
    quiet.stderr,
    /^error: hello has no log yet\nA log begins with the first invocation/,
  );
});
