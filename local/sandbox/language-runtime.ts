// AWS's runtimes of Python and Ruby: our own host with this machine's interpreter.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { findProgram } from "../../host/handler/find-program.ts";
import { interpreterVariable } from "../../host/languages/managed.ts";

export interface LanguageRuntime {
  /** Where the interpreter finds packages in layers. */
  readonly variables: Readonly<Record<string, string>>;
  /** Which interpreter to use: only for the host. */
  readonly interpreter: readonly [name: string, value: string];
  /** Of this machine, such as 3.11.7; undefined when it has none, which the host's own error names. */
  readonly version: string | undefined;
  /** Which version runs the functions, if it is not Lambda's. */
  readonly note?: string;
}

export interface LanguageRuntimeOptions {
  /** The layers' folder, as the function sees it. */
  readonly opt: string;
  /** The variables of the environment. */
  readonly env: NodeJS.ProcessEnv;
  /** The function's folder on this machine: version managers may look there. */
  readonly directory: string;
  /** Of the service: who works in a virtual environment has the packages there. */
  readonly virtualEnvironment: string | undefined;
  /** Shows the interpreter what the function will see. */
  wrap(command: readonly string[]): readonly string[];
}

/** Undefined for the runtimes of other languages. */
export async function languageRuntime(
  runtime: string,
  options: LanguageRuntimeOptions,
): Promise<LanguageRuntime | undefined> {
  const [, name, version] = /^(python|ruby)(\d+\.\d+)$/.exec(runtime) ?? [];
  if (name === undefined || version === undefined) return undefined;
  const usual = name === "python" ? "python3" : "ruby";
  const variables = name === "python" ? pythonPath(version, options) : rubyPath(version, options);
  const isVersion = (found: string | undefined) => found?.startsWith(`${version}.`) === true;
  const inVirtualEnvironment = name === "python" && options.virtualEnvironment !== undefined;
  const same = inVirtualEnvironment ? undefined : await versionOf(runtime, options);
  if (isVersion(same)) {
    return { variables, interpreter: [interpreterVariable, runtime], version: same };
  }
  const here = await versionOf(usual, options);
  const found = { variables, interpreter: [interpreterVariable, usual], version: here } as const;
  if (here === undefined || isVersion(here)) return found;
  const title = name === "python" ? "Python" : "Ruby";
  const program = findProgram(usual, options.env.PATH ?? "");
  const advice = inVirtualEnvironment
    ? `make the virtual environment with ${runtime}`
    : `put ${runtime} on PATH`;
  const note = `${runtime} functions are run by ${title} ${here} (${program}); ${advice} to run them by Lambda's version`;
  return { ...found, note };
}

/**
 * The start of Lambda's search path, even if the folder is not at /opt; the function's own value is
 * kept.
 */
function pythonPath(version: string, { opt, env }: LanguageRuntimeOptions) {
  const places = [`${opt}/python/lib/python${version}/site-packages`, `${opt}/python`];
  return { PYTHONPATH: [...places, env.PYTHONPATH].filter(Boolean).join(":") };
}

function rubyPath(version: string, { opt, env }: LanguageRuntimeOptions) {
  const gems = [`${env.LAMBDA_TASK_ROOT}/vendor/bundle/ruby`, `${opt}/ruby/gems`];
  const gemPath = [...gems.map((folder) => `${folder}/${version}.0`), env.GEM_PATH];
  return {
    RUBYLIB: [`${opt}/ruby/lib`, env.RUBYLIB].filter(Boolean).join(":"),
    // A colon at the end adds the machine's own gems.
    GEM_PATH: `${gemPath.filter(Boolean).join(":")}:`,
  };
}

const versions = new Map<string, Promise<string | undefined>>();

/** Each program is asked only once: some take a tenth of a second to answer. */
function versionOf(program: string, options: LanguageRuntimeOptions): Promise<string | undefined> {
  const key = [program, options.env.PATH, options.directory].join("\0");
  const known = versions.get(key) ?? readVersion(program, options);
  versions.set(key, known);
  return known;
}

async function readVersion(
  program: string,
  { env, directory, wrap }: LanguageRuntimeOptions,
): Promise<string | undefined> {
  try {
    const [file = "", ...args] = wrap([program, "--version"]);
    const { stdout } = await promisify(execFile)(file, args, {
      cwd: directory,
      env,
      timeout: 5000,
    });
    return /\d+\.\d+\.\d+/.exec(stdout)?.[0];
  } catch {
    return undefined; // Not installed, or a shim that leads nowhere.
  }
}
