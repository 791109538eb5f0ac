// What distinguishes two states of a file without reading it.
import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";

/**
 * The inode tells a file from another one that was renamed over it; the mode has a script's x bit.
 */
export function signatureOf({ mtimeMs, size, mode, ino }: Stats): string {
  return `${mtimeMs}:${size}:${mode}:${ino}`;
}

/** Of the target, if the path is a link; undefined if nothing is there. */
export function statOrNothing(path: string): Promise<Stats | undefined> {
  // Gone again, a link to nowhere, or not readable: in each case not a file that could be loaded.
  return stat(path).catch(() => undefined);
}
