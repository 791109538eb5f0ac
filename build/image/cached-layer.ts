// Compresses a large layer once: its blob is cached under the hash of its tar, and verified on use.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { besideTarget } from "../cache/unfinished.ts";
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
  const kept = await takeKept(folder, diffId, layout);
  if (kept === undefined) {
    const layer = await writeLayer(entries, blobFolder(layout), options);
    await keep(blobFile(layout, layer.descriptor), folder, diffId, layer.descriptor.digest);
    return layer;
  }
  options.onBytes?.(entries.reduce((sum, { size }) => sum + size, 0));
  return {
    descriptor: { mediaType: mediaTypes.layer, ...kept },
    diffId: `sha256:${diffId}`,
    createdBy: options.createdBy,
  };
}

/** Verifies a copy, because another build may remove the cached blob at any time. */
async function takeKept(folder: string, diffId: string, layout: string) {
  const names = await readdir(folder).catch(() => []); // Nothing has been kept yet.
  for (const name of names.filter((candidate) => candidate.startsWith(`${diffId}.`))) {
    const digest = `sha256:${name.slice(diffId.length + 1)}`;
    const blob = blobFile(layout, { digest });
    await using copy = await besideTarget(blob);
    try {
      await copyFile(join(folder, name), copy.path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") continue;
      throw error;
    }
    const hash = createHash("sha256");
    await pipeline(createReadStream(copy.path), hash);
    if (`sha256:${hash.digest("hex")}` !== digest) continue;
    const { size } = await stat(copy.path);
    await rename(copy.path, blob);
    return { digest, size };
  }
  return undefined;
}

/** If two builds keep the same layer at once, either will do: the bytes are the same. */
async function keep(blob: string, folder: string, diffId: string, digest: string): Promise<void> {
  const place = join(folder, `${diffId}.${digest.slice("sha256:".length)}`);
  await using copy = await besideTarget(place);
  await copyFile(blob, copy.path);
  await rename(copy.path, place);
  await forgetOld(folder);
}

/** Two architectures and two versions of the host, about 45 MB each. */
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
