// How much memory the processes of an environment take together.
import { readProcessFile, statusBytes } from "../../host/process/proc.ts";

/**
 * In bytes: each process's own memory, and the largest share of mapped files of any of them. Lambda
 * counts a page once for the whole environment; adding up resident sets would count Node's 40 MB of
 * program text once for each process.
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
