// Where a script that runs in the host's process starts each event: in LAMBDA_TASK_ROOT, as any script.

let start = "";

/** In a worker thread it is the process's, which stands there already and cannot be moved. */
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
    // ENOENT: the folder was removed, so it is not the one to start in.
    return undefined;
  }
}
