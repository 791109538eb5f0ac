// The command line: its verbs, its options, and what becomes of an error.

import { Command, InvalidArgumentError, Option } from "commander";
import { incorrectUsage } from "../host/expected-error.ts";
import { version } from "../host/version.ts";
import { lambdaDefaults } from "../lambda/defaults.ts";
import { qualifierPattern, tenantPattern } from "../lambda/names.ts";
import { addBuildCommand } from "./build/command.ts";
import { addDeployCommands } from "./deploy/command.ts";
import type { DevOptions } from "./dev/dev.ts";
import { addDoctorCommand } from "./doctor/command.ts";
import { listEvents, showEvent } from "./events/events.ts";
import { addInitCommand } from "./init/command.ts";
import { type InvokeOptions, invoke } from "./invoke/invoke.ts";
import { defaultTimeout } from "./invoke/invoke-once.ts";
import { addLayerCommand } from "./layer/command.ts";
import type { LogsOptions } from "./logs/logs.ts";
import {
  devHelp,
  eventsHelp,
  invokeHelp,
  logsHelp,
  programHelp,
  resolveHelp,
} from "./options/help.ts";
import { collect, wholeNumber } from "./options/option-values.ts";
import { resolve } from "./resolve/resolve.ts";
import { addDeployedCommands } from "./status/deployed-command.ts";
import { createPalette } from "./terminal/output.ts";
import { reportError } from "./terminal/report-error.ts";
import type { Surroundings } from "./terminal/surroundings.ts";

/**
 * Runs one command. The exit status: 0, 1 when the function, a service or the search failed, 2
 * for incorrect usage. Rejects with the signal's reason when it was stopped.
 */
export async function main(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const { stdout, stderr, signal } = surroundings;
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
    // What was started has ended by now.
    if (signal?.aborted) throw error;
    return reportError(error, surroundings);
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
    .description("run a function, as Lambda would, and print its response")
    .argument(
      "<handler>",
      "a script, <file>.<export>, an expression, cmd:PROGRAM, or a function's name",
    )
    .optionsGroup("The event:")
    .option("-d, --data <json>", "the event; - reads it from stdin")
    .option("-f, --file <path>", "the file with the event; - is stdin")
    .option("-x, --example <name>", "a sample event; stdlambda events lists them")
    .option("--set <path=value>", "a change to the sample; may be repeated", collect)
    .option("--client-context <json>", "the context of a mobile client")
    .option("--tenant-id <id>", "the tenant of an isolated function", matching(tenantPattern))
    .optionsGroup("A handler, run once:")
    .option("-e, --env <name=value>", "a variable of the function; may be repeated", collect)
    .option("--env-file <path>", "a file of variables, a NAME=VALUE on each line")
    .option(
      "--timeout <seconds>",
      `the function's timeout, 1 to 900 (default: ${defaultTimeout})`,
      wholeNumber(1, 900),
    )
    .option(
      "--memory <MB>",
      `the memory the function is told of (default: ${lambdaDefaults.memory})`,
      wholeNumber(128, 10_240),
    )
    .option("--root <dir>", 'the function\'s folder, LAMBDA_TASK_ROOT (default: ".")')
    .optionsGroup("A function of a service:")
    .option("--endpoint-url <url>", "the service; without it the one of stdlambda dev")
    .option("--remote", "Lambda itself, with your credentials")
    .option("--profile <name>", "the profile of AWS's configuration")
    .option("--region <name>", "the region of AWS")
    .option("--qualifier <version>", "a version or an alias", matching(qualifierPattern))
    .option("--async", "do not wait for the response")
    .option("--stream", "print the response as it comes")
    .option("--tail", "print the end of the log, too")
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

  addInitCommand(program, surroundings, finish);
  addDevCommand(program, surroundings, finish);
  addBuildCommand(program, surroundings, finish);
  addLayerCommand(program, surroundings, finish);
  addDeployCommands(program, surroundings, finish);
  addDeployedCommands(program, surroundings, finish);
  addDoctorCommand(program, surroundings, finish);
  addLogsCommand(program, surroundings, finish);
  addEventsCommand(program, surroundings);

  program.addHelpText("after", programHelp);
  return program;
}

