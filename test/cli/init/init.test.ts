// `stdlambda init`: what is asked, what is written, and what is never touched.
import assert from "node:assert/strict";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, it, type TestContext } from "node:test";
import { main } from "../../../cli/main.ts";
import { temporaryFolder } from "../../project/templates/generate.ts";

/** Runs the verb; on a `terminal`, `typed` is what its user types. */
async function init(args: readonly string[], typed?: string, signal?: AbortSignal) {
  const isTTY = typed !== undefined;
  const stdin = Object.assign(new PassThrough(), { isTTY });
  const stdout = new PassThrough();
  const stderr = Object.assign(new PassThrough(), { isTTY });
  const [out, said] = [text(stdout), text(stderr)];
  if (typed === undefined) stdin.end();
  else stdin.write(typed);
  const env = { PATH: process.env.PATH, NO_COLOR: "1" };
  const surroundings = { stdin, stdout, stderr, env, ...(signal && { signal }) };
  const status = await main(["init", ...args], surroundings).finally(() => {
    stdout.end();
    stderr.end();
  });
  return { status, stdout: await out, stderr: await said };
}

function folderWith(test: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = join(temporaryFolder(test), "project");
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

describe("stdlambda init", () => {
  it("asks nothing without a terminal, and begins in TypeScript", async (test) => {
    const folder = join(temporaryFolder(test), "Änd & more");
    const { status, stdout, stderr } = await init([folder]);
    assert.equal(status, 0, stderr);
    assert.equal(stderr, "");
    assert.match(stdout, /^ {2}functions\/hello\.ts$/m);
    assert.match(stdout, /^ {2}cd '.*Änd & more'$/m);
    assert.equal(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).name, "and-more");
  });

  it("asks nothing with -y, on a terminal either", async (test) => {
    const folder = join(temporaryFolder(test), "new");
    const { status, stderr } = await init([folder, "-y", "-t", "cron"], "");
    assert.equal(status, 0);
    assert.equal(stderr, "");
    assert.ok(existsSync(join(folder, "functions/nightly.sh")));
  });

  it("asks on a terminal for what is not given: by number, by name, again after a mistake", async (test) => {
    const folder = join(temporaryFolder(test), "new");
    const { status, stderr } = await init([folder], "9\nsqs\n4\n");
    assert.equal(status, 0);
    assert.match(stderr, /Which template\?\n {2}1 {2}ts /);
    assert.match(stderr, /"9" is not one of the choices\./);
    assert.match(stderr, /How is it deployed\?/);
    assert.ok(existsSync(join(folder, "functions/worker.ts")));
    assert.ok(existsSync(join(folder, "main.tf")));
  });

  it("takes an empty line for the first answer", async (test) => {
    const folder = join(temporaryFolder(test), "new");
    await init([folder, "--iac", "sam"], "\n");
    assert.ok(existsSync(join(folder, "functions/hello.ts")));
  });

  it("ends with the signal's reason while it asks, and writes nothing", async (test) => {
    const folder = join(temporaryFolder(test), "new");
    await assert.rejects(
      init([folder], "", AbortSignal.timeout(20)),
      ({ name }: Error) => name === "TimeoutError",
    );
    assert.ok(!existsSync(folder));
  });

  it("leaves other files of the folder alone", async (test) => {
    const folder = folderWith(test, { "notes.txt": "mine" });
    const { status } = await init([folder, "-t", "sh", "--quiet"]);
    assert.equal(status, 0);
    assert.equal(readFileSync(join(folder, "notes.txt"), "utf8"), "mine");
    assert.ok(existsSync(join(folder, "functions/hello.sh")));
  });

  it("names every file that is in its way, and writes none", async (test) => {
    const folder = folderWith(test, { "README.md": "mine", functions: "a file, no folder" });
    symlinkSync("nowhere", join(folder, "event.json"));
    const before = readdirSync(folder).sort();
    const { status, stderr } = await init([folder, "-t", "sh"]);
    assert.equal(status, 2);
    assert.match(
      stderr,
      /no file is overwritten:\n {2}README\.md\n {2}event\.json\n {2}functions\n/,
    );
    assert.deepEqual(readdirSync(folder).sort(), before);
    assert.equal(readFileSync(join(folder, "README.md"), "utf8"), "mine");
  });

  it("goes on from where it was interrupted, and no further than to the first changed file", async (test) => {
    const folder = join(temporaryFolder(test), "new");
    assert.equal((await init([folder])).status, 0);
    rmSync(join(folder, "functions"), { recursive: true });
    assert.equal((await init([folder])).status, 0);
    assert.ok(existsSync(join(folder, "functions/hello.ts")));
    appendFileSync(join(folder, "functions/hello.ts"), "// mine\n");
    const { status, stderr } = await init([folder]);
    assert.equal(status, 2);
    assert.match(stderr, /overwritten:\n {2}functions\/hello\.ts\nMove/);
  });

  it("says why a folder cannot be made", async (test) => {
    const folder = folderWith(test, { file: "" });
    const { status, stderr } = await init([join(folder, "file/below")]);
    assert.equal(status, 2);
    assert.match(stderr, /^error: the project cannot be written to .*ENOTDIR/);
  });

  it("refuses a template and an infrastructure that it does not have", async (test) => {
    const folder = join(temporaryFolder(test), "new");
    for (const [option, value] of [
      ["-t", "cobol"],
      ["--iac", "pulumi"],
      ["--arch", "mips"],
    ] as const) {
      const { status, stderr } = await init([folder, option, value]);
      assert.equal(status, 2);
      assert.match(stderr, /Allowed choices are/);
    }
    assert.ok(!existsSync(folder));
  });

  it("gives the result to programs as one JSON object", async (test) => {
    const folder = join(temporaryFolder(test), "new");
    const { stdout } = await init([
      folder,
      "-t",
      "http",
      "--iac",
      "cdk",
      "--arch",
      "arm64",
      "--json",
    ]);
    const { files, ...rest } = JSON.parse(stdout);
    assert.deepEqual(rest, {
      directory: folder,
      project: "new",
      template: "http",
      iac: "cdk",
      architecture: "arm64",
    });
    const written = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
    assert.deepEqual(files, written.sort());
  });

  it("depends on the checkout it is run from, as that may be published nowhere", async (test) => {
    const folder = join(temporaryFolder(test), "new");
    await init([folder, "-t", "sh"]);
    const { devDependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const [, path = ""] = /^file:(.+)$/.exec(devDependencies.stdlambda) ?? [];
    assert.equal(resolve(folder, path), resolve(import.meta.dirname, "../../.."));
  });

  it("says nothing with --quiet", async (test) => {
    const folder = join(temporaryFolder(test), "new");
    assert.deepEqual(await init([folder, "--quiet"]), { status: 0, stdout: "", stderr: "" });
  });
});
