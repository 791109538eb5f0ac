// What tells two states of a file apart without reading it.
import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";

/** The inode tells a file from another one that was renamed over it; the mode is a script's x bit. */
export function signatureOf({ mtimeMs, size, mode, ino }: Stats): string {
  return `${mtimeMs}:${size}:${mode}:${ino}`;
}

/** The target's, where the path is a link; undefined when nothing is there. */
export function statOrNothing(path: string): Promise<Stats | undefined> {
  // Gone again, a link to nowhere, or not ours to see: in each case no file that could be loaded.
  return stat(path).catch(() => undefined);
}
