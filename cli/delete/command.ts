// `stdlambda delete`: its options.
import { addServiceOptions } from "../options/service-options.ts";
import type { AddVerb } from "../options/verb.ts";
import type { DeleteOptions } from "./delete.ts";

const help = `
The log group is kept, and so are layers unless --layers is given; that deletes the versions of
stdlambda's own layers that no other function in the region uses.

Exit status: 0, 1 if the function was not deleted, 2 for incorrect usage.

Examples:
  $ stdlambda delete hello
  $ stdlambda delete hello --yes --layers`;

export const addDelete: AddVerb = (program, surroundings, finish) => {
  const command = program
    .command("delete")
    .description("delete a function with its URLs, permissions, aliases and versions")
    .argument("<name>", "the function's name")
    .option("-y, --yes", "do not ask")
    .option("--layers", "also delete stdlambda's layers that nothing else uses")
    .option("--force", "delete a function that stdlambda did not deploy");
  addServiceOptions(command)
    .addHelpText("after", help)
    .action(async (name: string, options: DeleteOptions) => {
      const { deleteFunction } = await import("./delete.ts");
      finish(await deleteFunction(name, options, surroundings));
    });
};
