// The options of `stdlambda deploy` and of `stdlambda diff`, which are the same.

import { type Command, InvalidArgumentError, Option } from "commander";
import { architectures } from "../../lambda/architectures.ts";
import { roleArnPattern } from "../../lambda/arns.ts";
import { aliasForm, aliasPattern, nameForm, namePattern } from "../../lambda/names.ts";
import { addServiceOptions, collect, ofForm, wholeNumber } from "../options/option-values.ts";
import type { Surroundings } from "../terminal/surroundings.ts";
import type { DeployCommandOptions } from "./deploy-options.ts";

type Finish = (exitStatus: number) => void;

const deployHelp = `
A function that is not there is created, one that is there is changed in place, and only in what
differs; what a folder without a configuration file does not say (variables, memory, a URL) is left as
it is. Every deployment that changes something publishes a version and moves the alias to it.
Interrupted at any point, the same command goes on from there.

Exit status: 0, 1 when something is wrong with a function, a package or the service, 2 for a mistake in
the call.

Examples:
  $ stdlambda deploy --role arn:aws:iam::123456789012:role/lambda
  $ stdlambda deploy hello --url --memory 256 --env STAGE=prod
  $ stdlambda deploy hello --dry-run
  $ stdlambda deploy hello --endpoint-url http://127.0.0.1:9000
  $ stdlambda deploy --profile work --region eu-central-1 --json`;

const diffHelp = `
It takes the options of stdlambda deploy, and prints what that would do: + is new, ~ other, - goes away.
Values of variables are hidden, as they may be passwords; --show-values shows them.

Exit status: 0, with --exit-code 1 when there are differences.

Examples:
  $ stdlambda diff
  $ stdlambda diff hello --exit-code`;

export function addDeployCommands(
  program: Command,
  surroundings: Surroundings,
  finish: Finish,
): void {
  const deploy = program
    .command("deploy")
    .description("create functions on Lambda, or change what is there to what is here");
  addOptions(deploy)
    .option("--dry-run", "only print what would be changed")
    .addHelpText("after", deployHelp)
    .action(async (names: string[], options: DeployCommandOptions) => {
      const { deploy } = await import("./deploy.ts");
      finish(await deploy(names, options, surroundings));
    });
  const diff = program
    .command("diff")
    .description("print what a deployment would change, and change nothing");
  addOptions(diff)
    .option("--exit-code", "1 as exit status when there are differences")
    .addHelpText("after", diffHelp)
    .action(async (names: string[], options: DeployCommandOptions) => {
      const { diff } = await import("./deploy.ts");
      finish(await diff(names, options, surroundings));
    });
}

function addOptions(command: Command): Command {
  command
    .argument("[name...]", "functions by their names or handlers (default: all of them)")
    .optionsGroup("The function:")
    .option("--root <dir>", "the folder that declares the functions", ".")
    .option(
      "--name <name>",
      "of one function: another name on Lambda",
      ofForm(namePattern, nameForm),
    )
    .option(
      "--role <arn>",
      "the role it works as; a new function needs one",
      ofForm(roleArnPattern, arn),
    )
    .addOption(
      new Option("--arch <architecture>", "the processor (default: as it is, or x86_64)").choices(
        architectures,
      ),
    )
    .option("--runtime <name>", "such as nodejs24.x, in the place of the declared one")
    .option("--memory <MB>", "the function's memory", wholeNumber(128, 10_240))
    .option("--timeout <seconds>", "the function's timeout", wholeNumber(1, 900))
    .option("-e, --env <name=value>", "a variable of the function; may be repeated", collect)
    .option("--env-file <path>", "a file of variables, a NAME=VALUE on each line")
    .option("--merge-env", "keep the function's other variables")
    .option("--tag <name=value>", "a tag of the function; may be repeated", collect)
    .option(
      "--reserved-concurrency <number>",
      "environments of its own; none for none",
      concurrency,
    )
    .addOption(new Option("--tracing <mode>", "X-Ray").choices(["active", "passthrough"]))
    .option(
      "--url [auth]",
      "a function URL: none lets everybody in (the default), iam does not",
      auth,
    )
    .option("--no-url", "no function URL; takes away the one that is there")
    .option(
      "--alias <name>",
      "the alias that points to the deployed version",
      ofForm(aliasPattern, aliasForm),
      "live",
    )
    .option("--no-alias", "publish no version")
    .optionsGroup("The package:")
    .option("--zip <file>", "of one function: a package that is built already")
    .option("-o, --out <dir>", "the folder for the packages", "dist")
    .option("--bundle", "one file by esbuild, of any TypeScript, with its source map")
    .option("--embed", "the host inside the function, so that it needs no layer")
    .option("--include <pattern>", "more files; may be repeated", collect)
    .option("--exclude <pattern>", "files to leave out; may be repeated", collect)
    .option("--external <package>", "an npm package that a layer brings; may be repeated", collect)
    .option(
      "--layer <layer>",
      "in the place of the host's own layer: an ARN, a layer's name, ./FOLDER, ./FILE.zip, or none; may be repeated",
      collect,
    )
    .option("--s3-bucket <name>", "the bucket for packages of more than 50 MB");
  return addServiceOptions(command).option("--show-values", "show the values of variables");
}

const arn =
  "the role's whole ARN; aws iam get-role --role-name NAME --query Role.Arn --output text prints it";

function auth(text: string): string {
  if (text === "none" || text === "iam") return text;
  throw new InvalidArgumentError("Give none or iam, or nothing.");
}

function concurrency(text: string): number | "none" {
  return text === "none" ? text : wholeNumber(0, 1_000_000)(text);
}
