// Puts a finished folder in the place of an older one.
import { rename, rm } from "node:fs/promises";
import { besideTarget } from "./unfinished.ts";

/**
 * The old folder stays until the new one can take its place, and is restored if that fails. Of several
 * builds at once, the last one wins.
 */
export async function replaceFolder(finished: string, folder: string): Promise<void> {
  await using old = await besideTarget(folder);
  for (;;) {
    const isThere = await renameUnless(["ENOENT"], folder, old.path);
    try {
      if (await renameUnless(["ENOTEMPTY", "EEXIST"], finished, folder)) return;
    } catch (error) {
      if (isThere) await rename(old.path, folder);
      throw error;
    }
    // Another build finished first; its folder is replaced in turn.
    await rm(old.path, { recursive: true, force: true });
  }
}

/** False when the rename fails with one of the codes. */
export async function renameUnless(
  codes: readonly string[],
  from: string,
  to: string,
): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (codes.includes((error as NodeJS.ErrnoException).code ?? "")) return false;
    throw error;
  }
}
