// Only what the lock names comes into a layer, wherever it was found.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type PinnedPackage, pinnedNode, pinnedTsx } from "../../../build/layer/lock.ts";
import { contentHash, pinnedPackage } from "../../../build/layer/pinned-package.ts";
import { ExpectedError } from "../../../host/expected-error.ts";
import { nodeMajors } from "../../../lambda/node.ts";
import { missingTool } from "../../helpers/missing-tool.ts";
import { type Registry, startRegistry } from "./registry.ts";

const checkout = join(import.meta.dirname, "../../..");
const skip = missingTool(["npm", "tar"]);

describe("a pinned package", { skip }, () => {
  const root = mkdtempSync(join(tmpdir(), "stdlambda-pinned-"));
  const cache = join(root, "cache");
  let registry: Registry;
  let pinned: PinnedPackage;
  before(async () => {
    registry = await startRegistry([
      { name: "@scope/pinned", version: "1.2.3", files: { "bin/it": "it", "README.md": "much" } },
    ]);
    const file = join(root, "it");
    writeFileSync(file, "it");
    pinned = {
      package: "@scope/pinned",
      version: "1.2.3",
      integrity: registry.integrity("@scope/pinned"),
      contentSha256: await contentHash(new Map([["bin/it", file]])),
      files: /^bin\//,
      licence: "MIT",
    };
  });
  after(async () => {
    await registry[Symbol.asyncDispose]();
    rmSync(root, { recursive: true, force: true });
  });

  const fetched: string[] = [];
  const fetch = (changed: Partial<PinnedPackage> = {}, env = registry.env) =>
    pinnedPackage(
      { ...pinned, ...changed },
      { cache, env, onDownload: (name) => fetched.push(name) },
    );

  test("is fetched once, and only what is needed of it is kept", async () => {
    const files = await fetch();
    assert.deepEqual([...files.keys()], ["bin/it"]);
    assert.equal(readFileSync(files.get("bin/it") as string, "utf8"), "it");
    assert.deepEqual(await fetch(), files);
    assert.deepEqual(fetched, ["@scope/pinned@1.2.3"]);
  });

  test("is fetched again when the cache was changed", async () => {
    const file = (await fetch()).get("bin/it") as string;
    writeFileSync(file, "something else");
    fetched.length = 0;
    await fetch();
    assert.equal(readFileSync(file, "utf8"), "it");
    assert.deepEqual(fetched, ["@scope/pinned@1.2.3"]);
  });

  test("is refused when the registry has another under its name", async () => {
    rmSync(cache, { recursive: true });
    await assert.rejects(fetch({ integrity: "sha512-AAAA" }), (error: Error) => {
      assert.ok(error instanceof ExpectedError);
      assert.match(error.message, /@scope\/pinned@1\.2\.3 does not match stdlambda's lock file/);
      return true;
    });
    assert.deepEqual([...(await fetch()).keys()], ["bin/it"]);
  });

  test("that the registry does not have is named with npm's reason", async () => {
    await assert.rejects(
      fetch({ package: "@scope/other" }),
      /^ExpectedError: npm could not fetch @scope\/other@1\.2\.3: Not Found/,
    );
  });

  test("needs npm when it is not there", async () => {
    rmSync(cache, { recursive: true, force: true });
    await assert.rejects(fetch({}, { PATH: root }), /npm is not on PATH; install Node with npm/);
  });
});

test("the lock file has what the project itself runs and is tested with", () => {
  const text = readFileSync(join(checkout, "package-lock.json"), "utf8");
  const { packages } = JSON.parse(text) as {
    packages: Record<string, { version: string; integrity: string }>;
  };
  for (const architecture of ["x86_64", "arm64"] as const) {
    for (const { package: name, version, integrity } of [
      pinnedNode("24", architecture),
      ...pinnedTsx(architecture),
    ]) {
      const locked = packages[`node_modules/${name}`];
      assert.deepEqual([version, integrity], [locked?.version, locked?.integrity], name);
    }
  }
});

for (const major of nodeMajors) {
  test(`Node ${major} is one version for both processors`, () => {
    const [x64, arm64] = [pinnedNode(major, "x86_64"), pinnedNode(major, "arm64")];
    assert.equal(x64.version, arm64.version);
    assert.ok(x64.version.startsWith(`${major}.`));
    assert.notEqual(x64.integrity, arm64.integrity);
  });
}
