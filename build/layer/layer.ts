// Puts a layer together and writes it as a zip.

import { ExpectedError } from "../../host/expected-error.ts";
import type { Architecture } from "../../lambda/architectures.ts";
import { maximumUnpackedBytes, maximumZipBytes } from "../../lambda/limits.ts";
import type { NodeMajor } from "../../lambda/node.ts";
import { nodeRuntimes, osOnlyRuntime } from "../../lambda/runtimes.ts";
import { packageText } from "../function/package-content.ts";
import { encodingsFile } from "../release/host-file-names.ts";
import { hostFiles } from "../release/host-files.ts";
import type { PackageFile } from "../zip/package-file.ts";
import { readableSize } from "../zip/readable-size.ts";
import { type WrittenZip, writeZip } from "../zip/zip.ts";
import { addedFiles } from "./added-files.ts";
import { addedPackages } from "./added-packages.ts";
import { billOfMaterials, type Component } from "./bill-of-materials.ts";
import { hostCodeFile } from "./host-code-file.ts";
import { hostComponents } from "./host-components.ts";
import { type NodeFiles, nodeFiles } from "./node-files.ts";
import { packageResolution } from "./package-resolution.ts";
import type { PackageSource } from "./pinned-package.ts";
import { tsxFiles } from "./tsx-files.ts";

export type LayerMode = "full" | "thin";

export interface LayerOptions {
  readonly mode: LayerMode;
  readonly architecture: Architecture;
  /** Of a full layer. */
  readonly node: NodeMajor;
  readonly tsx: boolean;
  /** Whether a full layer has the host's compiled code; by default it has. */
  readonly compile?: boolean;
  /** `NAME=PATH` and `PACKAGE@VERSION`. */
  readonly add: readonly string[];
  readonly with: readonly string[];
  /** Where `with` stores the versions it resolved; absolute. */
  readonly lockFile: string;
  /** The folder for relative paths of `add`; absolute. */
  readonly folder: string;
  /** Of our host. */
  readonly bootstrap: string;
  /** The zip to write. */
  readonly output: string;
  readonly source: PackageSource;
  readonly onStep?: (text: string) => void;
  /** From 0 to 1, of the step. */
  readonly onPart?: (part: number) => void;
}

export interface Layer extends WrittenZip {
  readonly mode: LayerMode;
  readonly architecture: Architecture;
  readonly node: { readonly version: string; readonly released: string } | undefined;
  /** For `--compatible-runtimes`. */
  readonly compatibleRuntimes: readonly string[];
  readonly components: readonly Component[];
  readonly warnings: readonly string[];
}

const runtimes = {
  full: [osOnlyRuntime],
  thin: nodeRuntimes,
} as const;

const isEncodings = (path: string) =>
  path === `stdlambda/${encodingsFile}` || path === "stdlambda/licences/exodus-bytes.txt";

/** @throws ExpectedError for files that cannot be in a layer, or are too large for it. */
export async function buildLayer(options: LayerOptions): Promise<Layer> {
  const { mode, architecture, onStep, source } = options;
  const { signal } = source;
  // Errors in the options come first.
  const added = addedFiles(options.add, architecture, options.folder);
  onStep?.("bundling the host");
  const all = await hostFiles(options.bootstrap);
  // Tables of 90 KB, where 200 is what a thin layer may have.
  const host = mode === "thin" ? all.filter(({ path }) => !isEncodings(path)) : all;
  const node = mode === "full" ? await nodeFor(options) : undefined;
  const compiled =
    node && options.compile !== false ? await compiledFor(node, host, options) : undefined;
  if (options.with.length > 0) onStep?.(`installing ${options.with.join(", ")}`);
  await using packages =
    options.with.length > 0
      ? await addedPackages(options.with, architecture, options.lockFile, source)
      : undefined;
  // The user's own files win.
  const bringsTsx = packages?.files.some(({ path }) => path.startsWith("nodejs/node_modules/tsx/"));
  if (options.tsx && !bringsTsx) onStep?.("adding tsx");
  const tsx = options.tsx && !bringsTsx ? await tsxFiles(architecture, source) : undefined;

  const components = [
    ...hostComponents({ encodings: mode === "full" }),
    ...[node, tsx, packages, added].flatMap((part) => part?.components ?? []),
  ];
  const compatibleRuntimes = runtimes[mode];
  const bill = billOfMaterials(uniqueComponents(components), {
    mode,
    architecture,
    compatibleRuntimes: compatibleRuntimes.join(","),
  });
  const files = [
    ...host,
    ...(compiled?.files ?? []),
    packageText("stdlambda/sbom.cdx.json", bill),
    ...packageResolution([...(packages?.files ?? []), ...added.files]),
    ...[node, tsx, packages, added].flatMap((part) => part?.files ?? []),
  ];

  onStep?.("zipping");
  const zip = await writeZip(files, options.output, {
    signal,
    onProgress: (done, total) => {
      refuseTooLarge(total);
      options.onPart?.(done / total);
    },
  });
  return {
    ...zip,
    mode,
    architecture,
    node: node && { version: node.pinned.version, released: node.pinned.released },
    compatibleRuntimes,
    components,
    warnings: [
      ...(compiled?.warnings ?? []),
      ...(packages?.warnings ?? []),
      ...added.warnings,
      ...tooLargeToUpload(zip),
    ],
  };
}

async function nodeFor({ node, architecture, source, onStep }: LayerOptions): Promise<NodeFiles> {
  onStep?.(`adding Node ${node} for ${architecture}`);
  return nodeFiles(node, architecture, source);
}

async function compiledFor(
  node: NodeFiles,
  host: readonly PackageFile[],
  { source, architecture }: LayerOptions,
): Promise<{ files: PackageFile[]; warnings: string[] }> {
  const code = await hostCodeFile(host, node, source);
  if (code === undefined) {
    const warning = `Node for ${architecture} does not run on this machine, so the layer is without the host's compiled code: it starts about 3 ms later, and its bytes differ from those of a machine where it does (${architecture === "arm64" ? "arm64, or Debian's qemu-user-static, libc6-arm64-cross and libstdc++6-arm64-cross" : "Linux on x86_64"}). --no-compile leaves the code out everywhere`;
    return { files: [], warnings: [warning] };
  }
  return { files: [code], warnings: [] };
}

function uniqueComponents(components: readonly Component[]): Component[] {
  return [
    ...new Map(components.map((one) => [one.purl ?? `${one.type} ${one.name}`, one])).values(),
  ];
}

function refuseTooLarge(unzippedBytes: number): void {
  if (unzippedBytes <= maximumUnpackedBytes) return;
  throw new ExpectedError(
    `the layer has ${readableSize(unzippedBytes)} unzipped, but Lambda allows ${readableSize(maximumUnpackedBytes)} for a function with all its layers; leave something out, or use an image`,
  );
}

function tooLargeToUpload({ bytes }: WrittenZip): string[] {
  if (bytes <= maximumZipBytes) return [];
  return [
    `the zip has ${readableSize(bytes)}, but Lambda takes at most ${readableSize(maximumZipBytes)} directly; publish it through a bucket (stdlambda layer publish --s3-bucket)`,
  ];
}
