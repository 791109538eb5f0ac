// The working directory in which each event of a script in the host's process starts:
// LAMBDA_TASK_ROOT, as for any script.

let start = "";

/**
 * A worker thread has the working directory of the process, which is right already and cannot be
 * changed.
 */
export function bindWorkingDirectory(taskRoot: string, isThread = false): void {
  if (!isThread) process.chdir(taskRoot);
  start = process.cwd();
}

/** Undoes process.chdir of an earlier event. */
export function restoreWorkingDirectory(): void {
  if (currentDirectory() !== start) process.chdir(start);
}

function currentDirectory(): string | undefined {
  try {
    return process.cwd();
  } catch {
    // ENOENT: the folder was removed, so events cannot start in it.
    return undefined;
  }
}
