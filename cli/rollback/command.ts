// `stdlambda rollback`: its options.
import { ofForm } from "../options/option-values.ts";
import { addServiceOptions } from "../options/service-options.ts";
import type { AddVerb } from "../options/verb.ts";
import type { RollbackOptions } from "./rollback.ts";

const help = `
Moves the alias to the version before the current one. A version holds code and settings, so nothing is
built or uploaded. The next deployment moves the alias forward again.

Examples:
  $ stdlambda rollback hello
  $ stdlambda rollback hello --to 3`;

export const addRollback: AddVerb = (program, surroundings, finish) => {
  const rollback = program
    .command("rollback")
    .description("move an alias back to the previous version")
    .argument("<name>", "the function's name")
    .option(
      "--to <version>",
      "the version (default: the one before)",
      ofForm(/^[1-9]\d*$/, "the number of a version"),
    )
    .option("--alias <name>", "the alias", "live")
    .option("--dry-run", "only print what would change");
  addServiceOptions(rollback)
    .addHelpText("after", help)
    .action(async (name: string, options: RollbackOptions) => {
      const { rollback } = await import("./rollback.ts");
      finish(await rollback(name, options, surroundings));
    });
};
