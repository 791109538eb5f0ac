// The functions of a folder's templates, with the parameters from the command or samconfig.toml.
import { basename, join, relative, resolve } from "node:path";
import { ExpectedError } from "../../host/expected-error.ts";
import type { DeclaredFunctions } from "../declared-function.ts";
import { withEnvironmentFile } from "../function-environment.ts";
import type { ProjectOptions } from "../project-options.ts";
import { statPath } from "../stat-path.ts";
import { declareTemplate, type TemplateOptions } from "./declare-template.ts";
import { isWritten } from "./find-templates.ts";
import { parameterOverrides } from "./parameter-overrides.ts";
import { readSamConfig, type SamConfig } from "./sam-config.ts";

interface Declared {
  /** Undefined when none of the files is a template. */
  readonly declared: DeclaredFunctions | undefined;
  readonly warnings: readonly string[];
}

/** The template that samconfig.toml names, if it does. */
export async function declareNamedTemplate(
  folder: string,
  env: NodeJS.ProcessEnv,
  options: ProjectOptions,
): Promise<DeclaredFunctions | undefined> {
  const config = await readSamConfig(folder, options.command);
  if (config?.templateFile === undefined) return undefined;
  const file = resolve(folder, config.templateFile);
  // `sam build` writes this one; without it the source template is used.
  if (!statPath(file)?.isFile()) return undefined;
  return (await declareTemplates(folder, [file], env, options)).declared;
}

/**
 * Of templates written by hand only the first is read; those that a tool wrote are read together.
 */
export async function declareTemplates(
  folder: string,
  files: readonly string[],
  env: NodeJS.ProcessEnv,
  options: ProjectOptions,
): Promise<Declared> {
  if (files.length === 0) return { declared: undefined, warnings: [] };
  const config = await readSamConfig(folder, options.command);
  const given = templateOptions(folder, config, options, files.length === 1);
  const warnings: string[] = [];
  const found: DeclaredFunctions[] = [];
  let failure: ExpectedError | undefined;
  for (const file of files) {
    const name = relative(folder, file) || basename(file);
    if (found.length > 0 && !isWritten(file)) {
      warnings.push(`${name} is not read: ${found[0]?.source} declares the functions.`);
      continue;
    }
    try {
      const declared = await declareTemplate(file, env, given);
      if (declared !== undefined) found.push(declared);
      else if (!isWritten(file)) {
        warnings.push(`${name} is not a CloudFormation template and is not read.`);
      }
    } catch (error) {
      // Some of a tool's stacks have no functions.
      if (!(error instanceof ExpectedError) || files.length === 1 || !isWritten(file)) throw error;
      failure ??= error;
    }
  }
  if (found.length === 0 && failure !== undefined) throw failure;
  if (found.length === 0) return { declared: undefined, warnings };
  const declared = together(found, config === undefined ? [] : [config.file]);
  const withFile = await withVariables(declared, folder, config, options);
  return { declared: { ...withFile, warnings: [...warnings, ...withFile.warnings] }, warnings: [] };
}

function templateOptions(
  folder: string,
  config: SamConfig | undefined,
  { parameterOverrides: given = [] }: ProjectOptions,
  isOnly: boolean,
): TemplateOptions {
  const fromConfig = parameterOverrides(
    config?.parameterOverrides ?? [],
    folder,
    basename(config?.file ?? ""),
  );
  const fromCommand = parameterOverrides(given, process.cwd(), "--parameter-overrides");
  return {
    parameters: { ...fromConfig, ...fromCommand },
    required: isOnly ? Object.keys(fromCommand) : [],
    stackName: config?.stackName,
  };
}

async function withVariables(
  declared: DeclaredFunctions,
  folder: string,
  config: SamConfig | undefined,
  { envVars }: ProjectOptions,
): Promise<DeclaredFunctions> {
  if (envVars !== undefined) return withEnvironmentFile(declared, resolve(envVars));
  if (config?.envVars === undefined) return declared;
  return withEnvironmentFile(declared, join(folder, config.envVars));
}

function together(all: readonly DeclaredFunctions[], files: readonly string[]): DeclaredFunctions {
  const [first, ...others] = all as [DeclaredFunctions, ...DeclaredFunctions[]];
  const functions = [...first.functions];
  const faults = all.flatMap((declared) => declared.faults);
  for (const one of others.flatMap((declared) => declared.functions)) {
    if (functions.some(({ name }) => name === one.name)) {
      const message = `${one.source}: another template has a function ${one.name}, which is used`;
      faults.push({ name: one.name, message });
    } else functions.push(one);
  }
  return {
    ...first,
    functions,
    faults,
    source: all.map(({ source }) => source).join(", "),
    warnings: all.flatMap(({ warnings }) => warnings),
    files: [...all.flatMap((declared) => declared.files), ...files],
  };
}
