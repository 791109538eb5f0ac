// The host's files as in a layer, a package or an image: bootstrap, and what it starts in
// stdlambda/.

import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { PackageFile } from "../zip/package-file.ts";
import { hostFileNames } from "./host-file-names.ts";

/**
 * Without compiled code, which fits only one Node (layer/compiled-host.ts). `bootstrap` is ours: in
 * a checkout the host is bundled from its sources, so that no old bundle is shipped.
 */
export async function hostFiles(bootstrap: string): Promise<PackageFile[]> {
  const folder = dirname(bootstrap);
  const bundle = existsSync(join(folder, "main.ts"))
    ? await bundleSources(folder)
    : await readFiles(folder, hostFileNames);
  return [
    { path: "bootstrap", content: bytes(await readFile(bootstrap)), executable: true },
    {
      path: "stdlambda/licences/stdlambda.txt",
      content: bytes(await readLicence(folder)),
      executable: false,
    },
    ...(await Promise.all(bundledPackages.map(licenceFile))),
    ...Object.entries(bundle).map(([name, content]) => ({
      path: `stdlambda/${name}`,
      content: bytes(content),
      executable: false,
    })),
  ];
}

/** Packages in the bundles beside the host, with a file of each that it lets others resolve. */
const bundledPackages = [
  ["undici", "undici/package.json"],
  ["exodus-bytes", "@exodus/bytes/encoding.js"],
] as const;

async function licenceFile([name, file]: (typeof bundledPackages)[number]): Promise<PackageFile> {
  const folder = dirname(createRequire(import.meta.url).resolve(file));
  const content = bytes(await readFile(join(folder, "LICENSE")));
  return { path: `stdlambda/licences/${name}.txt`, content, executable: false };
}

/** Contents by their names beside the bundle. */
type Bundle = Readonly<Record<string, Buffer>>;

async function bundleSources(folder: string): Promise<Bundle> {
  const { writeHost } = await import("./write-host.ts");
  const temporary = await mkdtemp(join(tmpdir(), "stdlambda-host-"));
  try {
    await writeHost(folder, temporary);
    return await readFiles(temporary, hostFileNames);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function readFiles(folder: string, names: readonly string[]): Promise<Bundle> {
  const files = names.map(async (name) => [name, await readFile(join(folder, name))] as const);
  return Object.fromEntries(await Promise.all(files));
}

/** One folder above the sources, two above the bundle. */
function readLicence(folder: string): Promise<Buffer> {
  const above = join(folder, "../LICENSE");
  return readFile(existsSync(above) ? above : join(folder, "../../LICENSE"));
}

function bytes(content: Buffer): PackageFile["content"] {
  return { kind: "bytes", bytes: content };
}
