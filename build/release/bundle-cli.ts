// Bundles the command line; packages stay where npm puts them.
import { basename, dirname, extname } from "node:path";
import { build } from "esbuild";

/**
 * Writes `output` and, beside it, `chunk-*.js` and a file for each verb, which is loaded when the
 * verb is called: in one single file the imports of all packages would be at its top, and `--help`
 * would wait for AWS's SDK.
 */
export async function bundleCli(entry: string, output: string): Promise<void> {
  await build({
    entryPoints: [{ in: entry, out: basename(output, extname(output)) }],
    outdir: dirname(output),
    chunkNames: "chunk-[name]-[hash]",
    splitting: true,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node22",
    packages: "external",
    logLevel: "warning",
  });
}
