// The function's own variables: `--env` and `--env-file`.
import { parseEnv } from "node:util";
import type { Command } from "commander";
import { incorrectUsage } from "../../host/expected-error.ts";
import { reservedVariables } from "../../lambda/reserved-variables.ts";
import { readText } from "../../project/read-text.ts";
import { collect } from "./option-values.ts";

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

export interface VariableOptions {
  /** `NAME=VALUE` each; they override the file's. */
  readonly env?: readonly string[];
  readonly envFile?: string;
}

/** `whose`: "the function" or "every function". */
export function addVariableOptions(command: Command, whose: string): Command {
  return command
    .option("-e, --env <name=value>", `a variable of ${whose}; repeatable`, collect)
    .option("--env-file <path>", "a file of variables, one NAME=VALUE per line");
}

/** @throws ExpectedError for an invalid variable, or one that the command sets itself. */
export async function readFunctionVariables(
  options: VariableOptions,
): Promise<Record<string, string>> {
  const fromFile = options.envFile === undefined ? {} : await readEnvFile(options.envFile);
  const given = Object.fromEntries((options.env ?? []).map(splitAssignment));
  const variables = { ...fromFile, ...given };
  for (const [name, hint] of Object.entries(reservedVariables)) {
    if (name in variables) throw incorrectUsage(`${name} cannot be set; ${hint}`);
  }
  return variables;
}

function splitAssignment(assignment: string): [string, string] {
  const equals = assignment.indexOf("=");
  const name = assignment.slice(0, equals);
  if (equals < 0 || !variableName.test(name)) {
    throw incorrectUsage(
      `"${assignment}" is not NAME=VALUE; write it as in --env STAGE=test; a name consists of letters, digits and _`,
    );
  }
  return [name, assignment.slice(equals + 1)];
}

/** Editors on Windows begin a file with a byte order mark, which is not part of the first name. */
async function readEnvFile(file: string): Promise<Record<string, string>> {
  const text = await readText(file).catch((error: Error) => {
    throw incorrectUsage(`the env file ${file} cannot be read: ${error.message}`);
  });
  return { ...parseEnv(text.replace(/^\ufeff/, "")) } as Record<string, string>;
}
