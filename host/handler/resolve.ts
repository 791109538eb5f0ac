// What the handler setting resolves to, decided once at init from the files that exist.
import { basename, extname, join } from "node:path";
import { HostError } from "../errors.ts";
import { isForHost } from "../languages/managed.ts";
import { type Language, languageOf } from "../languages/table.ts";
import type { Settings } from "../settings.ts";
import {
  filesOf,
  languageFiles,
  looksLikeExpression,
  moduleCandidates,
  moduleFiles,
} from "./candidates.ts";
import { isScriptExtension } from "./extensions.ts";
import { findProgram } from "./find-program.ts";
import { canBeScript, chooseInterpreter, type Interpreter, notExecutable } from "./interpreter.ts";
import { nearestFiles } from "./nearest-files.ts";
import { packageFile } from "./package-file.ts";
import type { Roots } from "./roots.ts";
import { type HandlerSetting, malformed, parseHandlerSetting, parseModule } from "./setting.ts";

export type Handler =
  | {
      readonly kind: "script";
      readonly path: string;
      readonly args: readonly string[];
      readonly interpreter: Interpreter;
    }
  | { readonly kind: "module"; readonly path: string; readonly exportPath: string }
  /** A function in a language other than JavaScript. */
  | {
      readonly kind: "language";
      readonly language: Language;
      readonly path: string;
      readonly exportPath: string;
    }
  | { readonly kind: "expression"; readonly source: string }
  | { readonly kind: "command"; readonly program: string; readonly args: readonly string[] };

export interface Resolution {
  readonly handler: Handler;
  /** A line for each thing that was looked for, in order, with the result. */
  readonly tried: readonly string[];
  readonly warnings: readonly string[];
}

export interface ResolveOptions {
  readonly roots: Roots;
  readonly settings: Pick<Settings, "handlerRules" | "expressions"> &
    Partial<Pick<Settings, "mode">>;
  /** PATH of the scripts' environment. */
  readonly path: string;
  /** The name of AWS's own runtime, if the host stands in for one. */
  readonly managed?: Language | undefined;
}

/**
 * Resolves `_HANDLER` by the rules of docs/conventions.md, section 1.
 * @throws HostError of the `Runtime.…` types that name what is wrong with a handler.
 */
export function resolveHandler(text: string, options: ResolveOptions): Resolution {
  const search = createSearch(options);
  const setting = parseHandlerSetting(text);
  const { managed, roots } = options;
  const isByHost =
    managed === undefined || isForHost(text, (path) => roots.find(path) !== undefined);
  const handler = isByHost
    ? resolveSetting(setting, text, options, search)
    : resolveManaged(text, managed, options, search);
  if (isByHost && managed !== undefined) {
    search.warnings.push(
      `AWS's ${managed.name} runtimes call functions, FILE.FUNCTION, and ${text} is not one: there it runs behind the full layer, with AWS_LAMBDA_EXEC_WRAPPER=/opt/bootstrap, as stdlambda deploy sets it up.`,
    );
  }
  return { handler, tried: search.tried, warnings: search.warnings };
}

interface Search {
  readonly tried: string[];
  readonly warnings: string[];
  file(path: string, as: string): string | undefined;
  /** The first file that exists; if none does, one line says so for all of them. */
  firstOf(paths: readonly string[], as: string): string | undefined;
}

function createSearch({ roots }: ResolveOptions): Search {
  const tried: string[] = [];
  return {
    tried,
    warnings: [],
    file(path, as) {
      const found = roots.find(path);
      tried.push(`${as} ${path}: ${found === undefined ? "no such file" : found.path}`);
      return found?.path;
    },
    firstOf(paths, as) {
      for (const path of paths) {
        const found = roots.find(path)?.path;
        if (found === undefined) continue;
        tried.push(`${as} ${path}: ${found}`);
        return found;
      }
      tried.push(`${as} ${paths.join(", ")}: no such file`);
      return undefined;
    },
  };
}

