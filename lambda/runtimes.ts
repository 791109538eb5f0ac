// The identifiers of Lambda's runtimes that a script can be served with.

/** AWS's own Node; the host starts there by AWS_LAMBDA_EXEC_WRAPPER. */
export const nodeRuntimes = ["nodejs22.x", "nodejs24.x", "nodejs26.x"] as const;

/** OS-only: the function or a layer brings the runtime. */
export const osOnlyRuntime = "provided.al2023";

export const currentRuntimes = [osOnlyRuntime, ...nodeRuntimes] as const;

/** OS-only runtimes that AWS does not create any more. */
export const replacedRuntimes = ["provided", "provided.al2"] as const;

/** Whether AWS brings the runtime, and sets AWS_EXECUTION_ENV. */
export function isManaged(runtime: string): boolean {
  return !runtime.startsWith("provided");
}
