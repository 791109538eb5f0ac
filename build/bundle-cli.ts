// The command line as one file; packages stay where npm puts them.
import { chmod } from "node:fs/promises";
import { build } from "esbuild";

/** The entry brings its own shebang. */
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
  await chmod(output, 0o755);
}
