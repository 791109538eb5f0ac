// What /proc says about one process and everything it has started.
import { readdirSync } from "node:fs";
import { processIds, readProcessFile, statFields, statusBytes } from "../host/process/proc.ts";

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

/** The same for everything that a process has started, added up; shared memory counts for each. */
export function observeTree(id: number): Observation {
  const descendants = descendantsOf(id, allProcesses());
  // A process that has ended meanwhile has no memory and no descriptors.
  const memory = descendants.reduce((sum, process) => sum + residentMemory(process.id), 0);
  return {
    memory,
    fds: 0,
    children: descendants.length,
    zombies: descendants.filter((process) => process.state === "Z").length,
  };
}

function residentMemory(id: number): number {
  return statusBytes(readProcessFile(id, "status"), "VmRSS");
}

/** The ids of all processes whose environment holds `text`, the orphans among them. */
export function processesWith(text: string): number[] {
  return allProcesses()
    .map((process) => process.id)
    .filter((id) => readProcessFile(id, "environ").includes(text));
}

function allProcesses(): Process[] {
  return processIds().flatMap((id) => {
    const [state, parent] = statFields(readProcessFile(id, "stat"));
    return state && parent ? [{ id, parent: Number(parent), state }] : [];
  });
}

function descendantsOf(id: number, processes: readonly Process[]): Process[] {
  const children = processes.filter((process) => process.parent === id);
  return children.flatMap((child) => [child, ...descendantsOf(child.id, processes)]);
}
