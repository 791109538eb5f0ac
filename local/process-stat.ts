// The parts of /proc/ID/stat that say what a process is (proc(5)).
import { statFields } from "../host/process/proc.ts";

export interface ProcessStat {
  readonly parentId: number;
  readonly groupId: number;
  /** Ticks of the system's clock from its start until the process was started. */
  readonly started: string;
}

/** Undefined for a process that is dead and waits for its parent. */
export function parseProcessStat(stat: string): ProcessStat | undefined {
  const fields = statFields(stat);
  const [state = "Z", parentId, groupId] = fields;
  // Field 22 of the line; the state is field 3.
  const started = fields[22 - 3];
  if ("ZX".includes(state) || started === undefined) return undefined;
  return { parentId: Number(parentId), groupId: Number(groupId), started };
}
