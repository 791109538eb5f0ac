// `stdlambda deploy`: its options.
import type { AddVerb } from "../options/verb.ts";
import { addDeployOptions, type DeployOptions } from "./options.ts";

const help = `
Creates functions that do not exist, and updates what differs in those that do. What a folder without a
configuration file does not declare (variables, memory, a URL) stays unchanged. Every deployment that
changes something publishes a version and moves the alias to it. If it is interrupted, the same command
continues where it stopped. Before it replaces a function that another project or another tool
created, it asks; without a terminal it needs --yes.

Exit status: 0, 1 if a package cannot be built or the service refuses something, 2 for incorrect usage.

Examples:
  $ stdlambda deploy --role arn:aws:iam::123456789012:role/lambda
  $ stdlambda deploy hello --url --memory 256 --env STAGE=prod
  $ stdlambda deploy hello --dry-run
  $ stdlambda deploy hello --endpoint-url http://127.0.0.1:9000
  $ stdlambda deploy --profile work --region eu-central-1 --json`;

export const addDeploy: AddVerb = (program, surroundings, finish) => {
  const deploy = program.command("deploy").description("create or update functions on Lambda");
  addDeployOptions(deploy)
    .option("-y, --yes", "deploy over functions of other projects without asking")
    .option("--dry-run", "only print what would change")
    .addHelpText("after", help)
    .action(async (names: string[], options: DeployOptions) => {
      const { deploy } = await import("./deploy.ts");
      finish(await deploy(names, options, surroundings));
    });
};
