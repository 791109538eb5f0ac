// Several layers as the one folder that a function sees as /opt.
import { createHash, randomUUID } from "node:crypto";
import {
  copyFile,
  link,
  lstat,
  mkdir,
  readdir,
  readlink,
  rename,
  rm,
  symlink,
} from "node:fs/promises";
import { join } from "node:path";

/**
 * The folder that holds all layers, a later one over an earlier one (AWS: "Packaging your layer
 * content"). `cache` is the folder for merged layers; if a layer has changed since, they are merged
 * again.
 */
export async function mergeLayers(layers: readonly string[], cache: string): Promise<string> {
  if (layers.length === 1) return layers[0] as string;
  const merged = join(cache, await fingerprint(layers));
  if (await exists(merged)) return merged;
  // Made aside and moved to its place when complete: several environments may start at once.
  const draft = join(cache, `.${randomUUID()}`);
  await mkdir(draft, { recursive: true });
  for (const layer of layers) await overlay(layer, draft);
  await rename(draft, merged).catch(async (error: Error) => {
    await rm(draft, { recursive: true, force: true });
    if (!(await exists(merged))) throw error;
  });
  return merged;
}

async function overlay(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    const present = await lstat(target).catch(() => undefined);
    if (entry.isDirectory()) {
      if (present && !present.isDirectory()) await rm(target);
      await mkdir(target, { recursive: true });
      await overlay(source, target);
      continue;
    }
    if (present) await rm(target, { recursive: true });
    if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else if (entry.isFile()) await linkOrCopy(source, target);
  }
}

/** A layer may lie on another disk, where no link leads. */
async function linkOrCopy(source: string, target: string): Promise<void> {
  await link(source, target).catch(() => copyFile(source, target));
}

async function fingerprint(layers: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const layer of layers) {
    hash.update(`${layer}\0`);
    for (const name of (await readdir(layer, { recursive: true })).sort()) {
      const { size, mtimeMs, mode } = await lstat(join(layer, name));
      hash.update(`${name}\0${size} ${mtimeMs} ${mode}\0`);
    }
  }
  return hash.digest("hex").slice(0, 32);
}

function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