function addDevCommand(program: Command, surroundings: Surroundings, finish: Finish): void {
  program
    .command("dev")
    .description("serve the functions of a directory as Lambda does, to AWS's own clients")
    .argument("[dir]", "scripts, with stdlambda.config.json/.ts or a SAM template, or without", ".")
    .option("-p, --port <number>", "the port; 0 for a free one", wholeNumber(0, 65_535), 9000)
    .option(
      "--host <address>",
      "the address to listen on; beyond loopback a token is demanded",
      "127.0.0.1",
    )
    .option("--token <token>", "the token for a wider address; without it one is made and shown")
    .option(
      "--concurrency <number>",
      "invocations at a time, of all functions",
      wholeNumber(1, 10_000),
      1000,
    )
    .option("-e, --env <name=value>", "a variable of every function; may be repeated", collect)
    .option("--env-file <path>", "a file of variables, a NAME=VALUE on each line")
    .option("--timeout <seconds>", "the timeout of every function, 1 to 900", wholeNumber(1, 900))
    .option("--memory <MB>", "the memory of every function, 128 to 10240", wholeNumber(128, 10_240))
    .option("--no-watch", "do not look for changes of files")
    .option("--no-freeze", "let what a function left running go on between invocations")
    .option("--no-bubblewrap", "run functions in their own folders, not at Lambda's paths")
    .addOption(
      new Option("--log-format <format>", "how logs are printed")
        .choices(["text", "json"])
        .default("text"),
    )
    .option("--apis-only", "start no runtimes; print how to start one under a debugger")
    .option("--inspect", "let a debugger attach to Node; each process prints its address")
    .addHelpText("after", devHelp)
    .action(async (directory: string, options: DevOptions) => {
      const { dev } = await import("./dev/dev.ts");
      finish(await dev(directory, options, surroundings));
    });
}

function addLogsCommand(program: Command, surroundings: Surroundings, finish: Finish): void {
  program
    .command("logs")
    .description("print a function's log, once or as it grows")
    .argument("<name>", "the function's name")
    .option("-f, --follow", "go on with what is written from now on")
    .option("-s, --since <time>", "a span such as 10m, or a time", "10m")
    .option(
      "--filter <pattern>",
      'CloudWatch\'s filter pattern, such as ERROR or { $.level = "ERROR" }',
    )
    .option("--endpoint-url <url>", "the service; without it the one of stdlambda dev")
    .option("--remote", "CloudWatch itself, with your credentials")
    .option("--profile <name>", "the profile of AWS's configuration")
    .option("--region <name>", "the region of AWS")
    .addHelpText("after", logsHelp)
    .action(async (name: string, options: LogsOptions) => {
      const { logs } = await import("./logs/logs.ts");
      finish(await logs(name, options, surroundings));
    });
}

type Finish = (exitStatus: number) => void;

function addEventsCommand(program: Command, surroundings: Surroundings): void {
  const events = program
    .command("events")
    .description("list and show sample events, for invoke -x and for your tests")
    .addHelpText("after", eventsHelp);
  events
    .command("list", { isDefault: true })
    .description("list the sample events")
    .option("--json", "as JSON, with the page of AWS each is shaped after")
    .allowExcessArguments()
    .action(async (options: { json?: boolean }, { args: [name] }: Command) => {
      if (name === undefined) return listEvents(options, surroundings);
      throw incorrectUsage(`events has no command "${name}"`, {
        remedy: `To print a sample: stdlambda events show ${name}`,
      });
    });
  events
    .command("show")
    .description("print a sample event")
    .argument("<name>", "the sample's name")
    .option("--set <path=value>", "a change to it; may be repeated", collect)
    .action((name: string, options: { set?: string[] }) => showEvent(name, options, surroundings));
}

// As Lambda's API takes them, but that an empty qualifier is a shell's empty variable.

function matching(pattern: RegExp): (text: string) => string {
  return (text) => {
    if (pattern.test(text)) return text;
    throw new InvalidArgumentError(`It must match ${pattern.source}.`);
  };
}
