// The options for a project's template and its parameters.
import type { Command } from "commander";
import type { ProjectOptions } from "../../project/project-options.ts";

export type TemplateOptions = Omit<ProjectOptions, "command">;

/** For every verb that reads what a folder declares. */
export function addTemplateOptions(command: Command): Command {
  return command
    .option("-t, --template <file>", "a SAM or CloudFormation template instead of the folder's own")
    .option(
      "--parameter-overrides <name=value...>",
      "values of the template's parameters, as SAM takes them",
    );
}

/** For the verbs that run functions here. */
export function addEnvironmentFileOption(command: Command): Command {
  return command.option(
    "--env-vars <file>",
    "a JSON file of variables by function, as SAM takes it",
  );
}

/** Without the command's other options. */
export function projectOptions(options: TemplateOptions): TemplateOptions {
  const { template, parameterOverrides, envVars } = options;
  return { template, parameterOverrides, envVars };
}
