// How much memory the processes of an environment take together.
import { readProcessFile, statusBytes } from "../../host/process/proc.ts";

/**
 * In bytes: what each process has for itself, and the largest share of files mapped by one of them.
 * Lambda counts a page once for the whole environment; adding up each process's resident set would
 * count Node's 40 MB of program text once a process.
 */
export function memoryOf(ids: readonly number[]): number {
  let own = 0;
  let files = 0;
  for (const id of ids) {
    const status = readProcessFile(id, "status");
    own += statusBytes(status, "RssAnon") + statusBytes(status, "RssShmem");
    files = Math.max(files, statusBytes(status, "RssFile"));
  }
  return own + files;
}

/** The greatest resident set a process ever had, in bytes. */
export function peakMemoryOf(id: number): number {
  return statusBytes(readProcessFile(id, "status"), "VmHWM");
}
