// What Linux tells of processes under /proc (proc(5)).
import { readdirSync, readFileSync } from "node:fs";

/** Empty where there is no /proc: on macOS, or in a sandbox without one. */
export function processIds(): number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** Empty when the process has ended or belongs to another user, and where there is no /proc. */
export function readProcessFile(id: number, name: "environ" | "stat" | "status"): string {
  try {
    return readFileSync(`/proc/${id}/${name}`, "utf8");
  } catch {
    return "";
  }
}

/** The fields of /proc/ID/stat behind the program's name, which may hold anything: the state is first. */
export function statFields(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** A field of /proc/ID/status that is a size, in bytes; 0 where it is missing. */
export function statusBytes(status: string, field: string): number {
  const start = status.indexOf(`\n${field}:`);
  return start < 0 ? 0 : Number.parseInt(status.slice(start + field.length + 2), 10) * 1024;
}
