// `stdlambda layer build` as it is called: what it prints, and mistakes in the call.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { execa } from "execa";
import { callMain, executable } from "../command-line.ts";

const root = mkdtempSync(join(tmpdir(), "stdlambda-cli-layer-"));
after(() => rmSync(root, { recursive: true, force: true }));
writeFileSync(join(root, "hello"), "#!/bin/sh\necho hello\n");
writeFileSync(join(root, "data"), "no program");
writeFileSync(
  join(root, "program.arm64"),
  // An ELF head of arm64 with no segments.
  Buffer.from(
    `7f454c46020101${"00".repeat(9)}0300b700${"00".repeat(32)}40003800${"00".repeat(8)}`,
    "hex",
  ),
);

function layer(...args: string[]) {
  return execa(process.execPath, [executable, "layer", "build", ...args], {
    cwd: root,
    reject: false,
  });
}

describe("layer build", () => {
  test("writes dist/layer-MODE-ARCH.zip and says how to publish it", async () => {
    const { exitCode, stdout, stderr } = await layer("--mode", "thin");
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /^dist\/layer-thin-x86_64\.zip {2}[\d.]+ KB, /);
    assert.match(stdout, /^CodeSha256 [\w+/]{43}=$/m);
    assert.match(stdout, /--zip-file fileb:\/\/dist\/layer-thin-x86_64\.zip .*nodejs24\.x/);
    assert.match(stdout, /AWS_LAMBDA_EXEC_WRAPPER=\/opt\/bootstrap/);
    assert.match(stderr, /^bundling the host\nzipping$/);
    assert.deepEqual(readdirSync(join(root, "dist")), ["layer-thin-x86_64.zip"]);
  });

  test("gives its result to programs, and with --quiet nothing else", async () => {
    const out = join(root, "own.zip");
    const { stdout, stderr } = await layer(
      ...["--mode", "thin", "--arch", "arm64", "--add", "hello=hello", "--out", out],
      ...["--json", "--quiet"],
    );
    assert.equal(stderr, "");
    const { path, mode, architecture, compatibleRuntimes, components, warnings } =
      JSON.parse(stdout);
    assert.deepEqual([path, mode, architecture, warnings], [out, "thin", "arm64", []]);
    assert.deepEqual(compatibleRuntimes, ["nodejs22.x", "nodejs24.x", "nodejs26.x"]);
    assert.deepEqual(
      components.map(({ name }: { name: string }) => name),
      ["stdlambda", "undici", "bin/hello"],
    );
    assert.ok(existsSync(out));
  });

  test("warns of what is in bin/ and no program, even with --quiet", async () => {
    const { exitCode, stderr } = await layer("--mode", "thin", "--add", "data=data", "--quiet");
    assert.equal(exitCode, 0);
    assert.equal(
      stderr,
      "warning: bin/data is not a program: it is not an ELF file, has no first line with #! and no executable bit",
    );
  });

  const hello = join(root, "hello");
  const mistakes: [string, string[], number, RegExp][] = [
    ["an unknown mode", ["--mode", "thick"], 2, /Allowed choices are full, thin/],
    ["an unknown Node", ["--node", "20"], 2, /cannot bring Node 20\nGive 22 or 24/],
    [
      "a Node that Amazon Linux cannot run",
      ["--node", "26"],
      2,
      /libatomic.*\n.*thin.* nodejs26\.x/,
    ],
    ["an unknown processor", ["--arch", "x64"], 2, /Allowed choices are x86_64, arm64/],
    ["Node in a thin layer", ["--node", "24"], 2, /Leave --node out/],
    ["an addition without a path", ["--add", "jq"], 1, /--add jq is not NAME=PATH, such as/],
    [
      "an addition that is not there",
      ["--add", "jq=/no/jq"],
      1,
      /\/no\/jq does not exist; check the/,
    ],
    ["a folder for bin/", ["--add", `x=${root}`], 1, /name its place in \/opt, such as share\/x=/],
    ["Node added", ["--add", `node=${hello}`], 1, /bin\/node belongs to the layer itself/],
    ["the bootstrap added", ["--add", `./bootstrap=${hello}`], 1, /has "\." for a segment/],
    ["a place outside", ["--add", `a/../../b=${hello}`], 1, /has "\.\." for a segment/],
    [
      "the same twice",
      ["--add", `a=${hello}`, "--add", `a=${hello}`],
      1,
      /"bin\/a" is there twice/,
    ],
    [
      "another processor's program",
      ["--add", `it=${join(root, "program.arm64")}`],
      1,
      /bin\/it was built for arm64/,
    ],
    ["a package without version", ["--with", "ms"], 1, /--with ms is not PACKAGE@VERSION/],
    ["a folder that is a file", ["--out", join(hello, "dist")], 1, /ENOTDIR|EEXIST/],
  ];
  for (const [what, args, status, message] of mistakes) {
    test(`${what} is an error that says what to do, and leaves no zip`, async () => {
      const out = join(root, "none.zip");
      const { exitCode, stdout, stderr } = await callMain([
        ...["layer", "build", "--mode", "thin", "--out", out],
        ...args,
      ]);
      assert.equal(exitCode, status, stderr);
      assert.equal(stdout.toString(), "");
      assert.match(stderr, message);
      assert.ok(!existsSync(out));
    });
  }
});
