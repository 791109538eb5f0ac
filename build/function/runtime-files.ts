// The files that run a function, as in a full or a thin layer, for embedding and for images.
import type { Architecture } from "../../lambda/architectures.ts";
import type { NodeMajor } from "../../lambda/node.ts";
import { cacheFolder } from "../cache/cache-folder.ts";
import { billOfMaterials } from "../layer/bill-of-materials.ts";
import { hostCodeFile } from "../layer/host-code-file.ts";
import { hostComponents } from "../layer/host-components.ts";
import { nodeFiles } from "../layer/node-files.ts";
import type { PackageSource } from "../layer/pinned-package.ts";
import { tsxFiles } from "../layer/tsx-files.ts";
import { hostFiles } from "../release/host-files.ts";
import { hostBootstrap } from "../release/host-location.ts";
import type { PackageFile } from "../zip/package-file.ts";
import { packageText } from "./package-content.ts";

/** Where the parts come from; by default this installation and the user's npm. */
export interface RuntimeSource {
  /** Of our host. */
  readonly bootstrap: string;
  readonly packages: PackageSource;
}

export interface RuntimeParts {
  readonly architecture: Architecture;
  /** Undefined if the runtime has Node. */
  readonly node: NodeMajor | undefined;
  readonly tsx: boolean;
  /** For the bill of materials. */
  readonly mode: "embedded" | "image";
}

export function defaultRuntimeSource({
  signal,
  onStep,
}: {
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: (text: string) => void;
}): RuntimeSource {
  const { env } = process;
  const onDownload = (name: string) => onStep?.(`fetching ${name} by npm`);
  const packages = { cache: cacheFolder(env), env, signal, onDownload };
  return { bootstrap: hostBootstrap(), packages };
}

/** Paths as in a layer. */
export async function runtimeFiles(
  { architecture, node: major, tsx: wantsTsx, mode }: RuntimeParts,
  { bootstrap, packages }: RuntimeSource,
): Promise<PackageFile[]> {
  const host = await hostFiles(bootstrap);
  const node = major && (await nodeFiles(major, architecture, packages));
  const tsx = wantsTsx ? await tsxFiles(architecture, packages) : { files: [], components: [] };
  const components = [
    ...hostComponents({ encodings: true }),
    ...(node?.components ?? []),
    ...tsx.components,
  ];
  const bill = billOfMaterials(components, { mode, architecture });
  const code = node && (await hostCodeFile(host, node, packages));
  return [
    ...host,
    ...(code === undefined ? [] : [code]),
    packageText("stdlambda/sbom.cdx.json", bill),
    ...(node?.files ?? []),
    ...tsx.files,
  ];
}
