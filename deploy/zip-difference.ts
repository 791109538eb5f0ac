// Which files differ between the deployed code and the new code.

import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { isForHost } from "../host/languages/managed.ts";
import type { Change } from "./change.ts";
import { openZip } from "./open-zip.ts";

/** Larger code is not downloaded to compare it. */
const maximumBytes = 64 * 1024 * 1024;

/**
 * `Code.hello.ts` with size and checksum, before and after. Undefined when the deployed code cannot
 * be had: its address lives for ten minutes, and not every role may read it.
 */
export async function compareCode(
  location: string | undefined,
  zip: string,
  signal: AbortSignal | undefined,
): Promise<Change[] | undefined> {
  if (location === undefined || !/^https?:/.test(location)) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "stdlambda-diff-"));
  try {
    const deployed = join(folder, "deployed.zip");
    if (!(await download(location, deployed, signal))) return undefined;
    return compareFiles(await filesOf(deployed), await filesOf(zip));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A new function's files. */
export async function listCode(zip: string): Promise<Change[]> {
  return compareFiles(new Map(), await filesOf(zip));
}

async function download(
  location: string,
  file: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    const response = await fetch(location, { signal: signal ?? null });
    const length = Number(response.headers.get("content-length") ?? 0);
    if (!response.ok || response.body === null || length > maximumBytes) {
      await response.body?.cancel();
      return false;
    }
    const content = Readable.fromWeb(response.body as ReadableStream);
    await pipeline(content, createWriteStream(file), signal ? { signal } : {});
    return true;
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    // S3 cannot be reached from here; the hashes, which are shown in any case, must be enough.
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** Whether the package has its own runtime. */
export async function bringsBootstrap(zip: string): Promise<boolean> {
  return (await filesOf(zip)).has("bootstrap");
}

/**
 * The same, and whether the host should run its handler where AWS's runtime of the language could.
 */
export async function lookIntoPackage(zip: string, handler: string) {
  const files = await filesOf(zip);
  return {
    bringsBootstrap: files.has("bootstrap"),
    isForHost: isForHost(handler, (path) => files.has(path)),
  };
}

async function filesOf(zip: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const opened = await openZip(zip);
  try {
    for await (const entry of opened.eachEntry()) {
      if (entry.fileName.endsWith("/")) continue;
      const mode = (entry.externalFileAttributes >>> 16) & 0o111;
      const facts = [
        `${entry.uncompressedSize} bytes`,
        `crc ${entry.crc32.toString(16).padStart(8, "0")}`,
        ...(mode === 0 ? [] : ["executable"]),
      ];
      files.set(entry.fileName, facts.join(", "));
    }
  } finally {
    opened.close();
  }
  return files;
}

function compareFiles(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): Change[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => ({
      field: `Code.${name}`,
      ...(before.has(name) && { before: before.get(name) }),
      ...(after.has(name) && { after: after.get(name) }),
    }));
}
