// Which program is the runtime of a function: its bootstrap, a layer's, a managed runtime, or ours.
import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { executable, locate } from "./executable.ts";
import type { Isolation } from "./isolation.ts";
import { type LanguageRuntime, languageRuntime } from "./language-runtime.ts";
import type { SandboxedFunction } from "./sandboxed-function.ts";

/** The command as the function sees it, or why it cannot be run, in Lambda's words. */
export type RuntimeCommand =
  | {
      readonly command: readonly string[];
      /** Variables beside those of the function. */
      readonly variables?: Readonly<Record<string, string>>;
      /** Logged once. */
      readonly note?: string;
    }
  | { readonly missing: string };

export interface RuntimeSources {
  /** The runtime, whatever the function and its layers bring; AWS's of a language are ours in any case. */
  readonly bootstrap?: string | undefined;
  /** The merged layers on this machine. */
  readonly opt: string;
  /** How the function sees its own folder and the layers. */
  readonly seen: Pick<Isolation, "taskRoot" | "opt" | "node" | "wrap">;
  /** The variables of the environment. */
  readonly env: NodeJS.ProcessEnv;
  /** The variables of the service itself. */
  readonly service: NodeJS.ProcessEnv;
  /** Our own `bootstrap`. */
  readonly hostBootstrap: string;
  /** Where aws-lambda-ric is looked for, beside the function itself. */
  readonly runtimeClientFolders: readonly string[];
}

/**
 * Lambda looks for `bootstrap` in the function, then in the layers (AWS: "Building a custom
 * runtime"); a function that is served in place has ours, as from a layer.
 */
export async function runtimeCommand(
  settings: SandboxedFunction,
  sources: RuntimeSources,
): Promise<RuntimeCommand> {
  const language = await languageRuntime(settings.runtime, {
    opt: sources.seen.opt,
    env: sources.env,
    directory: settings.taskRoot,
    virtualEnvironment: sources.service.VIRTUAL_ENV || undefined,
    wrap: sources.seen.wrap,
  });
  if (language !== undefined) return otherLanguage(language, settings, sources);
  if (sources.bootstrap !== undefined) return { command: [sources.bootstrap] };
  if (settings.runtime.startsWith("nodejs")) return managedRuntime(settings, sources);
  const roots = { taskRoot: settings.taskRoot, opt: sources.opt, seen: sources.seen };
  for (const path of ["/var/task/bootstrap", "/opt/bootstrap"]) {
    const file = locate(path, roots);
    if (file === undefined || statSync(file).isDirectory()) continue;
    const found = executable(path, roots);
    return "why" in found ? { missing: `fork/exec ${path}: ${found.why}` } : found;
  }
  if (settings.servedInPlace) return { command: [sources.hostBootstrap] };
  return {
    missing: `Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]`,
  };
}

/**
 * AWS's managed Node runtime: its client if it is installed, else our own host, which runs the same
 * functions. A wrapper gets that command as its arguments, as on Lambda.
 */
function managedRuntime(settings: SandboxedFunction, sources: RuntimeSources): RuntimeCommand {
  const { handler, runtime, taskRoot } = settings;
  const { seen } = sources;
  const client = findRuntimeClient([taskRoot, ...sources.runtimeClientFolders]);
  const command =
    client === undefined
      ? [sources.hostBootstrap]
      : [seen.node, placed(client, taskRoot, seen.taskRoot), handler];
  if (settings.variables.AWS_LAMBDA_EXEC_WRAPPER) return wrapped(command, settings, sources);
  if (client !== undefined) return { command };
  return {
    command,
    variables: { STDLAMBDA_HANDLER_RULES: "aws" },
    note: `${runtime} is run by stdlambda's own host, because AWS's runtime client is not installed here (npm install aws-lambda-ric)`,
  };
}

/** A wrapper may start another host, so variables that are only for ours are set after it. */
function otherLanguage(
  { interpreter, variables, note }: LanguageRuntime,
  settings: SandboxedFunction,
  sources: RuntimeSources,
): RuntimeCommand {
  const host = ["/usr/bin/env", interpreter.join("="), sources.hostBootstrap];
  const command = wrapped(host, settings, sources);
  if ("missing" in command) return command;
  if (note === undefined || said.has(note)) return { ...command, variables };
  said.add(note);
  return { ...command, variables, note };
}

/** Messages about versions that were printed: they apply to all functions of a runtime. */
const said = new Set<string>();

/** The command behind the wrapper of a managed runtime, if there is one. */
function wrapped(
  command: readonly string[],
  { variables, taskRoot }: SandboxedFunction,
  { opt, seen }: RuntimeSources,
): RuntimeCommand {
  const wrapper = variables.AWS_LAMBDA_EXEC_WRAPPER;
  if (!wrapper) return { command };
  const found = executable(wrapper, { taskRoot, opt, seen });
  // AWS: a wrapper that cannot be started fails the init.
  if ("why" in found) return { missing: `fork/exec ${wrapper}: ${found.why}` };
  return { command: [...found.command, ...command] };
}

/** The path with one folder in the place of another. */
function placed(path: string, from: string, to: string): string {
  return path.startsWith(`${from}/`) ? `${to}${path.slice(from.length)}` : path;
}

function findRuntimeClient(folders: readonly string[]): string | undefined {
  for (const folder of folders) {
    try {
      const manifest = createRequire(join(folder, "index.js")).resolve(
        "aws-lambda-ric/package.json",
      );
      return join(dirname(manifest), "index.mjs");
    } catch {
      // Not installed there; the next folder may have it.
    }
  }
  return undefined;
}
