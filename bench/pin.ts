// Pins the bench to one CPU: a wake-up across CPUs costs more than most of what is measured here,
// and one CPU is what a small-memory Lambda has.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Pins this process and all it starts to its last allowed CPU; undefined when it cannot. */
export function pin(): number | undefined {
  const cpu = lastAllowedCpu();
  if (cpu === undefined) return undefined;
  try {
    execFileSync("taskset", ["-a", "-c", "-p", String(cpu), String(process.pid)]);
  } catch {
    // No taskset, or not allowed: the table's first line then says that nothing was pinned.
    return undefined;
  }
  return cpu;
}

function lastAllowedCpu(): number | undefined {
  if (process.platform !== "linux") return undefined;
  const status = readFileSync("/proc/self/status", "utf8");
  const last = /^Cpus_allowed_list:.*?(\d+)$/m.exec(status)?.[1];
  return last === undefined ? undefined : Number(last);
}
