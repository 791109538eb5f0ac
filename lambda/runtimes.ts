// The identifiers of Lambda's runtimes that a script can be served with.

/** AWS's own Node; the host starts there by AWS_LAMBDA_EXEC_WRAPPER. */
export const nodeRuntimes = ["nodejs22.x", "nodejs24.x", "nodejs26.x"] as const;

/**
 * AWS's runtimes of other languages; on this machine the host runs them with the interpreter that
 * is installed.
 */
export const languageRuntimes = [
  "python3.9",
  "python3.10",
  "python3.11",
  "python3.12",
  "python3.13",
  "python3.14",
  "python3.15",
  "ruby3.2",
  "ruby3.3",
  "ruby3.4",
  "ruby4.0",
] as const;

export function isLanguageRuntime(runtime: string): boolean {
  return (languageRuntimes as readonly string[]).includes(runtime);
}

/** Those whose system is older than Node's programs need (AWS: "Lambda runtimes"). */
export function isOnAmazonLinux2(runtime: string): boolean {
  return ["python3.9", "python3.10", "python3.11", "ruby3.2"].includes(runtime);
}

/** Of Python and Ruby: for a version that is no longer there the oldest, for one to come the newest. */
export function nearestLanguageRuntime(
  runtime: string,
): (typeof languageRuntimes)[number] | undefined {
  const [, language, version = ""] = /^([a-z]+)(\d+\.\d+)$/.exec(runtime) ?? [];
  const same = languageRuntimes.filter((known) => language && known.startsWith(language));
  const isOlder = (known: string) =>
    version.localeCompare(known.slice(language?.length), "en", { numeric: true }) < 0;
  return same.find(isOlder) ?? same.at(-1);
}

/** OS-only: the function or a layer brings the runtime. */
export const osOnlyRuntime = "provided.al2023";

export const currentRuntimes = [osOnlyRuntime, ...nodeRuntimes, ...languageRuntimes] as const;

/** OS-only runtimes that AWS does not create any more. */
export const replacedRuntimes = ["provided", "provided.al2"] as const;

/** Whether AWS brings the runtime, and sets AWS_EXECUTION_ENV. */
export function isManaged(runtime: string): boolean {
  return !runtime.startsWith("provided");
}
