// The files of the host as it runs: what bootstrap starts, from the sources of a checkout.
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { bundleHost } from "./bundle-host.ts";
import { bundleEncodings, bundleWebClient } from "./bundle-parts.ts";
import { adapterFiles, encodingsFile, webClientFile } from "./host-file-names.ts";

/** Writes what `hostFileNames` lists to `output`; `host` is the folder of the sources. */
export async function writeHost(host: string, output: string): Promise<void> {
  await mkdir(output, { recursive: true });
  await bundleHost(join(host, "main.ts"), join(output, "host.js"));
  await bundleWebClient(join(host, "web/client.ts"), join(output, webClientFile));
  await bundleEncodings(join(host, "event/encodings.ts"), join(output, encodingsFile));
  // One file, as each costs a quarter of a millisecond of the start.
  const starts = ["require-node.cjs", "start.cjs"].map((name) => readFile(join(host, name)));
  await writeFile(join(output, "main.cjs"), Buffer.concat(await Promise.all(starts)));
  const copies = [["runners/prefork-preload.cjs", "prefork-preload.cjs"] as const];
  for (const [from, to] of [...copies, ...adapterFiles.map((name) => [name, name] as const)]) {
    await mkdir(dirname(join(output, to)), { recursive: true });
    await copyFile(join(host, from), join(output, to));
  }
}
