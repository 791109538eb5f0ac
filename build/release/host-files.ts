// The host as it lies in a layer, a package or an image: bootstrap, and what it starts in stdlambda/.

import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { PackageFile } from "../zip/package-file.ts";
import { adapterFiles } from "./adapter-files.ts";

/**
 * Without compiled code, which is one Node's alone (layer/compiled-host.ts). `bootstrap` is ours: in a
 * checkout the host is bundled from its sources, so that no old bundle is shipped.
 */
export async function hostFiles(bootstrap: string): Promise<PackageFile[]> {
  const folder = dirname(bootstrap);
  const bundle = existsSync(join(folder, "main.ts"))
    ? await bundleSources(folder)
    : await readBundle(folder);
  return [
    { path: "bootstrap", content: bytes(await readFile(bootstrap)), executable: true },
    {
      path: "stdlambda/licences/stdlambda.txt",
      content: bytes(await readLicence(folder)),
      executable: false,
    },
    {
      path: "stdlambda/licences/undici.txt",
      content: bytes(await undiciLicence()),
      executable: false,
    },
    ...Object.entries(bundle).map(([name, content]) => ({
      path: `stdlambda/${name}`,
      content: bytes(content),
      executable: false,
    })),
  ];
}

/** Its client is bundled beside the host, for mode `web`. */
function undiciLicence(): Promise<Buffer> {
  const manifest = createRequire(import.meta.url).resolve("undici/package.json");
  return readFile(join(dirname(manifest), "LICENSE"));
}

/** Contents by their names beside the bundle. */
type Bundle = Readonly<Record<string, Buffer>>;

async function bundleSources(folder: string): Promise<Bundle> {
  const { bundleHost, bundleWebClient } = await import("./bundle-host.ts");
  const temporary = await mkdtemp(join(tmpdir(), "stdlambda-host-"));
  try {
    await bundleHost(join(folder, "main.ts"), join(temporary, "host.js"));
    await bundleWebClient(join(folder, "web/client.ts"), join(temporary, "web-client.cjs"));
    const starts = ["require-node.cjs", "start.cjs"].map((name) => readFile(join(folder, name)));
    return {
      "main.cjs": Buffer.concat(await Promise.all(starts)),
      "host.js": await readFile(join(temporary, "host.js")),
      "prefork-preload.cjs": await readFile(join(folder, "runners/prefork-preload.cjs")),
      ...(await readFiles(folder, adapterFiles)),
      "web-client.cjs": await readFile(join(temporary, "web-client.cjs")),
    };
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function readBundle(folder: string): Promise<Bundle> {
  return readFiles(folder, [
    "main.cjs",
    "host.js",
    "prefork-preload.cjs",
    "web-client.cjs",
    ...adapterFiles,
  ]);
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
