// The options of `stdlambda init`.

import { type Command, Option } from "commander";
import { architectures } from "../../lambda/architectures.ts";
import { infrastructureNames, templateNames } from "../../project/init/templates.ts";
import type { Surroundings } from "../terminal/surroundings.ts";
import type { InitOptions } from "./init.ts";

const initHelp = `
Templates:
  ts      a script in TypeScript                 http    an answer to HTTP requests, with a URL
  sh      a shell script                         sqs     a worker on a queue
  python  a script in Python                     cron    a nightly job

On a terminal it asks for what is not given; with -y, or without a terminal, it asks nothing and takes
ts, none, and this machine's architecture. No file is ever overwritten.

Exit status: 0, or 2 when nothing was written.

Examples:
  $ stdlambda init my-function
  $ stdlambda init -t http --iac sam -y
  $ stdlambda init worker -t sqs --iac terraform --arch arm64 -y`;

export function addInitCommand(
  program: Command,
  surroundings: Surroundings,
  finish: (exitStatus: number) => void,
): void {
  program
    .command("init")
    .description("begin a project: a function, an event, and the way to its deployment")
    .argument("[dir]", "the project's folder", ".")
    .addOption(new Option("-t, --template <name>", "what to begin with").choices(templateNames))
    .addOption(
      new Option("--iac <name>", "the infrastructure as code").choices(infrastructureNames),
    )
    .addOption(new Option("--arch <name>", "the functions' processor").choices(architectures))
    .option("-y, --yes", "ask nothing")
    .option("--quiet", "print nothing but errors")
    .option("--json", "print what was made as JSON")
    .addHelpText("after", initHelp)
    .action(async (directory: string, options: InitOptions) => {
      const { init } = await import("./init.ts");
      finish(await init(directory, options, surroundings));
    });
}
