// The variables a function finds on this machine: Lambda's own, and what the caller may share.
import { randomBytes } from "node:crypto";
import { basename, delimiter, dirname } from "node:path";

/** AWS's number for examples; no account has it. */
export const exampleAccountId = "012345678912";

export interface FunctionSettings {
  readonly handler: string;
  /** LAMBDA_TASK_ROOT, absolute. */
  readonly root: string;
  /** Megabytes; told to the function, not enforced. */
  readonly memory: number;
  /** The function's own variables. */
  readonly variables: Readonly<Record<string, string>>;
}

const asOnLambda = "Lambda reserves it, and the command sets it";

/** Names the function's own variables may not have, each with what to do instead. */
export const reservedVariables = {
  _HANDLER: "give the handler as the command's argument",
  LAMBDA_TASK_ROOT: "use --root",
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "use --memory",
  AWS_LAMBDA_FUNCTION_NAME: asOnLambda,
  AWS_LAMBDA_FUNCTION_VERSION: asOnLambda,
  AWS_LAMBDA_INITIALIZATION_TYPE: asOnLambda,
  AWS_LAMBDA_LOG_GROUP_NAME: asOnLambda,
  AWS_LAMBDA_LOG_STREAM_NAME: asOnLambda,
  AWS_LAMBDA_RUNTIME_API: asOnLambda,
} as const;

/** A name Lambda would allow, made of the folder's. */
export function functionName(root: string): string {
  return basename(root).replaceAll(/[^A-Za-z0-9_-]+/g, "-") || "function";
}

export function functionArn(root: string, variables: NodeJS.ProcessEnv): string {
  const { AWS_REGION: region } = variables;
  return `arn:aws:lambda:${region}:${exampleAccountId}:function:${functionName(root)}`;
}

/** Every variable the host is started with. */
export function hostEnvironment(
  { handler, root, memory, variables }: FunctionSettings,
  runtimeApi: string,
  caller: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const name = functionName(root);
  const region = caller.AWS_REGION || caller.AWS_DEFAULT_REGION || "us-east-1";
  const day = new Date().toISOString().slice(0, 10).replaceAll("-", "/");
  return {
    ...shared(caller),
    // The Node that runs this command, also for `#!/usr/bin/env node`: the machine may have an
    // older one, or none.
    PATH: [dirname(process.execPath), caller.PATH || "/usr/local/bin:/usr/bin:/bin"].join(
      delimiter,
    ),
    // Lambda's clock has no time zone; a locale that is not installed would make Perl complain.
    TZ: ":UTC",
    LANG: caller.LANG || "C.UTF-8",
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ...variables,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    // Also the mark by which the processes of this environment are found at its end.
    AWS_LAMBDA_LOG_STREAM_NAME: `${day}/[$LATEST]${randomBytes(16).toString("hex")}`,
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memory),
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    LAMBDA_TASK_ROOT: root,
    _HANDLER: handler,
  };
}

/**
 * What is taken over from the caller: the credentials and settings of AWS's clients, which a script
 * needs to call AWS from here, and stdlambda's settings. Nothing else leaks into a function.
 */
function shared(caller: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isShared = (name: string) =>
    name === "HOME" ||
    name === "AWS_LAMBDA_LOG_FORMAT" ||
    name === "AWS_LAMBDA_LOG_LEVEL" ||
    name.startsWith("STDLAMBDA_") ||
    (name.startsWith("AWS_") && !name.startsWith("AWS_LAMBDA_") && name !== "AWS_EXECUTION_ENV");
  return Object.fromEntries(Object.entries(caller).filter(([name]) => isShared(name)));
}
