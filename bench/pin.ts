// Pins the bench to one CPU: a wake-up across CPUs costs more than most of what is measured here,
// and one CPU is what a small-memory Lambda has.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Pins this process and everything it starts to its last allowed CPU; undefined when it cannot. */
export function pin(): number | undefined {
  const cpus = allowedCpus();
  const last = cpus === undefined ? undefined : /\d+$/.exec(cpus)?.[0];
  if (last === undefined || !allow(last)) return undefined;
  unpinned = cpus;
  return Number(last);
}

/** The CPUs before `pin`; undefined when nothing is pinned. */
let unpinned: string | undefined;

/** Does some work on all CPUs, as a service and its environments are used, then pins again. */
export async function onAllCpus<Result>(work: () => Promise<Result>): Promise<Result> {
  if (unpinned === undefined) return work();
  allow(unpinned);
  try {
    return await work();
  } finally {
    allow(/\d+$/.exec(unpinned)?.[0] ?? unpinned);
  }
}

// Without taskset, or when it is not allowed, the table's first line says that nothing was pinned.
function allow(cpus: string): boolean {
  try {
    execFileSync("taskset", ["-a", "-c", "-p", cpus, String(process.pid)]);
    return true;
  } catch {
    return false;
  }
}

function allowedCpus(): string | undefined {
  if (process.platform !== "linux") return undefined;
  const status = readFileSync("/proc/self/status", "utf8");
  return /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1];
}
