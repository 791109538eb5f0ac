// One service for one directory: a file with the holder's process, made only if it does not exist.

import { randomUUID } from "node:crypto";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { incorrectUsage } from "../../host/expected-error.ts";
import { errorCode } from "./disk-failure.ts";
import { processStart } from "./process-start.ts";

interface Holder {
  readonly pid: number;
  /** The moment it was started: ids are given again after a reboot. */
  readonly start: string;
}

export interface Lock {
  release(): Promise<void>;
}

/** Rounds in which another starting service may be in the way. */
const maximumRounds = 20;
/** The holder creates the file and then writes it: an empty file may still get its content. */
const contentWaitMs = 25;
/** How long it may take to remove one file, beyond any doubt. */
const takeoverMs = 10_000;

/** @throws Error naming the process that serves from the directory. */
export async function lockDirectory(directory: string): Promise<Lock> {
  const path = join(directory, "lock");
  const own: Holder = { pid: process.pid, start: (await processStart(process.pid)) ?? "unknown" };
  // The id tells this lock from a later one of the same process.
  const content = JSON.stringify({ ...own, id: randomUUID() });
  for (let round = 0; round < maximumRounds; round++) {
    if (await create(path, content)) return { release: () => removeIfStill(path, content) };
    const found = await readFile(path, "utf8").catch(missing);
    if (found === undefined) continue;
    const other = parseHolder(found);
    if (other !== undefined && (await runs(other))) throw inUse(directory, path, other);
    // Empty: it is being written just now, or is left from a service that was killed meanwhile.
    if (found === "" && round < maximumRounds / 2) await delay(contentWaitMs);
    else await removeStale(directory, path, found);
  }
  throw incorrectUsage(
    `${path} cannot be acquired: other services keep acquiring it. Try again, or remove the file if no service uses ${directory}.`,
  );
}

async function create(path: string, content: string): Promise<boolean> {
  try {
    await writeFile(path, content, { flag: "wx" });
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { pid, start } = JSON.parse(text);
    return Number.isSafeInteger(pid) && pid > 0 ? { pid, start: String(start) } : undefined;
  } catch {
    return undefined; // Cut off: its writer was killed, so it holds nothing.
  }
}

async function runs(holder: Holder): Promise<boolean> {
  const start = await processStart(holder.pid);
  // A process that hides its start may be the holder; it is better to refuse than to write beside
  // it.
  return start !== undefined && (start === "hidden" || start === holder.start);
}

function inUse(directory: string, path: string, { pid }: Holder): Error {
  return incorrectUsage(
    `${directory} is in use by another service (process ${pid}). Stop it (kill ${pid}) or serve from another directory; if process ${pid} is something else, remove ${path}.`,
  );
}

/**
 * Two services may find the same stale file, and the slower one must not remove the lock that the
 * faster one has made by then. So only the holder of a second file may remove the first, and it
 * checks again.
 */
async function removeStale(directory: string, path: string, stale: string): Promise<void> {
  const guard = join(directory, "lock.takeover");
  if (!(await create(guard, ""))) {
    const { mtimeMs } = (await stat(guard).catch(missing)) ?? { mtimeMs: Date.now() };
    // Held for a few milliseconds; an old one is the rest of a service that was killed just then.
    if (Date.now() - mtimeMs > takeoverMs) await rm(guard, { force: true });
    await delay(contentWaitMs);
    return;
  }
  try {
    await removeIfStill(path, stale);
  } finally {
    await rm(guard, { force: true });
  }
}

async function removeIfStill(path: string, content: string): Promise<void> {
  const found = await readFile(path, "utf8").catch(missing);
  if (found === content) await rm(path, { force: true });
}

function missing(error: unknown): undefined {
  if (errorCode(error) === "ENOENT") return undefined;
  throw error;
}
