// Finds a program as execvp does: on PATH, or by its path.
import { accessSync, constants, statSync } from "node:fs";
import { join } from "node:path";

/** The path of an executable file, or undefined. `path` is a PATH variable. */
export function findProgram(name: string, path: string): string | undefined {
  if (name.includes("/")) return isProgram(name) ? name : undefined;
  for (const directory of path.split(":")) {
    const candidate = join(directory || ".", name);
    if (isProgram(candidate)) return candidate;
  }
  return undefined;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
