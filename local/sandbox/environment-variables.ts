// The variables with which an execution environment is started (AWS: "Defined runtime environment
// variables").

import { delimiter, dirname } from "node:path";
import { initializationType } from "../../lambda/initialization-type.ts";
import { isManaged } from "../../lambda/runtimes.ts";
import type { Isolation } from "./isolation.ts";
import type { SandboxedFunction } from "./sandboxed-function.ts";

/**
 * The one variable that Lambda does not have: by its value every process of a life is found, even
 * one that left its group, session and parent.
 */
export const lifeVariable = "_STDLAMBDA_LIFE";

export interface VariableSources {
  readonly function: SandboxedFunction;
  /** Where things are, as the function sees them. */
  readonly isolation: Pick<Isolation, "taskRoot" | "opt" | "runtimeDirectory" | "node">;
  /** `host:port`. */
  readonly runtimeApi: string;
  readonly logStream: string;
  /** Differs for each life, see `lifeVariable`. */
  readonly lifeId: string;
  /** The variables of the service itself, of which a few are passed on. */
  readonly service: NodeJS.ProcessEnv;
}

/** All of them; the function's own cannot replace what Lambda reserves. */
export function environmentVariables(sources: VariableSources): NodeJS.ProcessEnv {
  const { isolation, runtimeApi, logStream, lifeId, service } = sources;
  const { name, version, handler, runtime, region, memoryMB, ...settings } = sources.function;
  return {
    ...shared(service),
    ...paths(isolation, service),
    ...nodePath(runtime, isolation),
    // Lambda's clock has no time zone; a locale that is not installed would make Perl complain.
    TZ: ":UTC",
    LANG: service.LANG || "C.UTF-8",
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_XRAY_CONTEXT_MISSING: "LOG_ERROR",
    AWS_XRAY_DAEMON_ADDRESS: "127.0.0.1:2000",
    _AWS_XRAY_DAEMON_ADDRESS: "127.0.0.1",
    _AWS_XRAY_DAEMON_PORT: "2000",
    ...settings.variables,
    // A function that changes PATH or the like adds to Lambda's own value by hand, as on Lambda.
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMB),
    AWS_LAMBDA_INITIALIZATION_TYPE: initializationType(sources.function),
    AWS_LAMBDA_LOG_FORMAT: settings.logFormat === "json" ? "JSON" : "Text",
    ...(settings.logFormat === "json" && {
      AWS_LAMBDA_LOG_LEVEL: settings.applicationLogLevel ?? "INFO",
    }),
    // Under SnapStart the log stream is not known before the restore.
    ...(!settings.snapStart && {
      AWS_LAMBDA_LOG_GROUP_NAME: settings.logGroup,
      AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    }),
    ...(settings.maxConcurrency !== undefined && {
      AWS_LAMBDA_MAX_CONCURRENCY: String(settings.maxConcurrency),
    }),
    ...(isManaged(runtime) && { AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}` }),
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    LAMBDA_TASK_ROOT: isolation.taskRoot,
    LAMBDA_RUNTIME_DIR: isolation.runtimeDirectory,
    _HANDLER: handler,
    [lifeVariable]: lifeId,
  };
}

/** What Lambda's Node runtimes search; an OS-only runtime has no search path of any language. */
function nodePath(
  runtime: string,
  { opt, runtimeDirectory }: VariableSources["isolation"],
): NodeJS.ProcessEnv {
  const [, major] = /^nodejs(\d+)/.exec(runtime) ?? [];
  if (major === undefined) return {};
  return {
    NODE_PATH: [
      `${opt}/nodejs/node${major}/node_modules`,
      `${opt}/nodejs/node_modules`,
      `${runtimeDirectory}/node_modules`,
    ].join(delimiter),
  };
}

/** Lambda's own search paths, with the machine's programs and ours where Lambda's would be. */
function paths(
  { taskRoot, opt, runtimeDirectory, node }: VariableSources["isolation"],
  service: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  return {
    PATH: [dirname(node), service.PATH || "/usr/local/bin:/usr/bin:/bin", `${opt}/bin`].join(
      delimiter,
    ),
    LD_LIBRARY_PATH: [
      runtimeDirectory,
      `${runtimeDirectory}/lib`,
      taskRoot,
      `${taskRoot}/lib`,
      `${opt}/lib`,
    ].join(delimiter),
  };
}

/**
 * What is taken from the service's own environment: the credentials and settings of AWS's clients,
 * which a function needs to call AWS from here, and stdlambda's settings. Nothing else leaks.
 */
function shared(service: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isShared = (name: string) =>
    name === "HOME" ||
    name.startsWith("STDLAMBDA_") ||
    (name.startsWith("AWS_") && !name.startsWith("AWS_LAMBDA_") && name !== "AWS_EXECUTION_ENV");
  return Object.fromEntries(Object.entries(service).filter(([name]) => isShared(name)));
}
