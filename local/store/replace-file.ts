// Writes a file so that after a crash there is either the old one or the new one, never a part.
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode } from "./disk-failure.ts";
import { temporaryPath } from "./leftovers.ts";

/** Only its owner may read it: records hold the variables of functions, secrets among them. */
const mode = 0o600;

export async function replaceFile(path: string, content: string | Buffer): Promise<void> {
  const folder = dirname(path);
  const temporary = temporaryPath(folder);
  try {
    const file = await open(temporary, "wx", mode);
    try {
      await file.writeFile(content);
      // Before the rename: otherwise a power cut may leave the new name without its content.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

/** Makes names that were given or taken in the folder last through a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } catch (error) {
    // Some network and FUSE file systems cannot sync a folder; their rename is as lasting as it gets.
    if (!["EINVAL", "ENOTSUP", "ENOSYS"].includes(errorCode(error) ?? "")) throw error;
  } finally {
    await handle.close();
  }
}
