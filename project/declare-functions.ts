// The functions a directory declares: by a configuration file, by a template, or by its scripts.
import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { DeclaredFunctions } from "./declared-function.ts";
import { declareDirectory } from "./directory/declare-directory.ts";

/** The first that is there is taken. */
const configurationFiles = [
  "stdlambda.config.ts",
  "stdlambda.config.mjs",
  "stdlambda.config.js",
  "stdlambda.config.json",
] as const;

const templateFiles = ["template.yaml", "template.yml", "template.json"] as const;

/**
 * Reads a directory's declarations. `env` gives PATH and AWS_REGION, and is what a configuration in
 * TypeScript sees as `process.env`.
 * @throws ExpectedError with file, place and what to write, for anything that is wrong.
 */
export async function declareFunctions(
  directory: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<DeclaredFunctions> {
  const folder = resolve(directory);
  const isThere = (name: string) => existsSync(join(folder, name));
  const [configuration, ...others] = configurationFiles.filter(isThere);
  const templates = templateFiles.filter(isThere);
  if (configuration !== undefined) {
    const { declareConfiguration } = await import("./config-file/declare-configuration.ts");
    const declared = await declareConfiguration(join(folder, configuration), env, signal);
    return withWarnings(declared, notRead([...others, ...templates], configuration));
  }
  const warnings: string[] = [];
  for (const [index, name] of templates.entries()) {
    const { declareTemplate } = await import("./template/declare-template.ts");
    const declared = await declareTemplate(join(folder, name), env);
    if (declared !== undefined) {
      return withWarnings(declared, [...warnings, ...notRead(templates.slice(index + 1), name)]);
    }
    warnings.push(`${name} is no CloudFormation template and is not read.`);
  }
  return withWarnings(declareDirectory(folder, env.PATH ?? ""), warnings);
}

/**
 * Whether a change of these files (absolute paths) can make other functions of a directory: one of
 * those that were read, or any file at its top.
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
