// The command line: its verbs, its options, and what becomes of an error.
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { version } from "../host/version.ts";
import { type InvokeOptions, invoke } from "./commands/invoke.ts";
import { resolve } from "./commands/resolve.ts";
import { invokeHelp, programHelp, resolveHelp } from "./help.ts";
import { createPalette, OutputClosedError } from "./output.ts";
import type { Surroundings } from "./surroundings.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Runs one command. The exit status: 0, 1 when the function or the search failed, 2 for a mistake
 * in the call. Rejects with the signal's reason when it was stopped.
 */
export async function main(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const { stdout, stderr, env } = surroundings;
  // Told to whoever writes; without a listener a reader that has gone would end the process.
  for (const stream of [stdout, stderr]) stream.on("error", () => {});
  let exitStatus = 0;
  const program = createProgram(surroundings, (status) => {
    exitStatus = status;
  });
  try {
    await program.parseAsync(argv, { from: "user" });
    return exitStatus;
  } catch (error) {
    if (error instanceof OutputClosedError) return 0;
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof UsageError)) throw error;
    const [first, ...rest] = error.message.split("\n");
    const { red } = createPalette(stderr, env);
    stderr.write([red(`error: ${first}`), ...rest, ""].join("\n"));
    return 2;
  }
}

function createProgram(surroundings: Surroundings, finish: (exitStatus: number) => void): Command {
  const { stdout, stderr, env } = surroundings;
  const program = new Command("stdlambda")
    .description(
      "Any script is an AWS Lambda function: the event is stdin, stdout is the response.",
    )
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, print) => print(createPalette(stderr, env).red(text)),
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
    })
    .showHelpAfterError("(stdlambda --help lists the commands and their options)");

  program
    .command("invoke")
    .description("run a function once, as Lambda would, and print its response")
    .argument("<handler>", "a script, <file>.<export>, an expression, or cmd:PROGRAM")
    .option("-d, --data <json>", "the event; - reads it from stdin")
    .option("-f, --file <path>", "the file with the event; - is stdin")
    .option("-e, --env <name=value>", "a variable of the function; may be repeated", collect)
    .option("--env-file <path>", "a file of variables, a NAME=VALUE on each line")
    // Lambda's own default, 3 s, is soon over where a first start fills caches and a person debugs.
    .option("--timeout <seconds>", "the function's timeout, 1 to 900", number(1, 900), 30)
    .option("--memory <MB>", "the memory the function is told of", number(128, 10_240), 128)
    .option("--client-context <json>", "the context of a mobile client")
    .option("--root <dir>", "the function's folder, LAMBDA_TASK_ROOT", ".")
    .addHelpText("after", invokeHelp)
    .action(async (handler: string, options: InvokeOptions) =>
      finish(await invoke(handler, options, surroundings)),
    );

  program
    .command("resolve")
    .description("say what a handler setting means, and what was tried")
    .argument("<handler>", "the handler setting, as for invoke")
    .option("--root <dir>", "the function's folder, LAMBDA_TASK_ROOT", ".")
    .addHelpText("after", resolveHelp)
    .action(async (handler: string, options: { root: string }) =>
      finish(await resolve(handler, options, surroundings)),
    );

  program.addHelpText("after", programHelp);
  return program;
}

function collect(value: string, values: readonly string[] = []): string[] {
  return [...values, value];
}

/** A whole number within Lambda's own limits. */
function number(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };
}
