// The command line of a script or a program.

import { type Environment, nodeEnvironment } from "../event/environment.ts";
import type { Handler } from "../handler/resolve.ts";
import type { Command } from "../process/child.ts";

/** A handler that is run as a process. */
export type ProcessHandler = Extract<Handler, { kind: "script" | "command" }>;

export interface ScriptCommand extends Command {
  readonly environment: Environment;
}

/**
 * The program, its arguments and its environment. `tsxLoader` is the path of tsx if Node needs it,
 * `preload` a file that Node loads before the script.
 */
export function commandOf(
  handler: ProcessHandler,
  environment: Environment,
  tsxLoader: string | undefined,
  preload?: string,
): ScriptCommand {
  if (handler.kind === "command") {
    return { program: handler.program, args: handler.args, environment };
  }
  const { interpreter, path, args } = handler;
  switch (interpreter.kind) {
    case "node":
      return {
        program: process.execPath,
        args: [...interpreter.nodeArgs, ...preloads(tsxLoader, preload), path, ...args],
        environment: nodeEnvironment(environment),
      };
    case "program":
      return {
        program: interpreter.program,
        args: [...interpreter.args, path, ...args],
        environment: { ...environment, ...interpreter.assignments },
      };
    default:
      return { program: path, args, environment };
  }
}

// `--require` is ready 2 ms sooner than `--import`, but runs before it. With tsx the preload must
// come after tsx, so that tsx is loaded before the event and not after it.
function preloads(tsxLoader: string | undefined, preload: string | undefined): string[] {
  if (tsxLoader === undefined) return preload === undefined ? [] : ["--require", preload];
  return ["--import", tsxLoader, ...(preload === undefined ? [] : ["--import", preload])];
}
