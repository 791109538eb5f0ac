// Where the options of a deployment override what is declared.

import type { DeployOverrides } from "../../deploy/wanted-function.ts";
import { incorrectUsage } from "../../host/expected-error.ts";
import { readFunctionVariables } from "../options/variables.ts";
import type { DeployOptions } from "./options.ts";

export async function readOverrides(
  options: DeployOptions,
): Promise<Omit<DeployOverrides, "project">> {
  const { url, tracing, alias } = options;
  const isGiven = options.env !== undefined || options.envFile !== undefined;
  return {
    name: options.name,
    role: options.role,
    runtime: options.runtime,
    memory: options.memory,
    timeout: options.timeout,
    environment: isGiven ? await readFunctionVariables(options) : undefined,
    mergeEnvironment: options.mergeEnv,
    architecture: options.arch,
    url: url === false ? "remove" : url === true ? "none" : url,
    tags: Object.fromEntries((options.tag ?? []).map(splitTag)),
    reservedConcurrency: options.reservedConcurrency,
    tracing: tracing && ({ active: "Active", passthrough: "PassThrough" } as const)[tracing],
    alias: alias === false ? undefined : alias,
  };
}

function splitTag(tag: string): [string, string] {
  const at = tag.indexOf("=");
  if (at < 1) throw incorrectUsage(`"${tag}" is not NAME=VALUE; write it as in --tag team=billing`);
  return [tag.slice(0, at), tag.slice(at + 1)];
}
