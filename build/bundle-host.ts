// The host as one minified CommonJS file: at the floor of Node's own start (docs/performance.md).
import { build } from "esbuild";

/** An ESM entry costs 2 ms more, TypeScript source 35 ms more. */
export async function bundleHost(entry: string, output: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile: output,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    minify: true,
    // Names reach the user in stack traces and in error types.
    keepNames: false,
    legalComments: "none",
    define: { "import.meta.dirname": "__dirname" },
    logLevel: "warning",
  });
}
