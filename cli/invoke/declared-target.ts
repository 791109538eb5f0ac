// A function that the folder's configuration or template declares, run once as `stdlambda dev` would.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalFunctionOptions } from "../../local/sandbox/local-function.ts";
import { mergeLayers } from "../../local/sandbox/merge-layers.ts";
import { declareFunctions } from "../../project/declare-functions.ts";
import type { DeclaredFunction } from "../../project/declared-function.ts";
import { selectFunctions } from "../../project/select-functions.ts";
import { statPath } from "../../project/stat-path.ts";
import { projectOptions, type TemplateOptions } from "../options/template-options.ts";
import type { OnceOptions, OnceSettings } from "./invoke-once.ts";

export interface DeclaredTarget {
  readonly declared: DeclaredFunction;
  readonly warnings: readonly string[];
}

/** Undefined when there are only scripts, or the name is not declared. */
export async function declaredTarget(
  name: string,
  root: string,
  options: TemplateOptions,
  env: NodeJS.ProcessEnv,
): Promise<DeclaredTarget | undefined> {
  const project = { ...projectOptions(options), command: "invoke" } as const;
  const all = await declareFunctions(root, env, project);
  if (all.kind === "directory") return undefined;
  const isAsked = (one: DeclaredFunction) => one.name === name || one.logicalId === name;
  const declared = all.functions.find(isAsked);
  // A faulty function is refused with what is wrong with it.
  if (declared === undefined) {
    if (all.faults.some((fault) => fault.name === name)) selectFunctions(all, [name], root, "");
    return undefined;
  }
  return { declared, warnings: all.warnings.filter((text) => text.includes(declared.name)) };
}

/** Its own settings, which the command line overrides. */
export function declaredSettings(
  { name, root, runtime, environment, timeout, memory, logFormat }: DeclaredFunction,
  options: OnceOptions,
  given: OnceSettings,
): OnceSettings {
  return {
    name,
    root,
    runtime,
    variables: { ...environment, ...given.variables },
    timeoutSeconds: options.timeout ?? timeout,
    memory: options.memory ?? memory,
    ...(logFormat && { logFormat: logFormat === "JSON" ? "json" : "text" }),
  };
}

/** Runs it with the folders of its layers as /opt; `notHere` gets those that are not folders. */
export async function withLayers(
  { layers }: DeclaredFunction,
  notHere: (layer: string) => void,
  run: (opt: Pick<LocalFunctionOptions, "opt">) => Promise<number>,
): Promise<number> {
  const isFolder = (layer: string) => statPath(layer)?.isDirectory() === true;
  for (const layer of layers) if (!isFolder(layer)) notHere(layer);
  const folders = layers.filter(isFolder);
  if (folders.length === 0) return run({});
  const cache = await mkdtemp(join(tmpdir(), "stdlambda-layers-"));
  try {
    return await run({ opt: await mergeLayers(folders, cache) });
  } finally {
    await rm(cache, { recursive: true, force: true });
  }
}
