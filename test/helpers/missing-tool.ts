// Whether this machine has the programs a test needs.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * The first of the programs that is not on PATH, as the reason of a skip; `false` when all are.
 * Throws where CI is `true`: there a missing program is a failure.
 */
export function missingTool(programs: readonly string[] = []): string | false {
  const missing = programs.find((program) => !isOnPath(program));
  if (missing === undefined) return false;
  const reason = `${missing} is not installed`;
  if (process.env.CI === "true") throw new Error(`${reason}; install it where CI=true`);
  return reason;
}

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false; // Not in this folder.
    }
  });
}
