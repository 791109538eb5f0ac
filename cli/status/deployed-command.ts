// The options of the verbs on what is deployed: rollback, delete, list and status.
import type { Command } from "commander";
import type { DeleteOptions } from "../delete/delete.ts";
import type { ListOptions } from "../list/list.ts";
import { addServiceOptions, ofForm } from "../options/option-values.ts";
import type { RollbackOptions } from "../rollback/rollback.ts";
import type { ServiceOptions } from "../service/deploy-session.ts";
import type { Surroundings } from "../terminal/surroundings.ts";

const rollbackHelp = `
The alias is moved to the version before the one that it points to; a version holds code and settings,
so nothing is built or sent. The next deployment moves the alias forward again.

Examples:
  $ stdlambda rollback hello
  $ stdlambda rollback hello --to 3`;

const deleteHelp = `
Its log group stays, and layers stay unless --layers is given; then the versions of stdlambda's own
layers go that no other function of the region uses.

Examples:
  $ stdlambda delete hello
  $ stdlambda delete hello --yes --layers`;

export function addDeployedCommands(
  program: Command,
  surroundings: Surroundings,
  finish: (exitStatus: number) => void,
): void {
  addServiceOptions(
    program
      .command("rollback")
      .description("let an alias point to the version that was deployed before")
      .argument("<name>", "the function's name")
      .option("--to <version>", "the version", ofForm(/^[1-9]\d*$/, "a version's number"))
      .option("--alias <name>", "the alias", "live")
      .option("--dry-run", "only print what would be changed"),
  )
    .addHelpText("after", rollbackHelp)
    .action(async (name: string, options: RollbackOptions) => {
      const { rollback } = await import("../rollback/rollback.ts");
      finish(await rollback(name, options, surroundings));
    });

  addServiceOptions(
    program
      .command("delete")
      .description("delete a function with its URLs, permissions, aliases and versions")
      .argument("<name>", "the function's name")
      .option("-y, --yes", "do not ask")
      .option("--layers", "also the layers of stdlambda that nothing else uses")
      .option("--force", "also a function that stdlambda has not deployed"),
  )
    .addHelpText("after", deleteHelp)
    .action(async (name: string, options: DeleteOptions) => {
      const { deleteFunction } = await import("../delete/delete.ts");
      finish(await deleteFunction(name, options, surroundings));
    });

  addServiceOptions(
    program
      .command("list")
      .description("list the functions that stdlambda has deployed")
      .option("--all", "also those that something else made"),
  ).action(async (options: ListOptions) => {
    const { list } = await import("../list/list.ts");
    finish(await list(options, surroundings));
  });

  addServiceOptions(
    program
      .command("status")
      .description("show a deployed function: its state, versions, aliases and URLs")
      .argument("<name>", "the function's name"),
  ).action(async (name: string, options: ServiceOptions) => {
    const { status } = await import("./status.ts");
    finish(await status(name, options, surroundings));
  });
}
