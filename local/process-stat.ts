// What /proc/ID/stat says of a process (proc(5)).

export interface ProcessStat {
  readonly parentId: number;
  readonly groupId: number;
  /** Ticks of the system's clock from its start until the process was started. */
  readonly started: string;
}

/** Undefined for a process that is dead and waits for its parent. */
export function parseProcessStat(stat: string): ProcessStat | undefined {
  // The name in parentheses may hold anything, parentheses too; the state follows it, field 3.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state = "Z", parentId, groupId] = fields;
  const started = fields[22 - 3];
  if ("ZX".includes(state) || started === undefined) return undefined;
  return { parentId: Number(parentId), groupId: Number(groupId), started };
}
