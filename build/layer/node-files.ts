// Node for the layer: bin/node without its symbols and its licence.

import { readFile } from "node:fs/promises";
import type { Architecture } from "../../lambda/architectures.ts";
import type { NodeMajor } from "../../lambda/node.ts";
import type { PackageFile } from "../zip/package-file.ts";
import { type Component, sha256Of } from "./bill-of-materials.ts";
import { type PinnedNode, pinnedNode } from "./lock.ts";
import { type PackageSource, pinnedPackage } from "./pinned-package.ts";
import { stripElf } from "./strip-elf.ts";

export interface NodeFiles {
  readonly pinned: PinnedNode;
  readonly files: readonly PackageFile[];
  readonly components: readonly Component[];
  /** The unstripped program on this machine. */
  readonly program: string;
}

export async function nodeFiles(
  major: NodeMajor,
  architecture: Architecture,
  source: PackageSource,
): Promise<NodeFiles> {
  const pinned = pinnedNode(major, architecture);
  const found = await pinnedPackage(pinned, source);
  const program = found.get("bin/node") as string;
  const node = stripElf(await readFile(program));
  const licence = await readFile(found.get("LICENSE") as string);
  return {
    pinned,
    program,
    files: [
      { path: "bin/node", content: { kind: "bytes", bytes: node }, executable: true },
      {
        path: "stdlambda/licences/node.txt",
        content: { kind: "bytes", bytes: licence },
        executable: false,
      },
    ],
    components: [
      {
        type: "platform",
        name: "node",
        version: pinned.version,
        description: `Node.js for ${architecture}, from the npm package ${pinned.package}, symbols removed`,
        purl: `pkg:generic/node@${pinned.version}`,
        cpe: `cpe:2.3:a:nodejs:node.js:${pinned.version}:*:*:*:*:*:*:*`,
        licence: pinned.licence,
        hashes: [sha256Of(node)],
        properties: { released: pinned.released, tarball: pinned.integrity },
      },
    ],
  };
}
