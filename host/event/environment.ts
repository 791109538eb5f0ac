// The environment of one script: the function's own, and the context of the invocation.
import { accessSync, constants } from "node:fs";
import { createContext, headersObject, type Invocation } from "../invocation.ts";
import { interpreterVariable } from "../languages/managed.ts";
import type { Platform, Settings } from "../settings.ts";
import { compileCacheDirectory, isOwnCompileCache } from "./compile-cache.ts";

export type Environment = Record<string, string>;

/** For the runtime only: with these a script could answer the event itself or forge the log. */
const runtimeNames = [
  "AWS_LAMBDA_RUNTIME_API",
  "AWS_LAMBDA_EXEC_WRAPPER",
  "_LAMBDA_TELEMETRY_LOG_FD",
  "_LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET",
  interpreterVariable,
];

const credentialNames = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

/** How SnapStart provides credentials: an address and a token for it. */
const credentialPrefix = "AWS_CONTAINER_";

/** Set for each event, so a value in the host's own environment must not show through. */
const traceNames = ["_X_AMZN_TRACE_ID", "TRACEPARENT"];

/** The variables that are the same for every event; made once. */
export function baseEnvironment(
  own: NodeJS.ProcessEnv,
  settings: Pick<Settings, "withholdCredentials">,
): Environment {
  const environment: Environment = {};
  for (const [name, value] of Object.entries(own)) {
    if (value === undefined || runtimeNames.includes(name) || isEventName(name)) continue;
    if (settings.withholdCredentials && isCredential(name)) continue;
    environment[name] = value;
  }
  const cache = environment.NODE_COMPILE_CACHE;
  if (cache !== undefined && isOwnCompileCache(cache)) delete environment.NODE_COMPILE_CACHE;
  if (!isWritable(environment.HOME)) environment.HOME = "/tmp";
  return environment;
}

/**
 * Node children keep their compiled code, so that the second start of a `.ts` need not strip types.
 */
export function nodeEnvironment(base: Environment): Environment {
  if (base.NODE_COMPILE_CACHE !== undefined || base.NODE_DISABLE_COMPILE_CACHE !== undefined) {
    return base;
  }
  const directory = compileCacheDirectory();
  return directory === undefined ? base : { ...base, NODE_COMPILE_CACHE: directory };
}

/**
 * Whether a variable belongs to one event: `LAMBDA_RUNTIME_…` (except AWS's own folder) and the
 * trace.
 */
export function isEventName(name: string): boolean {
  return (
    (name.startsWith("LAMBDA_RUNTIME_") && name !== "LAMBDA_RUNTIME_DIR") ||
    traceNames.includes(name)
  );
}

function isCredential(name: string): boolean {
  return credentialNames.includes(name) || name.startsWith(credentialPrefix);
}

/** The variables of one invocation (docs/conventions.md, section 2). */
export function eventEnvironment(invocation: Invocation, platform: Platform): Environment {
  const environment: Environment = {};
  for (const [name, value] of invocation.headers) {
    // An empty header counts as absent: Managed Instances send those.
    if (value === "" || !name.startsWith("lambda-runtime-")) continue;
    const variable = name.toUpperCase().replaceAll("-", "_");
    if (variable !== "LAMBDA_RUNTIME_DIR" && /^\w+$/.test(variable)) environment[variable] = value;
  }
  environment.LAMBDA_RUNTIME_HEADERS = JSON.stringify(headersObject(invocation));
  environment.LAMBDA_RUNTIME_CONTEXT = JSON.stringify(createContext(invocation, platform));
  if (invocation.traceId !== undefined) {
    environment._X_AMZN_TRACE_ID = invocation.traceId;
    const parent = traceParent(invocation.traceId);
    if (parent !== undefined) environment.TRACEPARENT = parent;
  }
  return Object.assign(environment, invocation.variables);
}

/**
 * W3C's form of X-Ray's header: `Root=1-5759e988-bd862e3f…;Parent=53995c3f42cd8ad8;Sampled=1` is
 * `00-5759e988bd862e3f…-53995c3f42cd8ad8-01`. Undefined without a root and a parent.
 */
export function traceParent(traceId: string): string | undefined {
  const root = /(?:^|;)\s*Root=1-([\da-f]{8})-([\da-f]{24})(?:;|$)/i.exec(traceId);
  const parent = /(?:^|;)\s*Parent=([\da-f]{16})(?:;|$)/i.exec(traceId);
  // In W3C's form a parent of zeros means that there is none.
  if (!root || !parent || /^0+$/.test(parent[1] as string)) return undefined;
  const sampled = /(?:^|;)\s*Sampled=1(?:;|$)/.test(traceId) ? "01" : "00";
  return `00-${root[1]}${root[2]}-${parent[1]}-${sampled}`.toLowerCase();
}

function isWritable(directory: string | undefined): boolean {
  if (!directory) return false;
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
