// npm packages of a layer: the same in each build, no script of theirs run, nothing of another processor.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { addedPackages } from "../../../build/layer/added-packages.ts";
import { ExpectedError } from "../../../host/expected-error.ts";
import { missingTool } from "../../helpers/missing-tool.ts";
import { type Registry, startRegistry } from "./registry.ts";

/** The head of an ELF library for arm64 (e_machine 183), without any segments. */
const elfHead = Buffer.alloc(64);
elfHead.write("\x7fELF\x02\x01\x01", "latin1");
elfHead.writeUInt16LE(3, 16);
elfHead.writeUInt16LE(183, 18);
elfHead.writeUInt16LE(64, 52);
elfHead.writeUInt16LE(56, 54);

const root = mkdtempSync(join(tmpdir(), "stdlambda-added-"));
const ranScript = join(root, "ran");
const lock = (name: string) => join(root, `${name}.lock.json`);

describe("--with", { skip: missingTool(["npm", "tar"]) }, () => {
  let registry: Registry;
  before(async () => {
    registry = await startRegistry([
      {
        name: "top",
        version: "2.0.0",
        files: { "index.js": 'export default "top";' },
        description: { license: "ISC", dependencies: { below: "^1.0.0" } },
      },
      {
        name: "below",
        version: "1.4.0",
        files: { "index.js": "", "run.sh": "#!/bin/sh\n", ".hidden/data": "x" },
        description: { scripts: { postinstall: `touch ${ranScript}` }, hasInstallScript: true },
      },
      {
        name: "foreign",
        version: "1.0.0",
        files: { "build/it.node": elfHead },
      },
      { name: "uncompiled", version: "1.0.0", files: { "binding.gyp": "{}", "index.js": "" } },
    ]);
  });
  after(async () => {
    await registry[Symbol.asyncDispose]();
    rmSync(root, { recursive: true, force: true });
  });

  const add = (specifiers: string[], name: string) =>
    addedPackages(specifiers, "x86_64", lock(name), { env: registry.env });

  test("brings packages with what they need, as they are, and names them", async () => {
    await using added = await add(["top@^2.0.0"], "top");
    assert.deepEqual(added.files.map(({ path, executable }) => [path, executable]).sort(), [
      ["nodejs/node_modules/below/.hidden/data", false],
      ["nodejs/node_modules/below/index.js", false],
      ["nodejs/node_modules/below/package.json", false],
      ["nodejs/node_modules/below/run.sh", true],
      ["nodejs/node_modules/top/index.js", false],
      ["nodejs/node_modules/top/package.json", false],
    ]);
    assert.deepEqual(
      added.components.map(({ name, version, licence }) => [name, version, licence]),
      [
        ["below", "1.4.0", undefined],
        ["top", "2.0.0", "ISC"],
      ],
    );
    assert.ok(!existsSync(ranScript), "a package's script was run");
  });

  test("takes what the lock file has from then on", async () => {
    await (await add(["top@^2.0.0"], "kept"))[Symbol.asyncDispose]();
    const text = readFileSync(lock("kept"), "utf8");
    assert.doesNotMatch(text, /127\.0\.0\.1/, "the lock file names the registry");
    const { packages } = JSON.parse(text) as { packages: Record<string, { integrity: string }> };
    assert.equal(packages["node_modules/below"]?.integrity, registry.integrity("below"));
    await (await add(["top@^2.0.0"], "kept"))[Symbol.asyncDispose]();
    assert.equal(readFileSync(lock("kept"), "utf8"), text);
    const forged = text.replaceAll(registry.integrity("below"), registry.integrity("top"));
    writeFileSync(lock("kept"), forged);
    await assert.rejects(
      add(["top@^2.0.0"], "kept"),
      /npm could not install top@\^2\.0\.0: .*sha512/s,
    );
  });

  const refused: [string, string, RegExp][] = [
    ["an addon of another processor", "foreign@1.0.0", /it\.node was built for arm64/],
    ["an addon that is still to be compiled", "uncompiled@1.0.0", /uncompiled must be compiled/],
    ["a package that is not there", "absent@1.0.0", /npm could not install absent@1\.0\.0/],
    ["a version that is not there", "top@9.9.9", /npm could not install top@9\.9\.9/],
    ["a package without a version", "top", /is not PACKAGE@VERSION, such as/],
    ["a package from elsewhere", "top@file:/etc", /is not PACKAGE@VERSION/],
    ["an option", "--prefix=/@1", /is not PACKAGE@VERSION/],
  ];
  for (const [what, specifier, message] of refused) {
    test(`${what} is refused`, async () => {
      await assert.rejects(add([specifier], what.replaceAll(" ", "-")), (error: Error) => {
        assert.ok(error instanceof ExpectedError, String(error.stack));
        assert.match(error.message, message);
        return true;
      });
    });
  }

  test("a lock file that is none is named, and left alone", async () => {
    writeFileSync(lock("broken"), "{");
    await assert.rejects(
      add(["top@^2.0.0"], "broken"),
      /broken\.lock\.json is not an npm lock file/,
    );
    assert.equal(readFileSync(lock("broken"), "utf8"), "{");
  });
});
