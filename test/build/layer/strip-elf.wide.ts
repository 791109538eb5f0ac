// A program without its symbols is smaller, whole to readelf, and runs as before.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { stripElf } from "../../../build/layer/strip-elf.ts";
import { missingTool } from "../../helpers/missing-tool.ts";

const root = mkdtempSync(join(tmpdir(), "stdlambda-strip-"));
const program = join(root, "node");
after(() => rmSync(root, { recursive: true, force: true }));

const onLinux = process.platform === "linux" ? false : "Node is no ELF file here";

describe("Node without its symbols", { skip: onLinux }, () => {
  let original: Buffer;
  let stripped: Buffer;
  before(() => {
    original = readFileSync(realpathSync(process.execPath));
    stripped = stripElf(original);
    writeFileSync(program, stripped, { mode: 0o755 });
  });

  test("runs, with its data of all languages and its native modules", () => {
    const script = `
      const zlib = require("node:zlib"), crypto = require("node:crypto");
      const text = zlib.inflateSync(zlib.deflateSync("text")).toString();
      const date = new Intl.DateTimeFormat("de", { month: "long", timeZone: "UTC" }).format(0);
      console.log(text, date, crypto.createHash("sha256").update("").digest("hex").slice(0, 8));`;
    assert.equal(execFileSync(program, ["-e", script]).toString(), "text Januar e3b0c442\n");
  });

  test("is smaller, and has the segments byte for byte where they were", () => {
    assert.ok(stripped.length < original.length, `${stripped.length} of ${original.length}`);
    // Behind the ELF header, which tells of the section headers.
    const same = stripped.readBigUInt64LE(0x28) - 4096n;
    assert.ok(stripped.subarray(64, Number(same)).equals(original.subarray(64, Number(same))));
  });

  test("is without debugging information, and without fault", {
    skip: missingTool(["readelf"]),
  }, () => {
    const output = execFileSync("readelf", ["-SlW", program], {
      stdio: ["ignore", "pipe", "pipe"],
    }).toString();
    assert.match(output, /\.dynsym/);
    assert.match(output, /\.shstrtab/);
    assert.doesNotMatch(output, /\.symtab|\.debug_|warning|error/i);
    const symbols = (file: string) =>
      execFileSync("readelf", ["--dyn-syms", "-W", file], { maxBuffer: 1e8 }).toString();
    assert.equal(
      symbols(program).split("\n").length,
      symbols(realpathSync(process.execPath)).split("\n").length,
    );
  });

  test("has nothing left to be taken out", () => {
    assert.ok(stripElf(stripped).equals(stripped));
  });
});

for (const [what, bytes] of [
  ["a script", Buffer.from("#!/bin/sh\n")],
  ["nothing", Buffer.alloc(0)],
  ["an ELF file of 32 bits", Buffer.from("\x7fELF\x01\x01\x01".padEnd(64, "\0"), "latin1")],
] as const) {
  test(`${what} is given back as it is`, () => assert.equal(stripElf(bytes), bytes));
}
