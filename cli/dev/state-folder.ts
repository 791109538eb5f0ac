// Where the service keeps its data: DIR/.stdlambda, or a temporary folder if DIR is read-only.
import { constants } from "node:fs";
import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface StateFolder {
  readonly path: string;
  /** Whether it is removed with the service. */
  readonly isTemporary: boolean;
  remove(): Promise<void>;
}

export async function stateFolder(directory: string): Promise<StateFolder> {
  const own = join(directory, ".stdlambda");
  if ((await isWritable(own)) ?? (await isWritable(directory)) ?? true) {
    return { path: own, isTemporary: false, remove: async () => {} };
  }
  const path = await mkdtemp(join(tmpdir(), "stdlambda-dev-"));
  return { path, isTemporary: true, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Undefined if there is nothing. */
async function isWritable(path: string): Promise<boolean | undefined> {
  try {
    await access(path, constants.W_OK);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "EACCES" || code === "EROFS" || code === "EPERM" ? false : undefined;
  }
}
