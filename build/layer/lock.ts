// The npm packages in a layer, at exact versions: lock.json, the only place that names them.

import type { Architecture } from "../../lambda/architectures.ts";
import type { NodeMajor } from "../../lambda/node.ts";
import table from "./lock.json" with { type: "json" };

export interface PinnedPackage {
  readonly package: string;
  readonly version: string;
  /** As npm writes it: `sha512-…` of the tarball. */
  readonly integrity: string;
  /** Hex, of `files`: an installed package has no tarball any more. */
  readonly contentSha256: string;
  /** By their paths in the package: the files that a layer needs. */
  readonly files: RegExp;
  readonly licence: string;
}

export interface PinnedNode extends PinnedPackage {
  /** The release day of the version. */
  readonly released: string;
}

/** Without headers, manual, types and installation scripts. */
const needed = {
  node: /^(bin\/node|LICENSE)$/,
  tsx: /^(LICENSE|package\.json|dist\/.+\.[cm]?js)$/,
  esbuild: /^(LICENSE\.md|package\.json|lib\/main\.js)$/,
  program: /^(package\.json|bin\/esbuild)$/,
} as const;

export function pinnedNode(major: NodeMajor, architecture: Architecture): PinnedNode {
  const { version, released, [architecture]: pinned } = table.node[major];
  return { ...pinned, version, released, files: needed.node, licence: "MIT" };
}

/** tsx with esbuild, and esbuild's program for the architecture. */
export function pinnedTsx(architecture: Architecture): readonly PinnedPackage[] {
  const { tsx, esbuild, [architecture]: program } = table.tsx;
  return [
    { ...tsx, files: needed.tsx },
    { ...esbuild, files: needed.esbuild },
    { ...program, files: needed.program },
  ];
}
