// The environment of the project's commands: its own Node and tools come first on PATH.
import { join } from "node:path";

const binaries = join(import.meta.dirname, "../../node_modules/.bin");

/** The test's environment with `node_modules/.bin` first on PATH, as `npm run` sets it. */
export function projectEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${binaries}:${process.env.PATH}` };
}
