// A function's package as an OCI image: an operating system, the runtime in /opt, the function in
// /var/task; written as a layout and as a tar.

import { existsSync } from "node:fs";
import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { ExpectedError } from "../../host/expected-error.ts";
import { imageArchitectures } from "../../lambda/architectures.ts";
import { usualNode } from "../../lambda/node.ts";
import { replaceFolder } from "../cache/replace-folder.ts";
import { besideTarget } from "../cache/unfinished.ts";
import type { BuildOptions } from "../function/build-options.ts";
import type { FunctionPackage } from "../function/function-package.ts";
import { packageText } from "../function/package-content.ts";
import {
  defaultRuntimeSource,
  type RuntimeSource,
  runtimeFiles,
} from "../function/runtime-files.ts";
import { readBaseImage } from "./base-image.ts";
import { imageService } from "./bundle-image-service.ts";
import { cachedLayer } from "./cached-layer.ts";
import { writeArchive } from "./image-archive.ts";
import { imageConfig } from "./image-config.ts";
import { below, type FolderModes, imageEntries } from "./image-files.ts";
import { blobFolder, writeIndex, writeJsonBlob } from "./image-layout.ts";
import { mediaTypes } from "./image-types.ts";
import { systemFiles, systemFolders } from "./system-files.ts";
import { type WrittenLayer, writeLayer } from "./write-layer.ts";

export interface BuiltImage {
  /** The layout's folder. */
  readonly path: string;
  readonly archive: string;
  /** Of the archive. */
  readonly bytes: number;
  /** The manifest's. */
  readonly digest: string;
}

/** Writes `NAME.oci/` and `NAME.oci.tar`, each whole or not at all. */
export async function buildImage(
  collected: FunctionPackage,
  options: BuildOptions,
): Promise<BuiltImage> {
  const { name } = collected.declared;
  const path = join(options.output, `${name}.oci`);
  await refuseForeign(path);
  await using unfinished = await besideTarget(path);
  await mkdir(unfinished.path);
  const built = await writeImage(collected, options, unfinished.path);
  await replaceFolder(unfinished.path, path);
  return { ...built, path };
}

async function writeImage(
  collected: FunctionPackage,
  options: BuildOptions,
  layout: string,
): Promise<Omit<BuiltImage, "path">> {
  const { declared, architecture, files } = collected;
  const { base: baseFolder, signal, output, runtimeSource, onStep } = options;
  const source = runtimeSource ?? defaultRuntimeSource(options);
  const base =
    baseFolder === undefined
      ? undefined
      : await readBaseImage(baseFolder, imageArchitectures[architecture], layout);
  const hasOwnRuntime = files.some(({ path }) => path === "bootstrap");
  const layers: WrittenLayer[] = [];
  onStep?.(`the host and Node ${usualNode}`);
  if (base === undefined) layers.push(await systemLayer(collected, layout, options));
  if (!hasOwnRuntime) layers.push(await runtimeLayer(collected, layout, source, options));
  onStep?.("the function's layer");
  layers.push(await functionLayer(collected, layout, options));

  const config = await writeJsonBlob(
    layout,
    mediaTypes.config,
    imageConfig({ declared, architecture, base: base?.config, layers, hasOwnRuntime }),
  );
  const descriptors = [...(base?.layers ?? []), ...layers.map(({ descriptor }) => descriptor)];
  const manifest = await writeJsonBlob(layout, mediaTypes.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config,
    layers: descriptors,
  });
  await writeIndex(layout, manifest, {
    name: "latest",
    architecture: imageArchitectures[architecture],
  });
  onStep?.("the tar for docker load");
  const archive = join(output, `${declared.name}.oci.tar`);
  const tag = `${imageName(declared.name)}:latest`;
  await writeArchive(layout, { config, layers: descriptors, tag }, archive, signal);
  return { archive, bytes: (await stat(archive)).size, digest: manifest.digest };
}

/** Repository names are lower-case, and begin and end with a letter or digit (OCI: "Distribution"). */
export function imageName(name: string): string {
  const plain = name.toLowerCase().replaceAll(/[-_]{2,}/g, "-");
  return plain.replaceAll(/^[-_]+|[-_]+$/g, "") || "function";
}

async function systemLayer(
  { architecture }: FunctionPackage,
  layout: string,
  { signal }: BuildOptions,
): Promise<WrittenLayer> {
  const entries = await imageEntries(systemFiles(architecture), systemFolders);
  const createdBy = "stdlambda: C library and sh";
  return writeLayer(entries, blobFolder(layout), { createdBy, signal });
}

async function runtimeLayer(
  { architecture }: FunctionPackage,
  layout: string,
  source: RuntimeSource,
  { signal }: BuildOptions,
): Promise<WrittenLayer> {
  const parts = { architecture, node: usualNode, tsx: true, mode: "image" } as const;
  const service = (await imageService()).toString();
  const files = [
    ...(await runtimeFiles(parts, source)),
    packageText("stdlambda/service.cjs", service),
  ];
  const entries = await imageEntries(below("opt", files));
  const createdBy = "stdlambda: bootstrap, host and Node";
  return cachedLayer(entries, layout, source.packages.cache, { createdBy, signal });
}

const taskFolders: FolderModes = { var: 0o755, "var/task": 0o755 };

async function functionLayer(
  { files, declared }: FunctionPackage,
  layout: string,
  { signal, onProgress }: BuildOptions,
): Promise<WrittenLayer> {
  const entries = await imageEntries(below("var/task", files), taskFolders);
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  return writeLayer(entries, blobFolder(layout), {
    createdBy: `stdlambda: ${declared.name}`,
    signal,
    onBytes(count) {
      done += count;
      onProgress?.(done, total);
    },
  });
}

async function refuseForeign(path: string): Promise<void> {
  if (!existsSync(path)) return;
  const names = await readdir(path).catch(() => ["a file"]); // Not a folder.
  if (names.length === 0 || names.includes("oci-layout")) return;
  throw new ExpectedError(
    `${path} would be replaced, but it is not an image layout; remove it, or choose another place with --out`,
  );
}
