// Compiled code: what an ELF file says of itself, and what of it Lambda cannot load.
import assert from "node:assert/strict";
import { copyFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readElf } from "../../../../build/function/checks/elf.ts";
import { collect, makeProject, npmPackage } from "../project.ts";

/** A whole ELF file of 64 bits: a header, an interpreter, nothing to run. */
function elf(machine: number, interpreter = ""): Buffer {
  const file = Buffer.alloc(64 + 56 + interpreter.length + 1);
  file.write("\x7fELF\x02\x01\x01", "latin1");
  file.writeUInt16LE(3, 16);
  file.writeUInt16LE(machine, 18);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(interpreter === "" ? 0 : 1, 56);
  file.writeUInt32LE(3, 64);
  file.writeBigUInt64LE(120n, 64 + 8);
  file.writeBigUInt64LE(BigInt(interpreter.length + 1), 64 + 32);
  file.write(interpreter, 120);
  return file;
}

const x86 = 62;
const arm = 183;

function packageWith(addon: Buffer, more: Record<string, Buffer> = {}): string {
  const root = makeProject({
    "main.mjs": 'import "native";',
    ...npmPackage("node_modules/native", 'require("./a.node");'),
  });
  const files = { "a.node": addon, ...more };
  for (const [name, bytes] of Object.entries(files)) {
    writeFileSync(join(root, "node_modules/native", name), bytes);
  }
  return root;
}

test("a real program says its processor, its libraries and the newest glibc it needs", () => {
  const node = readElf(realpathSync(process.execPath));
  assert.equal(node?.machine, process.arch === "arm64" ? "arm64" : "x86_64");
  assert.match(node?.interpreter ?? "", /^\/lib.*\/ld-linux/);
  assert.ok(node?.needed.includes("libc.so.6"));
  assert.equal(node?.glibc, 28);
});

test("what is cut off, of another kind or empty is no ELF file", () => {
  const root = makeProject({ empty: "", text: "text" });
  const program = realpathSync(process.execPath);
  for (const name of ["empty", "text"]) assert.equal(readElf(join(root, name)), undefined);
  copyFileSync(program, join(root, "whole"));
  for (const size of [4, 20, 63, 64, 100]) {
    writeFileSync(join(root, "cut"), elf(x86, "/lib/ld").subarray(0, size));
    const found = readElf(join(root, "cut"));
    assert.ok(found === undefined || found.machine === "x86_64", String(size));
  }
});

test("an addon for another processor is an error that says how to install the right one", async () => {
  const root = packageWith(elf(arm));
  await assert.rejects(
    collect(root, "main.mjs"),
    /a\.node was built for arm64, but the function is for x86_64; install native .*--cpu=x64/,
  );
  assert.deepEqual((await collect(root, "main.mjs", { architecture: "arm64" })).warnings, []);
});

test("an addon for macOS or Windows is an error; a package with one for each platform is none", async () => {
  const macos = Buffer.from([0xcf, 0xfa, 0xed, 0xfe, 0, 0, 0, 0]);
  await assert.rejects(collect(packageWith(macos), "main.mjs"), /a\.node was built for macOS/);
  const windows = Buffer.from("MZ\u0090\u0000");
  await assert.rejects(collect(packageWith(windows), "main.mjs"), /was built for Windows/);
  const all = packageWith(macos, { "b.node": windows, "c.node": elf(arm), "d.node": elf(x86) });
  assert.deepEqual((await collect(all, "main.mjs")).warnings, []);
});

test("a program for musl is warned of, and as the handler it is an error", async () => {
  const root = makeProject({ "hello.sh": "#!/bin/sh" });
  writeFileSync(join(root, "tool"), elf(x86, "/lib/ld-musl-x86_64.so.1"));
  const { warnings } = await collect(root, "hello.sh");
  assert.match(warnings.join(), /tool was built for musl \(Alpine\), but Lambda has glibc/);
  await assert.rejects(collect(root, "tool"), /tool was built for musl/);
});

test("a static program of the right processor is fine, as the handler without its executable bit", async () => {
  const root = makeProject({ "hello.sh": "#!/bin/sh" });
  writeFileSync(join(root, "tool"), elf(x86), { mode: 0o644 });
  assert.deepEqual((await collect(root, "hello.sh")).warnings, []);
  assert.deepEqual((await collect(root, "tool")).warnings, []);
});
