// The command line as one file; packages stay where npm puts them.
import { build } from "esbuild";

export async function bundleCli(entry: string, output: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile: output,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node22",
    packages: "external",
    logLevel: "warning",
  });
}
