// A function's own copy of its code and layers, when nothing keeps it from writing to them.
import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { SandboxOptions } from "./sandbox-options.ts";
import type { SandboxedFunction } from "./sandboxed-function.ts";

/**
 * Under bubblewrap the folders are read-only, and a folder that is served in place is the user's
 * own. Otherwise functions with the same zip or layer would share a folder, and one could change it
 * for the others. Returns the folder to remove in the end, if copies were made.
 */
export async function withOwnCode(
  settings: SandboxedFunction,
  { isolate, temporary }: Pick<SandboxOptions, "isolate" | "temporary">,
): Promise<{ readonly settings: SandboxedFunction; readonly copy: string | undefined }> {
  if (isolate.kind === "bubblewrap" || settings.servedInPlace) return { settings, copy: undefined };
  const copy = join(temporary, `code-${randomUUID()}`);
  const copied = async (folder: string, name: string) => {
    const target = join(copy, name);
    await cp(folder, target, {
      recursive: true,
      verbatimSymlinks: true,
      preserveTimestamps: true,
      mode: constants.COPYFILE_FICLONE,
    });
    return target;
  };
  try {
    const taskRoot = await copied(settings.taskRoot, "task");
    const layers: string[] = [];
    for (const layer of settings.layers) layers.push(await copied(layer, `layer-${layers.length}`));
    return { settings: { ...settings, taskRoot, layers }, copy };
  } catch (error) {
    await rm(copy, { recursive: true, force: true });
    throw error;
  }
}
