// What a script left running outside of its process group (`setsid`, a daemon, a job of `set -m`). It
// has lost its parent, and is told by the event's id in its environment, which children inherit.
// Looked for when the event is answered, so it costs the caller nothing.
import { readdirSync, readFileSync } from "node:fs";

/** A script that has ended: its process id, and the event it was given. */
export interface EndedScript {
  readonly pid: number;
  readonly requestId: string;
}

/** What an escaped process has started loses its parent in turn; deeper than this nobody hides. */
const mostPasses = 4;

/**
 * Kills every orphan that was started after the script and carries its event. Without /proc, or for a
 * process of another user or one that has cleared its environment, nothing happens.
 */
export function killEscaped(script: EndedScript): void {
  for (let pass = 0; pass < mostPasses; pass++) {
    const escaped = processIds().filter((pid) => pid > script.pid && hasEscaped(pid, script));
    if (escaped.length === 0) return;
    for (const pid of escaped) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended in the meantime.
      }
    }
  }
}

// Two hosts on a developer's machine may be given the same id: a script that has its host is no orphan.
function hasEscaped(pid: number, { requestId }: EndedScript): boolean {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    if (!environment.includes(`LAMBDA_RUNTIME_AWS_REQUEST_ID=${requestId}`)) return false;
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const parent = Number(/^PPid:\s*(\d+)$/m.exec(status)?.[1]);
    return parent === 1 || parent === process.pid;
  } catch {
    // It has ended in the meantime, or is not ours to see.
    return false;
  }
}

function processIds(): number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    // No /proc: macOS, or a sandbox without one.
    return [];
  }
}
