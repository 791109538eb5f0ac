// What the argument of `stdlambda invoke` means: a handler to run once, or a function of a service.

import { delimiter, dirname, extname, join } from "node:path";
import { incorrectUsage } from "../../host/expected-error.ts";
import { explainHandler } from "../../host/handler/explain.ts";
import { functionNamePattern } from "../../lambda/arns.ts";
import { exportedHandler } from "../../project/directory/exported-handler.ts";
import { statPath } from "../../project/stat-path.ts";

/** The options that only one of the two has. */
const onceOptions = {
  root: "--root",
  env: "--env",
  envFile: "--env-file",
  timeout: "--timeout",
  memory: "--memory",
  template: "--template",
  parameterOverrides: "--parameter-overrides",
  envVars: "--env-vars",
} as const;
const serviceOptions = {
  endpointUrl: "--endpoint-url",
  remote: "--remote",
  async: "--async",
  qualifier: "--qualifier",
  profile: "--profile",
  region: "--region",
} as const;

export type TargetOptions = {
  readonly [Name in keyof typeof onceOptions | keyof typeof serviceOptions]?: unknown;
};

/** Undefined when no option decides. Throws an ExpectedError when two contradict each other. */
export function targetOfOptions(options: TargetOptions): "once" | "service" | undefined {
  const once = given(onceOptions, options);
  const service = given(serviceOptions, options);
  if (once !== undefined && service !== undefined) {
    throw incorrectUsage(
      `${once} and ${service} cannot be used together: ${service} calls a function of a service, which has its own settings`,
      { remedy: "Leave out one of them" },
    );
  }
  if (service !== undefined) return "service";
  return once === undefined ? undefined : "once";
}

function given(names: Readonly<Record<string, string>>, options: TargetOptions) {
  return Object.entries(names).find(
    ([key]) => options[key as keyof TargetOptions] !== undefined,
  )?.[1];
}

/** A sentence where a file is run as a script, and has a function that was meant, perhaps. */
export function functionOfScript(name: string, root: string): string | undefined {
  const file = join(root, name);
  if (statPath(file)?.isFile() !== true) return undefined;
  const found = exportedHandler(file);
  if (found === undefined) return undefined;
  const handler = `${name.slice(0, -extname(name).length)}.${found.name}`;
  return `${name} is run as a script; to call its function: stdlambda invoke ${handler}`;
}

/**
 * Functions on Lambda have no dots in their names, so a script's file name and `<file>.<export>`
 * are not function names.
 */
const isFunctionName = (text: string) =>
  functionNamePattern.exec(text)?.groups?.name?.includes(".") === false;
const handlerPrefix = /^(?:script|module|expr|cmd):/;

/**
 * Why `name` is not a handler in `root`, if it can be the name of a function instead; undefined
 * when the host should run it, or say what is wrong with it.
 */
export function noHandler(name: string, root: string, env: NodeJS.ProcessEnv): string | undefined {
  if (!isFunctionName(name) || handlerPrefix.test(name)) return undefined;
  const { found, text } = explainHandler(name, {
    ...env,
    LAMBDA_TASK_ROOT: root,
    PATH: [dirname(process.execPath), env.PATH].join(delimiter),
  });
  return !found && text.startsWith("Runtime.HandlerNotFound:") ? text : undefined;
}
