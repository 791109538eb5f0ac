// The conditions of a run, in one line: without them nobody can judge its table later.
import { cpus, loadavg } from "node:os";

/**
 * One line about the machine; `cpu` is the one that everything is pinned to, undefined when it is
 * not.
 */
export function conditions(cpu: number | undefined): string {
  const model = cpus()[0]?.model ?? "unknown processor";
  const [load = 0] = loadavg();
  const pinned =
    cpu === undefined ? "NOT pinned (taskset is missing)" : `server and runtime on CPU ${cpu}`;
  const busy = load > 0.5 ? " (others use this machine: compare ratios only)" : "";
  const system = `${process.platform}-${process.arch}`;
  return `Node ${process.versions.node}, ${system}, ${model.trim()}, ${cpus().length} CPUs; ${pinned}; load ${load.toFixed(1)}${busy}`;
}