/** `FILE.FUNCTION` and nothing else, split as AWS's runtime of the language splits it. */
function resolveManaged(
  text: string,
  language: Language,
  options: ResolveOptions,
  search: Search,
): Handler {
  const rules = language.dotsAreFolders ? "longest" : "aws";
  const [candidate] = moduleCandidates(text, rules);
  if (candidate === undefined) {
    throw malformed(text, `a ${language.name} function is named FILE.FUNCTION`);
  }
  const { stem, exportPath } = candidate;
  const path = search.firstOf(filesOf(language, stem), `function ${exportPath} of`);
  if (path === undefined) {
    // AWS's wording first, because people search for it.
    const message =
      language.name === "Python"
        ? `Unable to import module '${stem}': No module named '${stem}'.`
        : `cannot load such file -- ${stem}.`;
    const { message: details } = notFound(text, options, search);
    throw new HostError("Runtime.ImportModuleError", `${message} ${details}`);
  }
  return { kind: "language", language, path, exportPath };
}

function resolveSetting(
  setting: HandlerSetting,
  text: string,
  options: ResolveOptions,
  search: Search,
): Handler {
  switch (setting.form) {
    case "script": {
      const path = search.file(setting.path, "script");
      if (path === undefined) throw notFound(text, options, search);
      return scriptHandler(path, setting.args, options);
    }
    case "module": {
      const path = findModuleFile(setting.path, setting.exportPath, options, search);
      if (path === undefined) throw notFound(text, options, search);
      return moduleHandler(path, setting.exportPath);
    }
    case "expression":
      return expressionHandler(setting.source, options);
    case "command":
      return commandHandler(setting.program, setting.args, options);
    default:
      return resolveBare(setting.text, options, search);
  }
}

function resolveBare(text: string, options: ResolveOptions, search: Search): Handler {
  const script = findScript(text, search);
  const scriptIsPlain = script !== undefined && isScriptExtension(extname(script));
  if (scriptIsPlain) return scriptHandler(script, [], options);

  if (script === undefined && text.includes("#")) {
    const named = resolveHashForm(text, options, search);
    if (named !== undefined) return named;
  }
  const module = findModule(text, options, search);
  if (module !== undefined) {
    if (script !== undefined) {
      search.warnings.push(
        `the handler ${text} could be the script ${script} and the export ${module.exportPath} of ${module.path}; the export is used. Write script:${text} for the script.`,
      );
    }
    return moduleHandler(module.path, module.exportPath);
  }
  if (script !== undefined) return scriptHandler(script, [], options);
  if (looksLikeExpression(text)) return expressionHandler(text, options);
  const file = options.roots.find(text)?.path;
  throw file === undefined ? notFound(text, options, search) : notExecutable(file);
}

function findScript(text: string, search: Search): string | undefined {
  const path = search.file(text, "script");
  if (path === undefined || canBeScript(path)) return path;
  search.tried.push(
    `script ${text}: the file has no known script extension, no shebang and no executable bit`,
  );
  return undefined;
}

interface FoundModule {
  readonly path: string;
  readonly exportPath: string;
}

function moduleHandler(path: string, exportPath: string): Handler {
  const language = languageOf(path);
  return language === undefined
    ? { kind: "module", path, exportPath }
    : { kind: "language", language, path, exportPath };
}

function findModule(
  text: string,
  options: ResolveOptions,
  search: Search,
): FoundModule | undefined {
  const found: FoundModule[] = [];
  for (const { stem, exportPath } of moduleCandidates(text, options.settings.handlerRules)) {
    for (const file of moduleFiles(stem)) {
      const path = search.file(file, `export ${exportPath} of`);
      if (path === undefined) continue;
      found.push({ path, exportPath });
      break;
    }
    const other = search.firstOf(languageFiles(stem), `export ${exportPath} of`);
    if (other !== undefined) found.push({ path: other, exportPath });
    if (found.length === 0 && stem.startsWith("@")) {
      const path = findPackage(stem, options, search);
      if (path !== undefined) found.push({ path, exportPath });
    }
  }
  const [first, second] = found;
  if (first !== undefined && second !== undefined) {
    search.warnings.push(
      `the handler ${text} could be the export ${first.exportPath} of ${first.path} and the export ${second.exportPath} of ${second.path}; ${first.exportPath === second.exportPath ? "the first" : "the longer file name"} is used. Write PATH#EXPORT to be sure.`,
    );
  }
  return first;
}

