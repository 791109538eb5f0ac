// What each verb's command.ts exports: a function that adds the verb to the command line.
import type { Command } from "commander";
import type { Surroundings } from "../terminal/surroundings.ts";

/**
 * `finish` takes the exit status. The code of a verb is imported when it is called, so that no
 * command loads what another one needs.
 */
export type AddVerb = (
  program: Command,
  surroundings: Surroundings,
  finish: (exitStatus: number) => void,
) => void;
