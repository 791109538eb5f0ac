// The command line's table of contents: its verbs, and where errors go.
import { Command } from "commander";
import { version } from "../host/version.ts";
import { addBuild } from "./build/command.ts";
import { addDelete } from "./delete/command.ts";
import { addDeploy } from "./deploy/command.ts";
import { addDev } from "./dev/command.ts";
import { addDiff } from "./diff/command.ts";
import { addDoctor } from "./doctor/command.ts";
import { addEvents } from "./events/command.ts";
import { addInit } from "./init/command.ts";
import { addInvoke } from "./invoke/command.ts";
import { addLayer } from "./layer/command.ts";
import { addList } from "./list/command.ts";
import { addLogs } from "./logs/command.ts";
import { addResolve } from "./resolve/command.ts";
import { addRollback } from "./rollback/command.ts";
import { addServe } from "./serve/command.ts";
import { addStatus } from "./status/command.ts";
import { createPalette } from "./terminal/output.ts";
import { reportError } from "./terminal/report-error.ts";
import type { Surroundings } from "./terminal/surroundings.ts";

/** In the order of `--help`. */
const verbs = [
  addInvoke,
  addResolve,
  addInit,
  addDev,
  addServe,
  addBuild,
  addLayer,
  addDeploy,
  addDiff,
  addRollback,
  addDelete,
  addList,
  addStatus,
  addDoctor,
  addLogs,
  addEvents,
];

const help = `
Examples:
  $ stdlambda init my-function -t ts -y
  $ stdlambda invoke hello.ts -d '{"name":"World"}'
  $ stdlambda dev
  $ stdlambda deploy --role arn:aws:iam::123456789012:role/my-role
  $ stdlambda logs hello --follow
  $ stdlambda resolve index.handler
  $ stdlambda events show s3-put

stdlambda COMMAND --help explains a command.`;

/**
 * Runs one command. The exit status: 0, 1 if the function, a service or the search failed, 2 for
 * incorrect usage. Rejects with the signal's reason if it was stopped.
 */
export async function main(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const { stdout, stderr, signal } = surroundings;
  // Reported to whoever writes; without a listener a reader that has gone would end the process.
  for (const stream of [stdout, stderr]) stream.on("error", () => {});
  let exitStatus = 0;
  const program = createProgram(surroundings);
  for (const add of verbs) {
    add(program, surroundings, (status) => {
      exitStatus = status;
    });
  }
  try {
    await program.parseAsync(argv, { from: "user" });
    return exitStatus;
  } catch (error) {
    // Everything that was started has ended by now.
    if (signal?.aborted) throw error;
    return reportError(error, surroundings);
  }
}

function createProgram({ stdout, stderr, env }: Surroundings): Command {
  return new Command("stdlambda")
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
    .showHelpAfterError("(stdlambda --help lists the commands and their options)")
    .addHelpText("after", help);
}