/** `module:PATH#EXPORT`: the very file, or the path without its extension. */
function findModuleFile(
  path: string,
  exportPath: string,
  options: ResolveOptions,
  search: Search,
): string | undefined {
  for (const file of [path, ...moduleFiles(path)]) {
    const found = search.file(file, `export ${exportPath} of`);
    if (found !== undefined) return found;
  }
  const other = search.firstOf(languageFiles(path), `export ${exportPath} of`);
  if (other !== undefined) return other;
  return path.startsWith("@") ? findPackage(path, options, search) : undefined;
}

function findPackage(name: string, { roots }: ResolveOptions, search: Search): string | undefined {
  const [taskRoot = "", layerRoot = ""] = roots.directories;
  for (const directory of [taskRoot, join(layerRoot, "nodejs")]) {
    const path = packageFile(name, directory);
    search.tried.push(`package ${name} from ${directory}: ${path ?? "not installed"}`);
    if (path !== undefined) return path;
  }
  return undefined;
}

// Only if the file exists, because an expression may contain a `#` too.
function resolveHashForm(
  text: string,
  options: ResolveOptions,
  search: Search,
): Handler | undefined {
  if (!/[^#]#[^#\s]+$/.test(text)) return undefined;
  const setting = parseModule(text, text);
  if (setting.form !== "module") return undefined;
  const path = findModuleFile(setting.path, setting.exportPath, options, search);
  return path === undefined ? undefined : moduleHandler(path, setting.exportPath);
}

function scriptHandler(path: string, args: readonly string[], options: ResolveOptions): Handler {
  try {
    return { kind: "script", path, args, interpreter: chooseInterpreter(path, options.path) };
  } catch (error) {
    // A script that is loaded for its main needs no program to run it: Roswell, cl-launch.
    const { mode = "auto" } = options.settings;
    const isLoaded = mode === "main" || (mode === "auto" && path.endsWith(".ros"));
    if (!isLoaded || languageOf(path) === undefined) throw error;
    return { kind: "script", path, args, interpreter: { kind: "executable" } };
  }
}

function expressionHandler(source: string, { settings }: ResolveOptions): Handler {
  if (settings.expressions) return { kind: "expression", source };
  throw new HostError(
    "Runtime.HandlerNotFound",
    `The handler ${source} is an expression, and STDLAMBDA_EXPRESSIONS=off refuses those. Name a script or an export, or set it to on.`,
  );
}

function commandHandler(name: string, args: readonly string[], { path }: ResolveOptions): Handler {
  const program = findProgram(name, path);
  if (program !== undefined) return { kind: "command", program, args };
  throw new HostError(
    "Runtime.HandlerNotFound",
    `The program ${name} of the handler cmd:${name} is not on PATH (${path}). Bring it in a layer as bin/${basename(name)}, or in the function and name it as a script.`,
  );
}

function notFound(text: string, { roots, path }: ResolveOptions, search: Search): HostError {
  const near = nearestFiles(text, roots);
  const program = /^[\w.+-]+$/.test(text) ? findProgram(text, path) : undefined;
  return new HostError(
    "Runtime.HandlerNotFound",
    [
      `The handler ${JSON.stringify(text)} names nothing in ${roots.directories.join(" or ")}. Tried, in this order:`,
      ...search.tried.map((line) => `  ${line}`),
      near.length > 0 ? `Nearest files: ${near.join(", ")}.` : "The function holds no script.",
      ...(program === undefined ? [] : [`For the program ${program} write cmd:${text}.`]),
    ].join("\n"),
  );
}
