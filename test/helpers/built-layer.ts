// A layer as `stdlambda layer build` makes it, built once for all test files of a checkout's state.

import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { buildLayer, type LayerMode } from "../../build/layer/layer.ts";
import type { Architecture } from "../../lambda/architectures.ts";
import type { NodeMajor } from "../../lambda/node.ts";
import { unpack } from "../../local/store/unpack.ts";

const checkout = join(import.meta.dirname, "../..");

/** For the environment of whatever builds in a test: downloads are kept with the checkout. */
export const testCache = join(checkout, "node_modules/.cache/stdlambda-tests");

export interface BuiltLayer {
  readonly zip: string;
  /** Unpacked as Lambda does, for /opt; not to be written to. */
  readonly folder: string;
}

export async function builtLayer(
  mode: LayerMode,
  architecture: Architecture,
  node: NodeMajor = "24",
): Promise<BuiltLayer> {
  const name = mode === "thin" ? `thin-${architecture}` : `full-${architecture}-${node}`;
  const place = join(testCache, "layers", sourcesHash(), name);
  const [zip, folder] = [`${place}.zip`, `${place}.opt`];
  if (existsSync(folder)) return { zip, folder };
  mkdirSync(join(testCache, "layers"), { recursive: true });
  await buildLayer({
    mode,
    architecture,
    node,
    tsx: mode === "full",
    add: [],
    with: [],
    lockFile: `${place}.lock.json`,
    folder: checkout,
    bootstrap: join(checkout, "host/bootstrap"),
    output: zip,
    source: { cache: testCache, env: process.env },
  });
  const unfinished = `${folder}.${process.pid}`;
  await unpack(readFileSync(zip), unfinished);
  await rename(unfinished, folder).catch((error: NodeJS.ErrnoException) => {
    // Another test file has built the same meanwhile.
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
  });
  await rm(unfinished, { recursive: true, force: true });
  return { zip, folder };
}

/** Of all that can change a layer's bytes. */
function sourcesHash(): string {
  const hash = createHash("sha256");
  const sources = ["lambda/**/*", "host/**/*", "build/**/*"];
  for (const file of globSync(sources, { cwd: checkout, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()) {
    hash.update(file).update(readFileSync(file));
  }
  return hash.digest("hex").slice(0, 16);
}
