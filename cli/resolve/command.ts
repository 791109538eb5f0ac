// `stdlambda resolve`: its options.
import type { AddVerb } from "../options/verb.ts";

const help = `
Exit status: 0 if the handler was found, 1 if it was not, 2 for incorrect usage.

Examples:
  $ stdlambda resolve hello.ts
  $ stdlambda resolve src/app.handler --root build`;

export const addResolve: AddVerb = (program, surroundings, finish) => {
  program
    .command("resolve")
    .description("explain what a handler setting means and what was tried")
    .argument("<handler>", "the handler setting, as for invoke")
    .option("--root <dir>", "the function's folder, LAMBDA_TASK_ROOT", ".")
    .addHelpText("after", help)
    .action(async (handler: string, options: { root: string }) => {
      const { resolve } = await import("./resolve.ts");
      finish(await resolve(handler, options, surroundings));
    });
};
