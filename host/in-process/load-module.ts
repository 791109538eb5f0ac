// Loads the module of a function or of a script that exports main, and finds the export.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { parse } from "node:path";
import { pathToFileURL } from "node:url";
import { HostError } from "../errors.ts";
import { compileCacheDirectory } from "../event/compile-cache.ts";
import { importModule } from "../import-module.ts";
import type { SnapshotHooks } from "../runners/runner.ts";
import { blank } from "../source/blank.ts";
import { isModuleForTsx } from "../source/top-level-await.ts";

export type Namespace = Record<string, unknown>;

/**
 * Loads the module; `tsxLoader` is the path of tsx where Node cannot strip the types.
 * @throws HostError `Runtime.ImportModuleError` or `Runtime.UserCodeSyntaxError`, or what it threw.
 */
export async function loadModule(path: string, tsxLoader: string | undefined): Promise<Namespace> {
  const program = process.argv[1];
  process.argv[1] = otherProgram(path);
  try {
    if (tsxLoader !== undefined) {
      await importModule(pathToFileURL(tsxLoader).href);
      return await load(path, !isModuleForTsx(path));
    }
    const isCommonJs = looksLikeCommonJs(path);
    if (/\.[mc]?ts$/.test(path)) return await withCompileCache(() => load(path, isCommonJs));
    return await load(path, isCommonJs);
  } catch (error) {
    throw loadingError(path, error);
  } finally {
    process.argv[1] = program as string;
  }
}

const ownProgram = process.argv[1] as string;

/**
 * The program in argv while the module is loaded: a file that exists, so that its real path can be
 * resolved, and that no guard takes for the script, even by its bare name.
 */
function otherProgram(path: string): string {
  return parse(ownProgram).name === parse(path).name ? process.execPath : ownProgram;
}

// `require` takes half the time of a first `import()` (0.3 ms of a cold start), but does not say
// where an ES module fails to link.
async function load(path: string, isCommonJs: boolean): Promise<Namespace> {
  if (isCommonJs) {
    try {
      return createRequire(path)(path) as Namespace;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ERR_REQUIRE_ASYNC_MODULE") throw error;
    }
  }
  return (await importModule(pathToFileURL(path).href)) as Namespace;
}

function looksLikeCommonJs(path: string): boolean {
  if (/\.m[jt]s$/.test(path)) return false;
  if (/\.c[jt]s$/.test(path)) return true;
  const source = readFileSync(path, "utf8");
  const declaration = /^\s*(?:import\b(?!\s*[.(])|export\b)/m;
  // A line of a comment or a string may begin like this. Importing CommonJS would leave
  // `module.parent` empty.
  return !declaration.test(source) || !declaration.test(blank(source));
}

// Written now, because Lambda ends the host without warning: the next start of this sandbox, or on
// a developer's machine, then strips no types (docs/performance.md).
async function withCompileCache<T>(loading: () => Promise<T>): Promise<T> {
  const { enableCompileCache, flushCompileCache, getCompileCacheDir } =
    process.getBuiltinModule("node:module");
  const directory = compileCacheDirectory();
  if (getCompileCacheDir() === undefined && directory !== undefined) enableCompileCache(directory);
  const loaded = await loading();
  flushCompileCache();
  return loaded;
}

/** The hooks that a module exports, by themselves or in its default export. */
export function hooksOf(namespace: Namespace): SnapshotHooks {
  const find = (name: string) => {
    const own = namespace[name] ?? (namespace.default as Namespace | undefined)?.[name];
    return typeof own === "function" ? () => own() as unknown : undefined;
  };
  return { beforeSnapshot: find("beforeSnapshot"), afterRestore: find("afterRestore") };
}

function loadingError(path: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") {
    return new HostError(
      "Runtime.ImportModuleError",
      `${path} could not be loaded: ${error.message}. ${remedyFor(error.message)}`,
      { cause: error },
    );
  }
  if (isParseError(error) || code === "ERR_INVALID_TYPESCRIPT_SYNTAX") {
    return new HostError(
      "Runtime.UserCodeSyntaxError",
      `${placeIn(error) ?? placeFoundByNode(path) ?? `${path}, or what it imports,`} does not parse: ${error.message}`,
      { cause: error },
    );
  }
  return error;
}

