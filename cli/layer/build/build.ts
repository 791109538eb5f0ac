// `stdlambda layer build`: a zip to publish as a Lambda layer.

import { resolve } from "node:path";
import { cacheFolder } from "../../../build/cache/cache-folder.ts";
import { buildLayer, type Layer } from "../../../build/layer/layer.ts";
import { hostBootstrap } from "../../../build/release/host-location.ts";
import { readableSize } from "../../../build/zip/readable-size.ts";
import { usualNode } from "../../../lambda/node.ts";
import { write } from "../../terminal/output.ts";
import { createProgress } from "../../terminal/progress.ts";
import { shownPath } from "../../terminal/shown-path.ts";
import type { Surroundings } from "../../terminal/surroundings.ts";
import { type LayerFlags, requireFullForNode } from "../layer-options.ts";

export interface LayerBuildOptions extends LayerFlags {
  readonly tsx?: boolean;
  readonly compile: boolean;
  readonly add?: readonly string[];
  readonly with?: readonly string[];
  readonly lock: string;
  readonly out: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** The exit status: 1 when no layer was built. */
export async function layerBuild(
  options: LayerBuildOptions,
  surroundings: Surroundings,
): Promise<number> {
  requireFullForNode(options);
  const layer = await build(options, surroundings);
  const text = options.json ? `${JSON.stringify(report(layer), null, 2)}\n` : summary(layer);
  await write(surroundings.stdout, text);
  return 0;
}

async function build(options: LayerBuildOptions, surroundings: Surroundings): Promise<Layer> {
  const { mode, arch, node, lock } = options;
  const { env, signal } = surroundings;
  using progress = createProgress(surroundings, options);
  const layer = await buildLayer({
    mode,
    architecture: arch,
    node: node ?? usualNode,
    tsx: options.tsx ?? mode === "full",
    compile: options.compile,
    add: options.add ?? [],
    with: options.with ?? [],
    lockFile: resolve(lock),
    folder: resolve("."),
    bootstrap: hostBootstrap(),
    output: outputFile(options),
    source: {
      cache: cacheFolder(env),
      env,
      signal,
      onDownload: (name) => progress.step(`fetching ${name} by npm`),
    },
    onStep: progress.step,
    onPart: progress.at,
  });
  for (const warning of layer.warnings) progress.warn(warning);
  return layer;
}

function outputFile({ out, mode, arch }: LayerBuildOptions): string {
  return resolve(out.endsWith(".zip") ? out : `${out}/layer-${mode}-${arch}.zip`);
}

function summary({ path, bytes, unzippedBytes, codeSha256, ...layer }: Layer): string {
  const { mode, node, architecture, compatibleRuntimes } = layer;
  const file = shownPath(path);
  const content = node === undefined ? "no Node of its own" : `Node ${node.version}`;
  const wrapper =
    mode === "thin" ? "\nIts functions need AWS_LAMBDA_EXEC_WRAPPER=/opt/bootstrap.\n" : "";
  return `${file}  ${readableSize(bytes)}, ${readableSize(unzippedBytes)} unzipped, ${content}
CodeSha256 ${codeSha256}

Publish it:
  stdlambda layer publish ${file}
  aws lambda publish-layer-version --layer-name stdlambda --zip-file fileb://${file} --compatible-runtimes ${compatibleRuntimes.join(" ")} --compatible-architectures ${architecture}
${wrapper}`;
}

function report({ components, ...layer }: Layer): object {
  return { ...layer, components: components.map(({ name, version }) => ({ name, version })) };
}
