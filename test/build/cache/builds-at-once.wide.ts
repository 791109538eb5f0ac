// Builds that share a cache which is empty: in one process, in several, and one of them killed.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { execa } from "execa";
import { buildFunction } from "../../../build/function/build-function.ts";
import { packageText } from "../../../build/function/package-content.ts";
import { cachedLayer } from "../../../build/image/cached-layer.ts";
import { imageEntries } from "../../../build/image/image-files.ts";
import { blobFile } from "../../../build/image/image-layout.ts";
import type { PinnedPackage } from "../../../build/layer/lock.ts";
import { contentHash, pinnedPackage } from "../../../build/layer/pinned-package.ts";
import { missingTool } from "../../helpers/missing-tool.ts";
import { declare, makeProject, temporaryFolder } from "../function/project.ts";
import { startRegistry } from "../layer/registry.ts";

const checkout = join(import.meta.dirname, "../../..");
const architecture = process.arch === "arm64" ? "arm64" : "x86_64";
const isUnfinished = (name: string) => name.endsWith(".unfinished");

test("images: four builds at once, two of them in one process, one of them killed", async () => {
  const cache = temporaryFolder();
  const root = makeProject({ "hello.sh": "#!/bin/sh\necho hello" });
  const env = { XDG_CACHE_HOME: cache };
  const args = ["cli/run.ts", "build", "hello.sh", "--root", root, "--format", "oci", "--json"];
  const start = () =>
    execa(process.execPath, [...args, "--quiet", "--out", temporaryFolder()], {
      cwd: checkout,
      env,
    });
  const killed = start();
  const running = start();
  const runtimeSource = {
    bootstrap: join(checkout, "host/bootstrap"),
    packages: { cache: join(cache, "stdlambda"), env: process.env },
  };
  const here = [0, 1].map(() =>
    buildFunction(declare(root, "hello.sh", { name: "hello" }), {
      format: "oci",
      output: temporaryFolder(),
      architecture,
      runtimeSource,
    }),
  );
  // While it holds something unfinished, be it in its output or in the cache.
  await until(async () => (await readdir(cache, { recursive: true })).length > 0);
  killed.kill("SIGKILL");
  await assert.rejects(killed);
  const [first, second] = await Promise.all(here);
  const other = JSON.parse((await running).stdout);
  assert.equal(first?.digest, second?.digest);
  assert.equal(first?.digest, other.functions[0].digest);

  // What is kept now serves the next build.
  const { stdout } = await start();
  assert.equal(JSON.parse(stdout).functions[0].digest, first?.digest);
  const kept = readdirSync(join(cache, "stdlambda/image-layers"));
  assert.equal(kept.filter((name) => !isUnfinished(name)).length, 1, kept.join());
});

describe("a kept layer", () => {
  const folder = temporaryFolder();
  const cache = join(folder, "cache");
  const kept = join(cache, "image-layers");
  const layer = async (layout: string, text = "a") => {
    const entries = await imageEntries([packageText("opt/a", text)]);
    const { descriptor } = await cachedLayer(entries, join(folder, layout), cache, {
      createdBy: "test",
    });
    return readFileSync(blobFile(join(folder, layout), descriptor)).toString("hex");
  };

  test("is written and read by any number at once, while others forget it", async () => {
    const names = Array.from({ length: 60 }, (_, index) => index);
    const layers = await Promise.all(names.map((name) => layer(`l${name}`, `${name % 9}`)));
    for (const [at, hex] of layers.entries()) assert.equal(hex, layers[at % 9]);
    assert.deepEqual(readdirSync(kept).filter(isUnfinished), []);
  });

  test("is made anew where it is damaged, and what a killed build left is removed in time", async () => {
    const first = await layer("whole");
    for (const name of readdirSync(kept)) writeFileSync(join(kept, name), "damaged");
    const abandoned = join(kept, ".x.unfinished");
    writeFileSync(abandoned, "");
    const young = join(kept, ".y.unfinished");
    writeFileSync(young, "");
    utimesSync(abandoned, 0, 0);
    assert.equal(await layer("again"), first);
    assert.deepEqual(readdirSync(kept).filter(isUnfinished), [".y.unfinished"]);
  });
});

test("npm packages: fetched by many at once, from empty, with one killed", {
  skip: missingTool(["npm", "tar"]),
}, async () => {
  const folder = temporaryFolder();
  const cache = join(folder, "cache");
  const it = "it".repeat(100_000);
  await using registry = await startRegistry([
    { name: "shared", version: "1.0.0", files: { "bin/it": it } },
  ]);
  writeFileSync(join(folder, "it"), it);
  const pinned: PinnedPackage = {
    package: "shared",
    version: "1.0.0",
    integrity: registry.integrity("shared"),
    contentSha256: await contentHash(new Map([["bin/it", join(folder, "it")]])),
    files: /^bin\//,
    licence: "MIT",
  };
  const { files: _, ...plain } = pinned;
  const child = execa(
    process.execPath,
    [
      "--input-type=module",
      "-e",
      `import { pinnedPackage } from ${JSON.stringify(join(checkout, "build/layer/pinned-package.ts"))};
       const pinned = { ...JSON.parse(process.argv[1]), files: /^bin\\// };
       await pinnedPackage(pinned, { cache: process.argv[2], env: process.env });`,
      JSON.stringify(plain),
      cache,
    ],
    { env: registry.env, extendEnv: false },
  );
  await until(async () => (await readdir(join(cache, "packages")).catch(() => [])).length > 0);
  child.kill("SIGKILL");
  await assert.rejects(child);
  const all = await Promise.all(
    Array.from({ length: 6 }, () => pinnedPackage(pinned, { cache, env: registry.env })),
  );
  for (const files of all) assert.equal(readFileSync(files.get("bin/it") as string, "utf8"), it);
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5));
}