/** What functions written for Lambda's Node runtimes most often lack is the AWS SDK. */
function remedyFor(message: string): string {
  const [name] = /(?<=')(?:@aws-sdk\/|@smithy\/|aws-sdk\b)[\w.-]*/.exec(message) ?? [];
  if (name === undefined) return "Add what it imports to the function or to a layer.";
  return `Lambda's Node runtimes bring ${name}, this runtime does not: run npm install ${name} in the function's folder, the one that stdlambda dev serves or that is packed (node_modules there, or in a folder above it, is found), or bring it in a layer (nodejs/node_modules).`;
}

/** Code that does not parse or link, as opposed to a SyntaxError thrown by JSON.parse or a RegExp. */
function isParseError(error: unknown): error is SyntaxError {
  if (!(error instanceof SyntaxError)) return false;
  const frame = /^ {4}at .*$/m.exec(error.stack ?? "")?.[0] ?? "";
  return placeIn(error) !== undefined || frame.includes("node:internal/modules/");
}

/** The stack of code that does not parse begins with its place, except in ES modules. */
function placeIn(error: Error): string | undefined {
  return placeOf(error.stack ?? "");
}

// Node prints the place only on stderr, so it is run again with --check, which does not execute the
// module.
function placeFoundByNode(path: string): string | undefined {
  const { spawnSync } = process.getBuiltinModule("node:child_process");
  return placeOf(spawnSync(process.execPath, ["--check", path], { encoding: "utf8" }).stderr);
}

function placeOf(report: string): string | undefined {
  return /^(?:file:\/\/)?(.+:\d+)$/.exec(report.split("\n", 1)[0] as string)?.[1];
}

/**
 * Looks a dotted path up on the module, then on its default export.
 * @throws HostError `Runtime.HandlerNotFound` naming what the module does export.
 */
export function findFunction(
  namespace: Namespace,
  exportPath: string,
  path: string,
  remedy = "",
): (...args: never[]) => unknown {
  const own = lookUp(namespace, exportPath);
  const found = own ?? lookUp(namespace.default, exportPath) ?? own;
  if (typeof found === "function") return found as (...args: never[]) => unknown;
  const names = [...exportedNames(namespace), ...exportedNames(namespace.default)];
  throw new HostError("Runtime.HandlerNotFound", whyNotFound() + remedy);

  function whyNotFound(): string {
    if (found === null) return `The export ${exportPath} of ${path} is null, not a function.`;
    if (found !== undefined) {
      return `The export ${exportPath} of ${path} is not a function but of type ${typeof found}.`;
    }
    // For example `exports.handler = undefined`, or an export that a circular import has not set
    // yet.
    if (names.includes(exportPath)) {
      return `${path} exports ${exportPath}, but its value is undefined when the module has been loaded. Set it to a function at the top level of the module.`;
    }
    return `${path} does not export ${exportPath}. It exports: ${[...new Set(names)].join(", ") || "nothing"}.`;
  }
}

/** The object that a dotted export is a method of: the one before its last dot. */
export function ownerOf(namespace: Namespace, exportPath: string): unknown {
  const owners = [namespace, namespace.default].filter(
    (from) => lookUp(from, exportPath) !== undefined,
  );
  const at = exportPath.lastIndexOf(".");
  return at === -1 ? owners[0] : lookUp(owners[0], exportPath.slice(0, at));
}

function lookUp(from: unknown, exportPath: string): unknown {
  let value = from;
  for (const name of exportPath.split(".")) {
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "object" && typeof value !== "function") return undefined;
    // A function's own bind or call is not a handler of the user's.
    value =
      Object.hasOwn(value, name) || typeof value === "object"
        ? (value as Namespace)[name]
        : undefined;
  }
  return value;
}

function exportedNames(value: unknown): string[] {
  return typeof value === "object" && value !== null
    ? Object.keys(value).filter((name) => name !== "module.exports")
    : [];
}
