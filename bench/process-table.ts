// What /proc says about one process and all it has started.
import { readdirSync, readFileSync } from "node:fs";

/** Memory in bytes; `children` counts all descendants, `zombies` those not yet reaped. */
export type Observation = { memory: number; fds: number; children: number; zombies: number };

type Process = { id: number; parent: number; state: string };

/** Observes a process; throws when it has ended. */
export function observe(id: number): Observation {
  const descendants = descendantsOf(id, allProcesses());
  return {
    memory: residentMemory(id),
    fds: readdirSync(`/proc/${id}/fd`).length,
    children: descendants.length,
    zombies: descendants.filter((process) => process.state === "Z").length,
  };
}

/** The same of all that a process has started, taken together; shared memory counts for each. */
export function observeTree(id: number): Observation {
  const descendants = descendantsOf(id, allProcesses());
  // One that has ended meanwhile has no memory, and no descriptors.
  const memory = descendants.reduce((sum, process) => sum + residentMemory(process.id), 0);
  return {
    memory,
    fds: 0,
    children: descendants.length,
    zombies: descendants.filter((process) => process.state === "Z").length,
  };
}

function residentMemory(id: number): number {
  const status = readOrNothing(`/proc/${id}/status`);
  return Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

/** The ids of all processes whose environment holds `text`, the orphans among them. */
export function processesWith(text: string): number[] {
  return allProcesses()
    .map((process) => process.id)
    .filter((id) => readOrNothing(`/proc/${id}/environ`).includes(text));
}

function allProcesses(): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      // The name of a program stands in brackets and may hold anything: read behind the last one.
      const stat = readOrNothing(`/proc/${name}/stat`);
      const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return state && parent ? [{ id: Number(name), parent: Number(parent), state }] : [];
    });
}

function descendantsOf(id: number, processes: readonly Process[]): Process[] {
  const children = processes.filter((process) => process.parent === id);
  return children.flatMap((child) => [child, ...descendantsOf(child.id, processes)]);
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // A process may end between its listing and its reading, or belong to another user.
    return "";
  }
}
