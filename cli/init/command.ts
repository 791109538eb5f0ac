// `stdlambda init`: its options.
import { Option } from "commander";
import { architectures } from "../../lambda/architectures.ts";
import { infrastructureNames, templateNames } from "../../project/init/templates.ts";
import type { AddVerb } from "../options/verb.ts";
import type { InitOptions } from "./init.ts";

const help = `
Templates:
  ts      a script in TypeScript                 http    a function of the Fetch API, with a URL
  sh      a shell script                         cgi     a web page in shell, with a URL
  python  a function and a script in Python      sqs     a worker, run for each message of a queue
  ruby    a function and a script in Ruby        cron    a nightly job

On a terminal it asks for what is not given. With -y, or without a terminal, it does not ask and uses ts,
none, and this machine's architecture. It never overwrites a file.

Exit status: 0, or 2 if nothing was written.

Examples:
  $ stdlambda init my-function
  $ stdlambda init -t http --iac sam -y
  $ stdlambda init worker -t sqs --iac terraform --arch arm64 -y`;

export const addInit: AddVerb = (program, surroundings, finish) => {
  program
    .command("init")
    .description("start a project: a function, an event, and the way to deploy it")
    .argument("[dir]", "the project's folder", ".")
    .addOption(new Option("-t, --template <name>", "the template").choices(templateNames))
    .addOption(
      new Option("--iac <name>", "the infrastructure as code").choices(infrastructureNames),
    )
    .addOption(new Option("--arch <name>", "the functions' processor").choices(architectures))
    .option("-y, --yes", "do not ask")
    .option("--quiet", "print only errors")
    .option("--json", "print the result as JSON")
    .addHelpText("after", help)
    .action(async (directory: string, options: InitOptions) => {
      const { init } = await import("./init.ts");
      finish(await init(directory, options, surroundings));
    });
};
