// The processes of one environment: found, stopped, continued, measured and ended together.

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { processIds, readProcessFile } from "../../host/process/proc.ts";
import { parseProcessStat } from "../process-stat.ts";

/** A killed process may have started another one in the meantime; each look finds what is left. */
const maximumLooks = 20;
const betweenLooksMs = 10;

/** A process and all that descends from it, parents first. */
export function processTree(rootId: number): number[] {
  const tree = [rootId];
  // Grows while it is walked.
  for (const id of tree) tree.push(...childrenOf(id));
  return tree;
}

/** Sends a signal to each; one that has ended since it was listed is skipped. */
export function signalAll(ids: readonly number[], signal: NodeJS.Signals): void {
  for (const id of ids) {
    try {
      process.kill(id, signal);
    } catch {
      // It has ended already.
    }
  }
}

/**
 * Kills a process, its group, its descendants, and each process that was started with `marker` in
 * its environment (which finds those that left group, session and parent; Linux only).
 */
export async function killProcessTree(rootId: number, marker: string): Promise<void> {
  for (let look = 0; look < maximumLooks; look++) {
    const victims = findVictims(rootId, marker);
    if (victims.length === 0) return;
    signalAll(victims, "SIGKILL");
    await delay(betweenLooksMs);
  }
}

function findVictims(rootId: number, marker: string): number[] {
  const marked = listProcesses().filter(
    ({ id, groupId, environment }) =>
      id === rootId || groupId === rootId || environment?.includes(marker),
  );
  const all = new Set(marked.flatMap(({ id }) => processTree(id)));
  all.delete(process.pid);
  return [...all];
}

function childrenOf(id: number): number[] {
  if (!hasProc) return listWithPs().flatMap((row) => (row.parentId === id ? [row.id] : []));
  try {
    // A process may be started by any of its parent's threads, and is listed with that one.
    return readdirSync(`/proc/${id}/task`).flatMap((thread) =>
      readFileSync(`/proc/${id}/task/${thread}/children`, "latin1")
        .split(" ")
        .filter(Boolean)
        .map(Number),
    );
  } catch {
    // It, or one of its threads, has ended meanwhile.
    return [];
  }
}

interface ProcessRow {
  readonly id: number;
  readonly parentId: number;
  readonly groupId: number;
  /** The variables it was started with; undefined where the system does not show them. */
  readonly environment: string | undefined;
}

// macOS has no /proc.
const hasProc = process.platform === "linux";

function listProcesses(): ProcessRow[] {
  if (!hasProc) return listWithPs();
  return processIds()
    .map(readProcess)
    .filter((row) => row !== undefined);
}

/** Undefined for a process that has ended, or is dead and waits for its parent. */
function readProcess(id: number): ProcessRow | undefined {
  const stat = parseProcessStat(readProcessFile(id, "stat"));
  if (stat === undefined) return undefined;
  // Another user's process does not show its variables; it is not ours either.
  return { id, ...stat, environment: readProcessFile(id, "environ") };
}

function listWithPs(): ProcessRow[] {
  const text = execFileSync("ps", ["-A", "-o", "pid=,ppid=,pgid=,stat="], { encoding: "latin1" });
  return text
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state]) => state !== undefined && !state.startsWith("Z"))
    .map(([id, parentId, groupId]) => ({
      id: Number(id),
      parentId: Number(parentId),
      groupId: Number(groupId),
      environment: undefined,
    }));
}
