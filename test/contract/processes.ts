// What Linux says about processes: descendants, descriptors, zombies, memory.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Resources {
  descriptors: number;
  zombies: number;
  /** Living children of the process. */
  children: number;
  residentMb: number;
  peakMb: number;
}

/** Resources of a living process. */
export function resourcesOf(pid: number): Resources {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const children = allProcesses().filter((candidate) => candidate.parent === pid);
  return {
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    zombies: children.filter((child) => child.state === "Z").length,
    children: children.filter((child) => child.state !== "Z").length,
    residentMb: megabytes(status, "VmRSS"),
    peakMb: megabytes(status, "VmHWM"),
  };
}

/**
 * Processes whose environment holds `NAME=value`: a child inherits it, and keeps it when it
 * leaves its process group or its parent dies.
 */
export function processesWith(variable: string): { pid: number; command: string }[] {
  return allProcesses().flatMap(({ pid }) => {
    const environment = readOf(pid, "environ").split("\0");
    if (!environment.includes(variable)) return [];
    return [{ pid, command: readOf(pid, "cmdline").replaceAll("\0", " ").trim() }];
  });
}

function allProcesses(): { pid: number; state: string; parent: number }[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    // The name in parentheses may hold spaces and parentheses itself.
    const [state = "", parent] = readOf(name, "stat").split(") ").at(-1)?.split(" ") ?? [];
    return [{ pid: Number(name), state, parent: Number(parent) }];
  });
}

function readOf(pid: number | string, file: string): string {
  try {
    return readFileSync(join("/proc", String(pid), file), "utf8");
  } catch {
    return ""; // It has ended since it was listed, or belongs to another user.
  }
}

function megabytes(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0) / 1024;
}
