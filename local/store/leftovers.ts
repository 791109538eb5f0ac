// Names for what is not complete yet, and the removal of what a killed service left under them.
import { randomUUID } from "node:crypto";
import { readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "./disk-failure.ts";

/** No name of a record begins with a dot, so a leftover is never taken for one. */
const leftover = /^\.[0-9a-f-]{36}\.tmp$/;

/** A path in the folder for a file or folder that is renamed once it is complete. */
export function temporaryPath(folder: string): string {
  return join(folder, `.${randomUUID()}.tmp`);
}

export async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (leftover.test(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** Removes a folder of `parent`: half of one under its own name would pass for the whole. */
export async function removeFolder(path: string, parent: string): Promise<void> {
  const temporary = temporaryPath(parent);
  await rename(path, temporary).catch((error) => {
    if (errorCode(error) !== "ENOENT") throw error;
  });
  await rm(temporary, { recursive: true, force: true });
}
