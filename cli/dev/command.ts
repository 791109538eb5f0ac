// `stdlambda dev`: its options.
import { InvalidArgumentError, Option } from "commander";
import { memory, timeout } from "../../lambda/limits.ts";
import { collect, wholeNumber } from "../options/option-values.ts";
import { addEnvironmentFileOption, addTemplateOptions } from "../options/template-options.ts";

import { addVariableOptions } from "../options/variables.ts";
import type { AddVerb } from "../options/verb.ts";
import type { DevOptions } from "./dev.ts";

const help = `
Each script in the directory is a function with the script's name (hello.ts: hello), unless
stdlambda.config.json, stdlambda.config.ts or a SAM template.yaml declares functions. More can be created
through the API. The service keeps its data in DIR/.stdlambda. Saved files apply to the next invocation.

If bubblewrap (bwrap) is installed, functions see Lambda's own paths. Their environment is Lambda's, plus
AWS's credentials and the STDLAMBDA_… settings of yours.

Examples:
  $ stdlambda dev
  $ stdlambda dev functions --port 9001 --env STAGE=test
  $ stdlambda dev --apis-only
  $ stdlambda dev --host 0.0.0.0 --token "$TOKEN"`;

export const addDev: AddVerb = (program, surroundings, finish) => {
  const dev = program
    .command("dev")
    .description("serve the functions of a directory as Lambda does, to AWS's own clients")
    .argument("[dir]", "scripts, alone or with stdlambda.config.json/.ts or a SAM template", ".")
    .option("-p, --port <number>", "the port; 0 for any free one", wholeNumber(0, 65_535), 9000)
    .option(
      "--host <address>",
      "the address to listen on; other than loopback, callers need a token",
      "127.0.0.1",
    )
    .option(
      "--allow-origin <origin>",
      "let pages of this origin call function URLs; * for any page; repeatable",
      (value: string, values?: readonly string[]) => collect(origin(value), values),
    )
    .option("--token <token>", "the token for callers (default: a new one, printed at the start)")
    .option(
      "--concurrency <number>",
      "invocations at a time, of all functions together",
      wholeNumber(1, 10_000),
      1000,
    );
  addTemplateOptions(dev);
  addEnvironmentFileOption(addVariableOptions(dev, "every function"))
    .option(
      "--timeout <seconds>",
      `the timeout of every function, ${timeout.minimum} to ${timeout.maximum}`,
      wholeNumber(timeout.minimum, timeout.maximum),
    )
    .option(
      "--memory <MB>",
      `the memory of every function, ${memory.minimum} to ${memory.maximum}`,
      wholeNumber(memory.minimum, memory.maximum),
    )
    .option("--no-watch", "ignore changes of files")
    .option("--no-freeze", "let leftover processes run between invocations")
    .option("--no-bubblewrap", "run functions in their own folders, not at Lambda's paths")
    .addOption(
      new Option("--log-format <format>", "how logs are printed")
        .choices(["text", "json"])
        .default("text"),
    )
    .option("--apis-only", "start no runtimes; print how to start one under a debugger")
    .option("--inspect", "let a debugger attach to Node; each process prints its address")
    .addHelpText("after", help)
    .action(async (directory: string, options: DevOptions) => {
      const { dev } = await import("./dev.ts");
      finish(await dev(directory, options, surroundings));
    });
};

/** As browsers send it, `http://localhost:5173`, or `*`. */
function origin(value: string): string {
  if (value === "*" || (URL.canParse(value) && new URL(value).origin === value)) return value;
  throw new InvalidArgumentError("Give scheme, host and port, as in http://localhost:5173.");
}
