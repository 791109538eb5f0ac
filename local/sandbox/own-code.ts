// Code of a function for it alone, where nothing keeps it from writing to its folder.
import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import type { SandboxOptions } from "./sandbox-options.ts";
import type { SandboxedFunction } from "./sandboxed-function.ts";

/**
 * Under bubblewrap the folder is read-only, and what is served in place is the user's own. Else
 * functions with the same zip would share one folder, and a write of one would reach the others.
 * Gives the folder to remove in the end, if a copy was made.
 */
export async function withOwnCode(
  settings: SandboxedFunction,
  { isolate, temporary }: Pick<SandboxOptions, "isolate" | "temporary">,
): Promise<{ readonly settings: SandboxedFunction; readonly copy: string | undefined }> {
  if (isolate.kind === "bubblewrap" || settings.servedInPlace) return { settings, copy: undefined };
  const copy = join(temporary, `code-${randomUUID()}`);
  await cp(settings.taskRoot, copy, {
    recursive: true,
    verbatimSymlinks: true,
    preserveTimestamps: true,
    mode: constants.COPYFILE_FICLONE,
  });
  return { settings: { ...settings, taskRoot: copy }, copy };
}
