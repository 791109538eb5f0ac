// Opens what the service has stored in a directory (`.stdlambda/`), however the last one ended.

import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ExpectedError, incorrectUsage } from "../../host/expected-error.ts";
import { lambdaError } from "../service-error.ts";
import { exists, openCode } from "./code.ts";
import { openCollection } from "./collection.ts";
import { errorCode } from "./disk-failure.ts";
import { collectGarbage } from "./garbage.ts";
import { removeLeftovers } from "./leftovers.ts";
import { type Lock, lockDirectory } from "./lock.ts";
import { mentionedCode } from "./mentioned-code.ts";
import type { FunctionRecord, LayerRecord } from "./records.ts";
import type { Store } from "./store.ts";
import { createTurns } from "./turns.ts";

export interface StoreOptions {
  /** Called with what was found damaged, where it was put and what to do. */
  onDamage(message: string): void;
}

/**
 * Makes the directory if it does not exist.
 * @throws Error when another service has the directory, or it cannot be used.
 */
export async function openStore(directory: string, options: StoreOptions): Promise<Store> {
  const root = resolve(directory);
  const folders = {
    functions: join(root, "functions"),
    layers: join(root, "layers"),
    zips: join(root, "code"),
    unpacked: join(root, "unpacked"),
  };
  const lock = await prepare(root, Object.values(folders));
  try {
    await removeLeftovers(root);
    return await open(folders, lock, options);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function prepare(root: string, folders: readonly string[]): Promise<Lock> {
  try {
    for (const folder of folders) await mkdir(folder, { recursive: true });
    await writeFile(join(root, ".gitignore"), "*\n", { flag: "wx" }).catch((error) => {
      // Written before, and perhaps changed by the user since.
      if (errorCode(error) !== "EEXIST") throw error;
    });
    return await lockDirectory(root);
  } catch (error) {
    if (error instanceof ExpectedError || !(error instanceof Error)) throw error;
    throw incorrectUsage(
      `${root} cannot store functions: ${error.message}. Choose a writable directory.`,
    );
  }
}

type Folders = Readonly<Record<"functions" | "layers" | "zips" | "unpacked", string>>;

async function open(folders: Folders, lock: Lock, { onDamage }: StoreOptions): Promise<Store> {
  for (const folder of Object.values(folders)) await removeLeftovers(folder);
  const turns = createTurns();
  let isClosed = false;
  const checkOpen = () => {
    if (isClosed) throw lambdaError("ServiceException", "The service is shutting down");
  };
  const shared = { turns, checkOpen, onDamage };
  const functions = await openCollection<FunctionRecord>({
    ...shared,
    folder: folders.functions,
    check: async (value) => (await import("./record-schema.ts")).checkFunction(value),
  });
  const layers = await openCollection<LayerRecord>({
    ...shared,
    folder: folders.layers,
    check: async (value) => (await import("./record-schema.ts")).checkLayer(value),
  });
  const code = openCode({ ...folders, turns, checkOpen });
  const missing = new Set<string>();
  for (const { owner, sha256 } of mentionedCode(functions.all(), layers.all())) {
    if (await exists(code.zip(sha256))) continue;
    missing.add(sha256);
    onDamage(
      `The code of ${owner} is gone (${code.zip(sha256)}); upload it again. Until then unused code is kept, because some of it may be what the record meant.`,
    );
  }
  return {
    functions,
    layers,
    code,
    async collectGarbage(inUse = []) {
      checkOpen();
      for (const sha256 of missing) if (await exists(code.zip(sha256))) missing.delete(sha256);
      if (missing.size > 0) return;
      const running = [...inUse];
      await collectGarbage({
        ...folders,
        turns,
        recordFolders: [folders.functions, folders.layers],
        lastUse: code.lastUse,
        *needed() {
          yield* running;
          for (const { sha256 } of mentionedCode(functions.all(), layers.all())) yield sha256;
        },
      });
    },
    async close() {
      isClosed = true;
      await turns.settled();
      // A lock that could not be removed is found stale once this process has ended.
      await lock.release().catch(() => {});
    },
  };
}
