// Ends all that an environment left on this machine: Lambda resets a sandbox, a laptop has none.
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

interface ProcessRow {
  readonly id: number;
  readonly parentId: number;
  readonly groupId: number;
  /** The variables it was started with; undefined where the system does not show them. */
  readonly environment: string | undefined;
}

/** A killed process may have started another one in the meantime; each look finds what is left. */
const maximumLooks = 10;
const betweenLooksMs = 10;

/**
 * Kills a process, its group, its descendants, and each process that was started with `marker` in
 * its environment (which finds those that left group, session and parent; Linux only).
 */
export async function killProcessTree(rootId: number, marker: string): Promise<void> {
  for (let look = 0; look < maximumLooks; look++) {
    const victims = findVictims(await listProcesses(), rootId, marker);
    if (victims.length === 0) return;
    for (const id of victims) kill(id);
    await delay(betweenLooksMs);
  }
}

function findVictims(processes: readonly ProcessRow[], rootId: number, marker: string): number[] {
  const victims = new Set<number>();
  const add = (id: number) => {
    if (victims.has(id) || id === process.pid) return;
    victims.add(id);
    for (const row of processes) if (row.parentId === id) add(row.id);
  };
  for (const { id, groupId, environment } of processes) {
    if (id === rootId || groupId === rootId || environment?.includes(marker)) add(id);
  }
  return [...victims];
}

function kill(id: number): void {
  try {
    process.kill(id, "SIGKILL");
  } catch {
    // It ended by itself since it was listed, which is as good.
  }
}

async function listProcesses(): Promise<ProcessRow[]> {
  const ids = await readdir("/proc").then(
    (names) => names.map(Number).filter((id) => id > 0),
    () => [],
  );
  // macOS has no /proc.
  if (ids.length === 0) return listWithPs();
  const rows = await Promise.all(ids.map(readProcess));
  return rows.filter((row) => row !== undefined);
}

/** Undefined for a process that has ended, or is dead and waits for its parent. */
async function readProcess(id: number): Promise<ProcessRow | undefined> {
  const stat = await readFile(`/proc/${id}/stat`, "latin1").catch(() => "");
  // The name in parentheses may hold anything, parentheses too.
  const [state, parentId, groupId] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (state === undefined || groupId === undefined || "ZX".includes(state)) return undefined;
  // Another user's process does not show its variables; it is not ours either.
  const environment = await readFile(`/proc/${id}/environ`, "latin1").catch(() => undefined);
  return { id, parentId: Number(parentId), groupId: Number(groupId), environment };
}

async function listWithPs(): Promise<ProcessRow[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,pgid=,stat="]);
  return stdout
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
