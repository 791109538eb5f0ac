// How many worker threads serve: as many as there are vCPUs, or AWS_LAMBDA_NODEJS_WORKER_COUNT, as
// in AWS's Node runtime. (AWS's default is eight for each vCPU, because an event there waits while
// others in its thread compute; that costs memory.)
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/** No more than there are slots. */
export function threadCount(asked: string | undefined, slots: number): number {
  const wanted = Number.parseInt(asked ?? "", 10);
  return Math.min(wanted > 0 ? wanted : vCpus(), slots);
}

/** The processors that the container may use (cgroup v2), or those of the machine. */
function vCpus(): number {
  const cpus = availableParallelism();
  try {
    const [quota, period] = readFileSync("/sys/fs/cgroup/cpu.max", "utf8").split(" ").map(Number);
    const share = Math.ceil((quota as number) / (period as number));
    return share > 0 ? Math.min(share, cpus) : cpus;
  } catch {
    return cpus;
  }
}
