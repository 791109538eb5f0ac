// Removes code that nothing needs any more, but not code that a record is about to mention.
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { hexOf } from "./code.ts";
import { diskFailure } from "./disk-failure.ts";
import { removeFolder } from "./leftovers.ts";
import type { Turns } from "./turns.ts";

/** Between the upload of code and the record that mentions it; far more than that takes. */
const freshMs = 60_000;

export interface GarbageOptions {
  readonly zips: string;
  readonly unpacked: string;
  /** The folders of records, where damaged ones lie that may be repaired. */
  readonly recordFolders: readonly string[];
  readonly turns: Turns;
  /** Epoch milliseconds. */
  readonly lastUse: (hash: string) => number;
  /** Base64; asked again for each piece of code, since records change meanwhile. */
  readonly needed: () => Iterable<string>;
}

/** @throws ServiceError when the disk refuses; what could not be checked is kept. */
export async function collectGarbage(options: GarbageOptions): Promise<void> {
  await collect(options).catch((error) => {
    throw diskFailure("remove unused code", error);
  });
}

async function collect(options: GarbageOptions): Promise<void> {
  const { zips, unpacked, turns } = options;
  const damaged = await mentionedByDamaged(options.recordFolders);
  const names = [...(await readdir(zips)), ...(await readdir(unpacked))];
  const hashes = new Set(
    names.flatMap((name) => name.match(/^([0-9a-f]{64})(?:\.zip)?$/)?.[1] ?? []),
  );
  for (const hash of hashes) {
    await turns.run(hash, async () => {
      if (Date.now() - options.lastUse(hash) < freshMs) return;
      if (damaged.has(hash) || new Set([...options.needed()].map(hexOf)).has(hash)) return;
      await rm(join(zips, `${hash}.zip`), { force: true });
      await removeFolder(join(unpacked, hash), unpacked);
    });
  }
}

/** A record that was put aside still owns its code: somebody may repair it. */
async function mentionedByDamaged(folders: readonly string[]): Promise<Set<string>> {
  const hashes = new Set<string>();
  for (const folder of folders) {
    for (const name of await readdir(folder)) {
      if (!name.includes(".damaged-")) continue;
      const text = await readFile(join(folder, name), "latin1");
      for (const [sha256] of text.matchAll(/(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{43}=/g)) {
        hashes.add(hexOf(sha256));
      }
    }
  }
  return hashes;
}
