// The functions that a directory declares: in a configuration file, in a template, or by its
// scripts.
import { basename, dirname, join, relative, resolve } from "node:path";
import { incorrectUsage } from "../host/expected-error.ts";
import type { DeclaredFunctions } from "./declared-function.ts";
import { declareDirectory } from "./directory/declare-directory.ts";
import { withEnvironmentFile } from "./function-environment.ts";
import type { ProjectOptions } from "./project-options.ts";
import { isDanglingLink, statPath } from "./stat-path.ts";
import { findTemplates, templateNames } from "./template/find-templates.ts";

/** The first one that exists is used. */
const configurationFiles = [
  "stdlambda.config.ts",
  "stdlambda.config.mjs",
  "stdlambda.config.js",
  "stdlambda.config.json",
] as const;

/**
 * Reads a directory's declarations. `env` gives PATH and AWS_REGION, and is what a configuration in
 * TypeScript sees as `process.env`.
 * @throws ExpectedError with file, place and what to write, when nothing can be used.
 */
export async function declareFunctions(
  directory: string,
  env: NodeJS.ProcessEnv,
  options: ProjectOptions = {},
  signal?: AbortSignal,
): Promise<DeclaredFunctions> {
  const folder = resolve(directory);
  const declared = await declare(folder, env, options, signal);
  if (declared.kind === "template") return declared;
  if (options.parameterOverrides !== undefined) {
    throw incorrectUsage("--parameter-overrides is for a template, and there is none here", {
      remedy: "Name one with --template FILE",
    });
  }
  return options.envVars === undefined
    ? declared
    : withEnvironmentFile(declared, resolve(options.envVars));
}

async function declare(
  folder: string,
  env: NodeJS.ProcessEnv,
  options: ProjectOptions,
  signal: AbortSignal | undefined,
): Promise<DeclaredFunctions> {
  if (options.template !== undefined) {
    return requireTemplate(resolve(options.template), env, options);
  }
  const isThere = (name: string) => statPath(join(folder, name))?.isFile() === true;
  const [configuration, ...others] = configurationFiles.filter(isThere);
  const templates = findTemplates(folder);
  if (configuration !== undefined) {
    const { declareConfiguration } = await import("./config-file/declare-configuration.ts");
    const declared = await declareConfiguration(join(folder, configuration), env, signal);
    const unread = templates.map((file) => relative(folder, file));
    return withWarnings(declared, notRead([...others, ...unread], configuration));
  }
  const dangling = [...configurationFiles, ...templateNames]
    .filter((name) => isDanglingLink(join(folder, name)))
    .map((name) => `${name} is a link to nothing and is not read.`);
  const { declareNamedTemplate, declareTemplates } = await import(
    "./template/declare-templates.ts"
  );
  const named = await declareNamedTemplate(folder, env, options);
  if (named !== undefined) return named;
  const { declared, warnings } = await declareTemplates(folder, templates, env, options);
  const found = declared ?? declareDirectory(folder, env.PATH ?? "");
  return withWarnings(found, [...dangling, ...warnings]);
}

async function requireTemplate(
  file: string,
  env: NodeJS.ProcessEnv,
  options: ProjectOptions,
): Promise<DeclaredFunctions> {
  const stats = statPath(file);
  if (!stats?.isFile()) {
    throw incorrectUsage(
      `the template ${file} ${stats === undefined ? "does not exist" : "is not a file"}`,
    );
  }
  const { declareTemplates } = await import("./template/declare-templates.ts");
  const { declared } = await declareTemplates(dirname(file), [file], env, options);
  if (declared !== undefined) return declared;
  throw incorrectUsage(`${file} is not an AWS SAM or CloudFormation template`, {
    remedy: "A template has Resources, each with a Type such as AWS::Serverless::Function",
  });
}

/**
 * Whether a change of these files (absolute paths) can change a directory's functions: if one was
 * read, or is at its top.
 */
export function affectsDeclaration(
  directory: string,
  { files }: DeclaredFunctions,
  changed: readonly string[],
): boolean {
  const folder = resolve(directory);
  return changed.some((path) => files.includes(path) || path === join(folder, basename(path)));
}

function notRead(names: readonly string[], instead: string): string[] {
  return names.map((name) => `${name} is not read: ${instead} declares the functions.`);
}

function withWarnings(declared: DeclaredFunctions, warnings: readonly string[]): DeclaredFunctions {
  return { ...declared, warnings: [...warnings, ...declared.warnings] };
}
