// A directory without configuration: every script at its top is a function with its name.

import { readdirSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { HostError } from "../../host/errors.ts";
import { isScriptExtension } from "../../host/handler/extensions.ts";
import { resolveHandler } from "../../host/handler/resolve.ts";
import { createRoots } from "../../host/handler/roots.ts";
import { lambdaDefaults } from "../../lambda/defaults.ts";
import { maximumHandlerLength } from "../../lambda/limits.ts";
import { configurationError } from "../configuration-error.ts";
import {
  type DeclaredFunction,
  type DeclaredFunctions,
  makeDeclaredFunction,
} from "../declared-function.ts";
import { isDanglingLink, statPath } from "../stat-path.ts";
import { exportedHandler } from "./exported-handler.ts";
import { isFunctionFile } from "./function-file.ts";
import { functionName, nameFunctions } from "./function-name.ts";

/**
 * More generous than Lambda's 3 seconds, for people who write a script and have not configured
 * anything yet.
 */
const timeoutSeconds = 30;

/**
 * `search` is the PATH of the scripts.
 * @throws ExpectedError when the directory cannot be read.
 */
export function declareDirectory(directory: string, search: string): DeclaredFunctions {
  const warnings: string[] = [];
  const names = namesOf(directory);
  const files = names.filter((name) => isFunction(name, directory));
  const dangling = names.filter(
    (name) => isScriptExtension(extname(name)) && isDanglingLink(join(directory, name)),
  );
  if (dangling.length > 0)
    warnings.push(`Links to nothing, and no functions: ${dangling.join(", ")}.`);
  const functions = files.includes("bootstrap")
    ? [declareOwnRuntime(directory, files, warnings)]
    : declareScripts(directory, files, search, warnings);
  return { functions, kind: "directory", source: directory, warnings, faults: [], files: [] };
}

/** A script or module of a directory as a function. */
export function declareFile(
  directory: string,
  {
    name,
    handler,
    source,
    runtime,
  }: Pick<DeclaredFunction, "name" | "handler" | "source"> &
    Partial<Pick<DeclaredFunction, "runtime">>,
): DeclaredFunction {
  const required = {
    name,
    handler,
    root: directory,
    runtime: runtime ?? lambdaDefaults.runtime,
    memory: lambdaDefaults.memory,
    timeout: timeoutSeconds,
    environment: {},
    layers: [],
    source,
  };
  return makeDeclaredFunction(required, {});
}

function namesOf(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch (error) {
    const reason = (error as Error).message;
    throw configurationError(
      directory,
      [{ message: `the directory cannot be read: ${reason}. Name one that holds scripts.` }],
      { cause: error },
    );
  }
}

function isFunction(name: string, directory: string): boolean {
  const path = join(directory, name);
  const stats = statPath(path);
  return stats !== undefined && isFunctionFile(name, path, stats);
}

function declareScripts(
  directory: string,
  files: readonly string[],
  search: string,
  warnings: string[],
): DeclaredFunction[] {
  const usable = files.filter((file) => {
    const problem = whyNoHandler(directory, file, search);
    if (problem !== undefined) warnings.push(problem);
    return problem === undefined;
  });
  const names = nameFunctions(usable);
  warnings.push(...renamed(usable, names));
  return usable.map((file, index) => {
    const stem = stemOf(file);
    const isOnly = usable.filter((other) => stemOf(other) === stem).length === 1;
    const name = names[index] as string;
    const exported = exportedHandler(join(directory, file));
    if (exported === undefined)
      return declareFile(directory, { name, handler: file, source: file });
    const isNamed = isOnly || exported.runtime !== lambdaDefaults.runtime;
    const handler = isNamed ? `${stem}.${exported.name}` : `${file}#${exported.name}`;
    return declareFile(directory, { name, handler, source: file, runtime: exported.runtime });
  });
}

function stemOf(file: string): string {
  return file.slice(0, file.length - extname(file).length);
}

/** A sentence for each name that a user would not expect. */
function renamed(files: readonly string[], names: readonly string[]): string[] {
  const changed = files.flatMap((file, index) => {
    const name = names[index] as string;
    return name === stemOf(file) || name === file ? [] : [`${file} -> ${name}`];
  });
  if (changed.length === 0) return [];
  return [
    `Named differently from their files, because two would have the same name or Lambda does not allow it: ${changed.join(", ")}.`,
  ];
}

/** A sentence when the file's name does not work as a handler. */
function whyNoHandler(directory: string, file: string, search: string): string | undefined {
  const skipped = `${file} is not a function:`;
  if (/\s/.test(file)) return `${skipped} a handler cannot hold white space. Rename the file.`;
  if (file.length > maximumHandlerLength)
    return `${skipped} a handler has at most ${maximumHandlerLength} characters. Rename the file.`;
  const path = join(directory, file);
  try {
    const roots = createRoots(directory, directory);
    const settings = { handlerRules: "longest", expressions: false } as const;
    const { handler } = resolveHandler(file, { roots, settings, path: search });
    if (handler.kind === "script" && handler.path === path) return undefined;
    return `${skipped} the handler ${file} means something else. Rename the file.`;
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    // The interpreter may be installed later, and each invocation will say what is missing.
    if (error.type === "Runtime.InterpreterNotFound") return undefined;
    return `${skipped} ${error.message}`;
  }
}

// The bootstrap, not this runtime, reads the handler, so the scripts beside it are its own affair.
function declareOwnRuntime(
  directory: string,
  files: readonly string[],
  warnings: string[],
): DeclaredFunction {
  const name = functionName(`${basename(directory)}.sh`);
  const handler = files.some((file) => file.startsWith("function."))
    ? "function.handler"
    : "bootstrap";
  warnings.push(
    `The directory holds a bootstrap, a runtime of its own, and so is one function, ${name}, with the handler ${handler}. For another handler write a stdlambda.config.json.`,
  );
  return declareFile(directory, { name, handler, source: "bootstrap" });
}
