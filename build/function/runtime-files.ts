// What runs a function, as in a full or a thin layer: for a function that embeds it, and for images.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { version } from "../../host/version.ts";
import { hostFiles } from "../host-files.ts";
import { billOfMaterials, npmComponent } from "../layer/bill-of-materials.ts";
import { cacheFolder } from "../layer/cache-folder.ts";
import { compileHost } from "../layer/compiled-host.ts";
import type { NodeMajor } from "../layer/lock.ts";
import { type NodeFiles, nodeFiles } from "../layer/node-files.ts";
import type { PackageSource } from "../layer/pinned-package.ts";
import { tsxFiles } from "../layer/tsx-files.ts";
import { withLibraries } from "../layer/with-libraries.ts";
import type { PackageFile } from "../package-file.ts";
import type { Architecture, PackageOptions } from "./function-package.ts";
import { packageText } from "./package-content.ts";

/** Where the parts come from; by default this installation and the user's npm. */
export interface RuntimeSource {
  /** Of our host. */
  readonly bootstrap: string;
  readonly packages: PackageSource;
}

export interface RuntimeParts {
  readonly architecture: Architecture;
  /** Undefined where the runtime brings a Node. */
  readonly node: NodeMajor | undefined;
  readonly tsx: boolean;
  /** For the bill of materials. */
  readonly mode: "embedded" | "image";
}

/** The newest that Amazon Linux 2023 runs without a library of ours. */
export const usualNode: NodeMajor = "24";

export function defaultRuntimeSource({
  signal,
  onStep,
}: Pick<PackageOptions, "signal" | "onStep">): RuntimeSource {
  const { env } = process;
  const onDownload = (name: string) => onStep?.(`fetching ${name} by npm`);
  const packages = { cache: cacheFolder(env), env, signal, onDownload };
  return { bootstrap: ownBootstrap(), packages };
}

/** Beside the bundled command line, or in a checkout. */
function ownBootstrap(): string {
  const places = ["host/bootstrap", "../../host/bootstrap"];
  const found = places.map((place) => join(import.meta.dirname, place)).find(existsSync);
  if (found !== undefined) return found;
  throw new Error("stdlambda's host is missing; install stdlambda again");
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
    npmComponent("stdlambda", version, "MIT", undefined),
    ...(node?.components ?? []),
    ...tsx.components,
  ];
  const bill = billOfMaterials(components, { mode, architecture });
  return [
    ...host,
    ...(node === undefined ? [] : await compiledHost(host, node, packages)),
    packageText("stdlambda/sbom.cdx.json", bill),
    ...(node?.files ?? []),
    ...tsx.files,
  ];
}

/** Nothing where that Node does not run on this machine: a start is 3 ms longer then. */
async function compiledHost(
  host: readonly PackageFile[],
  { files, program }: NodeFiles,
  { env, signal }: PackageSource,
): Promise<PackageFile[]> {
  const script = host.find(({ path }) => path === "stdlambda/host.js")?.content;
  if (script?.kind !== "bytes") throw new Error("the host's files have no stdlambda/host.js");
  const code = await withLibraries(files, env, (variables) =>
    compileHost(script.bytes, { node: program, env: variables, signal }),
  );
  if (code === undefined) return [];
  const content = { kind: "bytes", bytes: code } as const;
  return [{ path: "stdlambda/host.code", content, executable: false }];
}
