// LAMBDA_TASK_ROOT must exist, because every script starts in it.
import { statSync } from "node:fs";
import { HostError } from "./errors.ts";

/** @throws HostError `Runtime.InvalidWorkingDir`. */
export function refuseMissingTaskRoot(taskRoot: string): void {
  if (statSync(taskRoot, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new HostError(
    "Runtime.InvalidWorkingDir",
    `LAMBDA_TASK_ROOT=${taskRoot} is not a directory. Lambda unpacks the function there; elsewhere, set it to the function's folder.`,
  );
}
