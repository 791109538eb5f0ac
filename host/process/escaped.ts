// What a script left running outside its process group (`setsid`, a daemon, a job of `set -m`).
// Such a process has lost its parent; it is recognised by the event's id in its environment, which
// children inherit. The search runs after the event is answered, so it costs the caller nothing.
import { readFileSync } from "node:fs";
import { processIds, readProcessFile, statFields } from "./proc.ts";

const idVariable = "LAMBDA_RUNTIME_AWS_REQUEST_ID";

/** A script that has ended: its process id, and the event it was given. */
export interface EndedScript {
  readonly pid: number;
  readonly requestId: string;
}

/** The same for one script; if nothing was started after it, reading one file is enough. */
export function killEscapedOf(script: EndedScript): void {
  if (newestProcess() !== script.pid) killEscaped([script]);
}

/**
 * Kills every orphan that was started after one of the scripts and has its event in the
 * environment, with everything that it started. Does nothing without /proc, or for a process of
 * another user or one that has cleared its environment.
 */
export function killEscaped(scripts: readonly EndedScript[]): void {
  const variables = new Set(scripts.map(({ requestId }) => `${idVariable}=${requestId}`));
  const oldest = Math.min(...scripts.map(({ pid }) => pid));
  const parents = new Map<number, number>();
  for (const pid of processIds()) {
    const parent = pid > oldest ? parentOf(pid, variables) : undefined;
    if (parent !== undefined) parents.set(pid, parent);
  }
  for (const pid of parents.keys()) {
    if (!isOrphaned(pid, parents)) continue;
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended in the meantime.
    }
  }
}

// Two hosts on a developer's machine may get the same id: a script whose host lives is not an
// orphan.
function isOrphaned(pid: number, parents: ReadonlyMap<number, number>): boolean {
  let ancestor = pid;
  for (let parent = parents.get(pid); parent !== undefined; parent = parents.get(ancestor)) {
    ancestor = parent;
  }
  return ancestor === 1 || ancestor === process.pid;
}

/** The parent of a process that has one of the events; undefined for every other. */
function parentOf(pid: number, variables: ReadonlySet<string>): number | undefined {
  const environment = readProcessFile(pid, "environ").split("\0");
  if (!environment.some((variable) => variables.has(variable))) return undefined;
  const [, parent] = statFields(readProcessFile(pid, "stat"));
  return parent === undefined ? undefined : Number(parent);
}

/**
 * The id that the system gave last (proc(5), /proc/loadavg): if it is the script's, nothing was
 * started after it.
 */
function newestProcess(): number | undefined {
  try {
    return Number(readFileSync("/proc/loadavg", "latin1").split(" ")[4]);
  } catch {
    // No /proc; the search will find none either.
    return undefined;
  }
}
