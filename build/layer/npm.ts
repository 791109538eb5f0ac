// Runs the user's own npm, with its registry, proxy and credentials.
import { ExpectedError } from "../../host/expected-error.ts";

export interface NpmSurroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Resolves to stdout.
 * @throws ExpectedError that begins with `failure`, when npm is missing or fails.
 */
export async function runNpm(
  args: readonly string[],
  failure: string,
  { env, signal }: NpmSurroundings,
  cwd?: string,
): Promise<string> {
  const { execa, ExecaError } = await import("execa");
  try {
    const { stdout } = await execa("npm", args, {
      env: quietly(env),
      extendEnv: false,
      stdin: "ignore",
      ...(cwd === undefined ? {} : { cwd }),
      ...(signal === undefined ? {} : { cancelSignal: signal }),
    });
    return stdout;
  } catch (error) {
    if (!(error instanceof ExecaError) || error.isCanceled) throw signal?.reason ?? error;
    if (error.code === "ENOENT") {
      throw new ExpectedError(`${failure}: npm is not on PATH; install Node with npm`);
    }
    throw new ExpectedError(`${failure}: ${reasonOf(String(error.stderr))}`);
  }
}

/** npm writes the reason first and advice after it. */
function reasonOf(stderr: string): string {
  const lines = stderr
    .split("\n")
    .filter((line) => /^npm (error|ERR!)/i.test(line))
    .map((line) => line.replace(/^npm (error|ERR!) ?/i, "").trim())
    .filter((line) => line !== "" && !/^code |complete log|_logs/.test(line));
  const told = lines
    .map((line) => line.replace(/^\d{3} +/, ""))
    .filter((line) => !/^\d*$/.test(line));
  return told.slice(0, 3).join("; ") || stderr.trim() || "npm gave no reason";
}

// Settings inherited from an `npm run` around us apply to that command.
function quietly(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = /^npm_(config_(json|dry_run|workspace|workspaces|global|prefix)|command$|lifecycle_)/;
  const kept = Object.entries(env).filter(([name]) => !own.test(name));
  return { ...Object.fromEntries(kept), npm_config_loglevel: "error" };
}
