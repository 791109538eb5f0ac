// `stdlambda diff`: its options, which are those of `stdlambda deploy`.
import { addDeployOptions, type DeployOptions } from "../deploy/options.ts";
import type { AddVerb } from "../options/verb.ts";

const help = `
Takes the options of stdlambda deploy and prints what that would do: + is new, ~ changes, - is removed.
The values of variables are hidden, as they may be passwords; --show-values shows them.

Exit status: 0, with --exit-code 1 if there are differences, 2 for incorrect usage.

Examples:
  $ stdlambda diff
  $ stdlambda diff hello --exit-code`;

export const addDiff: AddVerb = (program, surroundings, finish) => {
  const diff = program
    .command("diff")
    .description("print what a deployment would change, without changing anything");
  addDeployOptions(diff)
    .option("--exit-code", "exit with 1 if there are differences")
    .addHelpText("after", help)
    .action(async (names: string[], options: DeployOptions) => {
      const { deploy } = await import("../deploy/deploy.ts");
      finish(await deploy(names, { ...options, dryRun: true }, surroundings));
    });
};
