// How much memory the processes of an environment take together.
import { readFileSync } from "node:fs";

/**
 * In bytes: what each process has for itself, and the largest share of files mapped by one of them.
 * Lambda counts a page once for the whole environment; adding up each process's resident set would
 * count Node's 40 MB of program text once a process.
 */
export function memoryOf(ids: readonly number[]): number {
  let own = 0;
  let files = 0;
  for (const id of ids) {
    const status = readStatus(id);
    own += kilobytes(status, "RssAnon") + kilobytes(status, "RssShmem");
    files = Math.max(files, kilobytes(status, "RssFile"));
  }
  return (own + files) * 1024;
}

/** The greatest resident set a process ever had, in bytes. */
export function peakMemoryOf(id: number): number {
  return kilobytes(readStatus(id), "VmHWM") * 1024;
}

/** Empty for a process that has ended, and where there is no /proc. */
function readStatus(id: number): string {
  try {
    return readFileSync(`/proc/${id}/status`, "latin1");
  } catch {
    return "";
  }
}

function kilobytes(status: string, field: string): number {
  const start = status.indexOf(`\n${field}:`);
  return start < 0 ? 0 : Number.parseInt(status.slice(start + field.length + 2), 10);
}
