// Binds the process to the event that runs in it; done once, before the user's code is loaded.
import type { Environment } from "../event/environment.ts";
import type { Surroundings } from "../runners/runner.ts";
import { bindConsole } from "./console.ts";
import { bindEnvironment } from "./environment.ts";
import { bindExit } from "./exit.ts";
import { watchUncaught } from "./in-process-event.ts";
import { bindOutput } from "./output.ts";
import { bindWorkingDirectory } from "./working-directory.ts";

/**
 * `environment` is what the user's code finds in process.env in addition to the event's own
 * variables.
 */
export async function bindProcess(
  surroundings: Surroundings,
  environment: Environment,
  binding: "stdio" | "output",
): Promise<void> {
  bindWorkingDirectory(surroundings.platform.taskRoot, surroundings.sideBySide);
  bindEnvironment(environment, surroundings.platform);
  bindOutput(surroundings.log);
  bindConsole(surroundings.log, binding === "stdio");
  if (binding === "stdio") (await import("./bind-stdio.ts")).bindStdio();
  bindExit(watchUncaught(surroundings));
  // Makes the named imports of node:fs and node:process see the bound functions.
  process.getBuiltinModule("node:module").syncBuiltinESMExports();
}
