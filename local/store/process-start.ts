// Tells a process from another one that got the same id later: by the moment it was started.

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { parseProcessStat } from "../process-stat.ts";

/** A text that no other process of this id has; undefined when no such process runs. */
export async function processStart(id: number): Promise<string | undefined> {
  if (!exists(id)) return undefined;
  return process.platform === "linux" ? startFromProc(id) : startFromPs(id);
}

function exists(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, but for another user.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function startFromProc(id: number): Promise<string | undefined> {
  const [boot, stat] = await Promise.all([
    readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "unknown"),
    readFile(`/proc/${id}/stat`, "latin1").catch(() => undefined),
  ]);
  // The system hides it from this user (hidepid).
  if (stat === undefined) return "hidden";
  const parsed = parseProcessStat(stat);
  return parsed && `${boot.trim()}/${parsed.started}`;
}

async function startFromPs(id: number): Promise<string | undefined> {
  const env = { ...process.env, LC_ALL: "C", TZ: "UTC" };
  const answer = await promisify(execFile)("ps", ["-o", "lstart=", "-p", String(id)], {
    env,
  }).catch(
    () => undefined, // ps fails for a process that has just ended.
  );
  return answer?.stdout.trim() || undefined;
}
