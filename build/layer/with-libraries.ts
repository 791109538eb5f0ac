// Lets a layer's Node run on this machine with the libraries in the layer.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { PackageFile } from "../zip/package-file.ts";

/** Calls `use` with variables that point to those of `files` that are in lib/. */
export async function withLibraries<Result>(
  files: readonly PackageFile[],
  { PATH }: NodeJS.ProcessEnv,
  use: (env: NodeJS.ProcessEnv) => Promise<Result>,
): Promise<Result> {
  const libraries = files.filter(({ path }) => path.startsWith("lib/"));
  // Nothing else from the user: NODE_OPTIONS would change what Node compiles.
  if (libraries.length === 0) return use({ PATH });
  const folder = await mkdtemp(join(tmpdir(), "stdlambda-lib-"));
  try {
    for (const { path, content } of libraries) {
      if (content.kind === "bytes") await writeFile(join(folder, basename(path)), content.bytes);
    }
    return await use({ PATH, LD_LIBRARY_PATH: folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
