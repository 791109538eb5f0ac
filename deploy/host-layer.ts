// The layer with the host for a deployed function: built once for its inputs, and kept.

import { createHash } from "node:crypto";
import { readdir, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "../build/cache/cache-folder.ts";
import { buildLayer, type LayerMode } from "../build/layer/layer.ts";
import { pinnedNode, pinnedTsx } from "../build/layer/lock.ts";
import { hostFiles } from "../build/release/host-files.ts";
import { hostBootstrap } from "../build/release/host-location.ts";
import { version } from "../host/version.ts";
import type { Architecture } from "../lambda/architectures.ts";
import { type NodeMajor, usualNode } from "../lambda/node.ts";
import { nodeRuntimes, osOnlyRuntime } from "../lambda/runtimes.ts";
import type { LayerContent } from "./publish-layer.ts";
import type { Steps } from "./session.ts";
import { describeZip } from "./upload.ts";

export interface HostLayerSurroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal | undefined;
  readonly steps: Steps;
}

export interface HostLayer extends LayerContent {
  readonly mode: LayerMode;
  readonly architecture: Architecture;
  readonly node: { readonly version: string; readonly released: string } | undefined;
}

/**
 * Each mode and architecture is a layer of its own, so that its newest version is the right one.
 */
export function hostLayerName(mode: LayerMode, architecture: Architecture): string {
  return `stdlambda-${mode}-${architecture}`;
}

export async function hostLayer(
  mode: LayerMode,
  architecture: Architecture,
  surroundings: HostLayerSurroundings,
  node: NodeMajor = usualNode,
): Promise<HostLayer> {
  const { env, signal, steps } = surroundings;
  const bootstrap = hostBootstrap();
  const tsx = mode === "full";
  const pinned = mode === "full" ? pinnedNode(node, architecture) : undefined;
  const made = [version, mode, architecture, pinned?.contentSha256, process.version];
  const key = await keyOf(bootstrap, [...made, tsx ? pinnedTsx(architecture) : []]);
  const cache = cacheFolder(env);
  const output = join(cache, "layers", `${mode}-${architecture}-${key}.zip`);
  if (!(await isKept(output))) {
    const layer = await buildLayer({
      mode,
      architecture,
      node,
      tsx,
      add: [],
      with: [],
      lockFile: join(cache, "layers", "unused-lock.json"),
      folder: cache,
      bootstrap,
      output,
      source: {
        cache,
        env,
        signal,
        onDownload: (name) => steps.step(`Building the layer: fetching ${name} by npm`),
      },
      onStep: (text) => steps.step(`Building the layer: ${text}`),
      onPart: steps.at,
    });
    for (const warning of layer.warnings) steps.warn(warning);
    await forgetOld(join(cache, "layers"), output);
  }
  return {
    name: hostLayerName(mode, architecture),
    zip: await describeZip(output),
    description: `stdlambda ${version}, ${mode}, ${architecture}${pinned ? `, Node ${pinned.version} of ${pinned.released}` : ""}.`,
    runtimes: mode === "full" ? [osOnlyRuntime] : nodeRuntimes,
    architectures: [architecture],
    license: "MIT",
    mode,
    architecture,
    node: pinned && { version: pinned.version, released: pinned.released },
  };
}

/** Marked as used now, so that another deployment that removes old layers leaves it alone. */
async function isKept(output: string): Promise<boolean> {
  const now = new Date();
  return utimes(output, now, now).then(
    () => true,
    () => false,
  );
}

const keptMs = 14 * 24 * 60 * 60 * 1000;

/** A layer has 45 MB, and each version of stdlambda makes new ones. */
async function forgetOld(folder: string, output: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = join(folder, name);
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (file !== output && mtimeMs < Date.now() - keptMs) await rm(file, { force: true });
  }
}

/** The hash of everything that decides the zip's bytes. */
async function keyOf(bootstrap: string, facts: readonly unknown[]): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(facts));
  for (const { path, content } of await hostFiles(bootstrap)) {
    if (content.kind === "bytes") hash.update(path).update(content.bytes);
  }
  return hash.digest("hex").slice(0, 16);
}
