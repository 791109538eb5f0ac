// The code of functions and layers: each zip once, under the name of its hash, with its unpacked
// files beside it.
import { createHash } from "node:crypto";
import { access, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { lambdaError, type ServiceError } from "../service-error.ts";
import { diskFailure, errorCode } from "./disk-failure.ts";
import { removeFolder, temporaryPath } from "./leftovers.ts";
import { checkUploadSize } from "./package-limits.ts";
import { replaceFile, syncFolder } from "./replace-file.ts";
import { setAside } from "./set-aside.ts";
import type { CodeStore } from "./store.ts";
import type { Turns } from "./turns.ts";

export interface CodeOptions {
  /** Holds the zips, as `<hash in hex>.zip`. */
  readonly zips: string;
  /** Holds the unpacked folders, as `<hash in hex>`; may be emptied at any time. */
  readonly unpacked: string;
  readonly turns: Turns;
  /** @throws Error once the store is closed. */
  readonly checkOpen: () => void;
}

export interface Code extends CodeStore {
  /** Epoch milliseconds of the last time the code was added or asked for; 0 for never. */
  lastUse(hash: string): number;
}

export function openCode({ zips, unpacked, turns, checkOpen }: CodeOptions): Code {
  const sizes = new Map<string, number>();
  /** Folders that were found to hold what their zip holds. */
  const whole = new Set<string>();
  const uses = new Map<string, number>();
  const zipPath = (hash: string) => join(zips, `${hash}.zip`);
  const folderPath = (hash: string) => join(unpacked, hash);

  async function keep(zip: Buffer) {
    checkOpen();
    const sha256 = hashOf(zip);
    const hash = hexOf(sha256);
    const unpackedSize = await turns.run(hash, async () => {
      uses.set(hash, Date.now());
      const isNew = !(await exists(folderPath(hash)));
      // First, because a zip that is refused must not be left behind.
      const size = await unpackOnce(zip, hash);
      // A second upload may be meant to repair what is damaged here.
      if (!(await holds(zipPath(hash), zip))) {
        await replaceFile(zipPath(hash), zip).catch(async (error) => {
          // A full disk needs the room; the folder is made again from a zip only.
          if (isNew) await removeFolder(folderPath(hash), unpacked);
          throw diskFailure("keep the code", error);
        });
      }
      return size;
    });
    return { sha256, size: zip.length, unpackedSize };
  }

  /** Leaves a folder with exactly the contents of the zip, and replaces any other one. */
  async function unpackOnce(zip: Buffer, hash: string): Promise<number> {
    const { unpack, unpackedAs } = await import("./unpack.ts");
    const folder = folderPath(hash);
    const isThere = await exists(folder);
    const known = isThere ? await unpackedAs(zip, folder) : undefined;
    if (known !== undefined) {
      whole.add(hash);
      sizes.set(hash, known);
      return known;
    }
    const temporary = temporaryPath(unpacked);
    const size = await unpack(zip, temporary);
    try {
      if (isThere) await removeFolder(folder, unpacked);
      await rename(temporary, folder);
      await syncFolder(unpacked);
    } catch (error) {
      await rm(temporary, { recursive: true, force: true });
      throw diskFailure("keep the unpacked code", error);
    }
    whole.add(hash);
    sizes.set(hash, size);
    return size;
  }

  async function read(sha256: string): Promise<Buffer> {
    const path = zipPath(hexOf(sha256));
    const zip = await readFile(path).catch((error) => {
      if (errorCode(error) === "ENOENT") throw lost(`${path} is gone`);
      throw diskFailure("read the code", error);
    });
    if (hashOf(zip) === sha256) return zip;
    // Moved aside, so that the true bytes can be stored when they are uploaded again.
    const aside = await setAside(path);
    throw lost(`${path} is damaged (put aside as ${aside ?? path})`);
  }

  return {
    async add(zip) {
      checkUploadSize(zip.length);
      return keep(zip);
    },
    async addDirectory(root) {
      const { zipDirectory } = await import("./zip-directory.ts");
      return keep(await zipDirectory(root));
    },
    async folder(sha256) {
      const hash = hexOf(sha256);
      checkOpen();
      return turns.run(hash, async () => {
        uses.set(hash, Date.now());
        // Checked at once: a crash of the machine, or somebody, may have damaged it in between.
        const isWhole = whole.has(hash) && (await exists(folderPath(hash)));
        if (!isWhole) await unpackOnce(await read(sha256), hash);
        return folderPath(hash);
      });
    },
    zip: (sha256) => zipPath(hexOf(sha256)),
    async unpackedSize(sha256) {
      const hash = hexOf(sha256);
      const known = sizes.get(hash);
      if (known !== undefined) return known;
      const zip = await read(sha256);
      const { declaredSize } = await import("./unpack.ts");
      const size = await declaredSize(zip);
      sizes.set(hash, size);
      return size;
    },
    lastUse: (hash) => uses.get(hash) ?? 0,
  };
}

/** Hex for file names, because base64 has slashes. */
export function hexOf(sha256: string): string {
  const bytes = Buffer.from(sha256, "base64");
  if (bytes.length !== 32) throw new Error(`${JSON.stringify(sha256)} is not a base64 SHA-256`);
  return bytes.toString("hex");
}

function hashOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("base64");
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function holds(path: string, bytes: Buffer): Promise<boolean> {
  const kept = await readFile(path).catch(() => undefined);
  return kept?.equals(bytes) ?? false;
}

function lost(what: string): ServiceError {
  return lambdaError(
    "ServiceException",
    `The code cannot be unpacked: ${what}. Upload it again (update-function-code, publish-layer-version).`,
  );
}
