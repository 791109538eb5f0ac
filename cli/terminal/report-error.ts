// The one place that prints errors: an expected one with what to do, anything else as a bug of
// ours.

import { CommanderError } from "commander";
import { ExpectedError } from "../../host/expected-error.ts";
import { version } from "../../host/version.ts";
import { createPalette } from "./output.ts";
import type { Surroundings } from "./surroundings.ts";

/** The exit status of the command that failed with it. */
export function reportError(error: unknown, { stderr, env }: Surroundings): number {
  // Commander has printed its own.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const { red } = createPalette(stderr, env);
  const expected = expectedError(error);
  if (expected === undefined) {
    const what = `error: this is a bug in stdlambda ${version}; please report it with the lines below`;
    stderr.write(`${red(what)}\n${describe(error)}\n`);
    return 1;
  }
  const { message, remedy, exitStatus } = expected;
  if (exitStatus === 0) return 0;
  const [first, ...rest] = message.split("\n");
  const lines = [red(`error: ${first}`), ...rest, ...(remedy === undefined ? [] : [remedy])];
  stderr.write(`${lines.join("\n")}\n`);
  return exitStatus;
}

/** Also refusals of the operating system: a full disk, a file that may not be read. */
export function expectedError(error: unknown): ExpectedError | undefined {
  if (error instanceof ExpectedError) return error;
  const isRefused = error instanceof Error && "syscall" in error && "code" in error;
  return isRefused ? new ExpectedError(error.message, { cause: error }) : undefined;
}

function describe(error: unknown): string {
  return error instanceof Error
    ? (error.stack ?? `${error.name}: ${error.message}`)
    : String(error);
}
