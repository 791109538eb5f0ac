// Closes the descriptors that the host was started with and no script may have, above all the
// platform's for logs (62 on Lambda). Node makes those up to 15 close themselves in children; the
// bootstrap has moved the telemetry descriptor below that if its shell could.
import { closeSync, constants, openSync, readdirSync, readFileSync } from "node:fs";

/** Node has done it up to here (libuv, uv_disable_stdio_inheritance). */
const closedByNode = 15;

/** O_CLOEXEC on Linux, as fdinfo shows it (proc(5)). */
const closeOnExec = 0o2000000;

/** Returns the descriptor that the log should use instead of `telemetry`. */
export function closeInheritedDescriptors(telemetry: number | undefined): number | undefined {
  let log = telemetry;
  for (const fd of inherited()) {
    if (fd === telemetry) {
      const own = openAgain(fd);
      // A socket cannot be opened by its name: it is better open in scripts than no log.
      if (own === undefined) continue;
      log = own;
    }
    closeSync(fd);
  }
  return log;
}

function inherited(): number[] {
  try {
    return readdirSync("/proc/self/fd")
      .map(Number)
      .filter((fd) => fd > closedByNode && isInheritable(fd));
  } catch {
    // No /proc, as on macOS.
    return [];
  }
}

function isInheritable(fd: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(
      readFileSync(`/proc/self/fdinfo/${fd}`, "latin1"),
    )?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0;
  } catch {
    // It was the one that the folder was read with.
    return false;
  }
}

/** The same pipe or file under a number that children do not inherit. */
function openAgain(fd: number): number | undefined {
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_APPEND);
  } catch {
    return undefined;
  }
}
