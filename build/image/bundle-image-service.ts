// The image's service bundled as one file, because an image has no node_modules of ours.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

const name = "image-service.cjs";

/** The bytes: from the package beside the command line, or bundled from the sources of a checkout. */
export async function imageService(): Promise<Buffer> {
  const shipped = join(import.meta.dirname, name);
  if (existsSync(shipped)) return readFile(shipped);
  return bundleImageService(join(import.meta.dirname, "image-service.ts"));
}

export async function bundleImageService(entry: string): Promise<Buffer> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: "node",
    // yauzl is CommonJS, and so is what it asks for.
    format: "cjs",
    target: "node22",
    minify: true,
    legalComments: "inline",
    define: { "import.meta.dirname": "__dirname", "import.meta.url": "__filename" },
    logLevel: "warning",
  });
  return Buffer.from((outputFiles[0] as { contents: Uint8Array }).contents);
}
