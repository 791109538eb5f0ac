// Runs the stdlambda that the app has installed, which is the only builder.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

/**
 * Runs it in `directory` and waits; its output goes to stderr, as a CDK app's own messages do.
 * @throws Error when it is not installed, cannot be started, or exits with a status other than 0.
 */
export function runStdlambda(directory: string, args: readonly string[]): void {
  const command = [findStdlambda(directory), ...args];
  const { error, status, signal } = spawnSync(process.execPath, command, {
    cwd: directory,
    stdio: ["ignore", process.stderr.fd, process.stderr.fd],
  });
  const line = `stdlambda ${args.join(" ")} (in ${directory})`;
  if (error) throw new Error(`${line} could not be started: ${error.message}`, { cause: error });
  if (status !== 0) {
    throw new Error(`${line} ended with ${signal ?? `status ${status}`}; what it said is above`);
  }
}

/** The program of the package, as installed for the folder, or beside this package. */
function findStdlambda(directory: string): string {
  for (const from of [join(resolve(directory), "package.json"), import.meta.url]) {
    const manifest = tryResolve(from);
    if (manifest === undefined) continue;
    const { bin } = JSON.parse(readFileSync(manifest, "utf8")) as { bin: { stdlambda: string } };
    return join(dirname(manifest), bin.stdlambda);
  }
  throw new Error(
    `stdlambda is not installed for ${directory}: npm install --save-dev stdlambda, in that folder or in the app's`,
  );
}

function tryResolve(from: string): string | undefined {
  try {
    return createRequire(from).resolve("stdlambda/package.json");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}
