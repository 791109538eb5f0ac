// `index.handler`: a function that no file declares, but that a caller may ask for by its handler.

import { basename, dirname } from "node:path";
import { HostError } from "../../host/errors.ts";
import { resolveHandler } from "../../host/handler/resolve.ts";
import { createRoots } from "../../host/handler/roots.ts";
import { maximumHandlerLength } from "../../lambda/limits.ts";
import { asName, nameCharacter } from "../../lambda/names.ts";
import type { DeclaredFunction } from "../declared-function.ts";
import { statPath } from "../stat-path.ts";
import { declareFile } from "./declare-directory.ts";
import { isFunctionFile } from "./function-file.ts";

const dotted = new RegExp(`^${nameCharacter}+(?:\\.${nameCharacter}+)+$`);

/**
 * The function for a name such as `index.handler` or `hello.ts`, or undefined when no script or
 * module at the top of the directory is meant. The name is kept with its dots: AWS's pattern for
 * the name of a function to invoke (NamespacedFunctionName) allows them.
 */
export function declareOnDemand(
  directory: string,
  name: string,
  search: string = process.env.PATH ?? "",
): DeclaredFunction | undefined {
  const declared = dotted.test(name) ? declareHandler(directory, name, search) : undefined;
  return declared && { ...declared, name };
}

/**
 * The same for any handler setting, such as `app.package::name`, from which the function's name is
 * made.
 */
export function declareHandler(
  directory: string,
  handler: string,
  search: string,
): DeclaredFunction | undefined {
  if (handler.length > maximumHandlerLength) return undefined;
  const path = resolvedFile(directory, handler, search);
  if (path === undefined || dirname(path) !== directory) return undefined;
  const source = basename(path);
  const stats = statPath(path);
  if (stats === undefined || !isFunctionFile(source, path, stats)) return undefined;
  return declareFile(directory, { name: asName(handler), handler, source });
}

function resolvedFile(directory: string, name: string, search: string): string | undefined {
  const roots = createRoots(directory, directory);
  const settings = { handlerRules: "longest", expressions: false } as const;
  try {
    const { handler } = resolveHandler(name, { roots, settings, path: search });
    return "path" in handler ? handler.path : undefined;
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    // There is nothing of that name, or nothing that can run here: no such function.
    return undefined;
  }
}
