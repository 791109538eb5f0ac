// What a function's handler means for its package: where tracing its imports begins, or that they
// cannot be traced.
// Decided from the files alone, not from what is installed on the machine that builds.
import { existsSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { HostError } from "../../host/errors.ts";
import { interpretersByExtension, isNodeExtension } from "../../host/handler/extensions.ts";
import { type Handler, resolveHandler } from "../../host/handler/resolve.ts";
import { createRoots } from "../../host/handler/roots.ts";
import { parseHandlerSetting } from "../../host/handler/setting.ts";
import { parseShebang, readStart } from "../../host/handler/shebang.ts";
import { managedLanguage } from "../../host/languages/managed.ts";
import { type Language, languageOf } from "../../host/languages/table.ts";
import { readSettings } from "../../host/settings.ts";
import { isLanguageRuntime } from "../../lambda/runtimes.ts";
import type { DeclaredFunction } from "../../project/declared-function.ts";
import { isProgram } from "./package-content.ts";

export type HandlerEntry =
  /** Run or imported by Node: its imports are the package. */
  | { readonly kind: "node"; readonly file: string; readonly isScript: boolean }
  /** Its imports are relative to the function's folder. */
  | { readonly kind: "expression"; readonly source: string }
  /** `program` runs it; undefined for what the kernel runs, such as ELF. */
  | { readonly kind: "script"; readonly file: string; readonly program: string | undefined }
  | { readonly kind: "command"; readonly program: string }
  /** A `bootstrap` of the function's own reads the handler as it likes. */
  | { readonly kind: "own-runtime" }
  /** Not in the function: one of its layers may hold it. */
  | { readonly kind: "elsewhere"; readonly why: string };

/** @throws HostError when the handler names nothing, and no layer may hold it. */
export function handlerEntry(declared: DeclaredFunction): HandlerEntry {
  const { root, runtime, layers } = declared;
  if (runtime.startsWith("provided") && existsSync(join(root, "bootstrap"))) {
    return { kind: "own-runtime" };
  }
  try {
    return fromResolved(declared) ?? fromSetting(declared);
  } catch (error) {
    if (!(error instanceof HostError) || layers.length === 0) throw error;
    return { kind: "elsewhere", why: error.message };
  }
}

/** Undefined when only this machine lacks something. */
function fromResolved({ handler: setting, root, runtime, environment }: DeclaredFunction) {
  if (parseHandlerSetting(setting).form === "command") return undefined;
  // No layers, so nothing outside of the function's folder counts.
  const managed = isLanguageRuntime(runtime) ? managedLanguage(runtime) : undefined;
  const settings = readSettings(environment);
  const options = { roots: createRoots(root, root), settings, path: "", managed };
  try {
    return fromHandler(resolveHandler(setting, options).handler, environment.STDLAMBDA_MODE);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    const isInstalledLater = error.type === "Runtime.InterpreterNotFound";
    const path = scriptPath(setting, root);
    // A disk of another system keeps no executable bits; the package will have them.
    if (path !== undefined && (isInstalledLater || isProgram(readStart(path)))) return undefined;
    throw error;
  }
}

function fromHandler(handler: Handler, mode = "auto"): HandlerEntry {
  switch (handler.kind) {
    case "module":
      return { kind: "node", file: handler.path, isScript: false };
    case "language":
      return loadedEntry(handler.path, handler.language);
    case "expression":
      return { kind: "expression", source: handler.source };
    case "command":
      return { kind: "command", program: handler.program };
    default: {
      const language = languageOf(handler.path);
      // Loaded for its main, whatever its first line says: a script for Roswell looks like one for
      // sh.
      const isLoaded = mode === "main" || (mode === "auto" && handler.path.endsWith(".ros"));
      if (language !== undefined && isLoaded) {
        return loadedEntry(handler.path, language);
      }
      return handler.interpreter.kind === "node"
        ? { kind: "node", file: handler.path, isScript: true }
        : scriptEntry(handler.path);
    }
  }
}

function fromSetting({ handler, root }: DeclaredFunction): HandlerEntry {
  const setting = parseHandlerSetting(handler);
  if (setting.form === "command") return { kind: "command", program: setting.program };
  return scriptEntry(scriptPath(handler, root) as string);
}

function scriptPath(handler: string, root: string): string | undefined {
  const setting = parseHandlerSetting(handler);
  if (setting.form !== "script" && setting.form !== "bare") return undefined;
  return createRoots(root, root).find(setting.form === "script" ? setting.path : setting.text)
    ?.path;
}

/**
 * Loaded by its language's interpreter, unless the first line names another one for that language.
 */
function loadedEntry(file: string, { programs, shebang }: Language): HandlerEntry {
  const named = parseShebang(readStart(file))?.program;
  const isOfLanguage = named !== undefined && shebang.test(basename(named));
  return { kind: "script", file, program: isOfLanguage ? named : programs[0] };
}

function scriptEntry(file: string): HandlerEntry {
  const shebang = parseShebang(readStart(file));
  const extension = extname(file);
  if (shebang !== undefined) return { kind: "script", file, program: shebang.program };
  if (isNodeExtension(extension)) return { kind: "node", file, isScript: true };
  return { kind: "script", file, program: interpretersByExtension[extension]?.[0] };
}
