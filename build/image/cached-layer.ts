// A large layer is compressed once: its blob is kept by the hash of its tar, and checked when used.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { ImageEntry } from "./image-files.ts";
import { blobFile, blobFolder } from "./image-layout.ts";
import { mediaTypes } from "./image-types.ts";
import { type LayerOptions, tarStream, type WrittenLayer, writeLayer } from "./write-layer.ts";

/** As `writeLayer`; `cache` is an absolute folder that builds share. */
export async function cachedLayer(
  entries: readonly ImageEntry[],
  layout: string,
  cache: string,
  options: LayerOptions,
): Promise<WrittenLayer> {
  const folder = join(cache, "image-layers");
  const tar = createHash("sha256");
  await pipeline(tarStream(entries), tar, { signal: options.signal });
  const diffId = tar.digest("hex");
  const kept = await findKept(folder, diffId);
  if (kept === undefined) {
    const layer = await writeLayer(entries, blobFolder(layout), options);
    await keep(
      blobFile(layout, layer.descriptor),
      folder,
      `${diffId}.${layer.descriptor.digest.slice(7)}`,
    );
    return layer;
  }
  const digest = `sha256:${kept.digest}`;
  await mkdir(blobFolder(layout), { recursive: true });
  await copyFile(kept.file, blobFile(layout, { digest }));
  options.onBytes?.(entries.reduce((sum, { size }) => sum + size, 0));
  return {
    descriptor: { mediaType: mediaTypes.layer, digest, size: kept.size },
    diffId: `sha256:${diffId}`,
    createdBy: options.createdBy,
  };
}

async function findKept(folder: string, diffId: string) {
  const names = await readdir(folder).catch(() => []); // Nothing has been kept yet.
  for (const name of names.filter((candidate) => candidate.startsWith(`${diffId}.`))) {
    const file = join(folder, name);
    const digest = name.slice(diffId.length + 1);
    const hash = createHash("sha256");
    await pipeline(createReadStream(file), hash);
    if (hash.digest("hex") === digest) return { file, digest, size: (await stat(file)).size };
  }
  return undefined;
}

/** Whole under its name or not there; of two builds at once either's bytes are the same. */
async function keep(blob: string, folder: string, name: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const unfinished = join(folder, `.${name}.${process.pid}.tmp`);
  try {
    await copyFile(blob, unfinished);
    await rename(unfinished, join(folder, name));
    await forgetOld(folder);
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** Two processors and two versions of ours; each has some 45 MB. */
const keptLayers = 4;

async function forgetOld(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith("."));
  const times = await Promise.all(
    names.map(async (name) => {
      const stats = await stat(join(folder, name)).catch(() => undefined); // Another build's turn.
      return { name, mtimeMs: stats?.mtimeMs ?? 0 };
    }),
  );
  const old = times.sort((a, b) => b.mtimeMs - a.mtimeMs).slice(keptLayers);
  for (const { name } of old) await rm(join(folder, name), { force: true });
}
