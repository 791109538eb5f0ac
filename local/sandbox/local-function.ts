// A function of a folder, run once or a few times from the command line: one life, no service.

import { randomUUID } from "node:crypto";
import { basename } from "node:path";
import type { Writable } from "node:stream";
import { exampleAccountId } from "../../lambda/account.ts";
import { functionArn } from "../../lambda/arns.ts";
import { lambdaDefaults, regionOf } from "../../lambda/defaults.ts";
import { maximumInitMs } from "../../lambda/limits.ts";
import { asName } from "../../lambda/names.ts";
import { createTraceId } from "../invoke/trace-id.ts";
import type { Invocation, InvocationResult } from "../runtime-api/invocation.ts";
import { byFolders } from "./isolation.ts";
import { startLife } from "./life.ts";
import type { SandboxedFunction } from "./sandboxed-function.ts";
import { settledWithin } from "./settled-within.ts";
import { streamName } from "./stream-name.ts";

export interface LocalFunctionOptions {
  /** @default the name of its folder */
  readonly name?: string | undefined;
  readonly handler: string;
  /** The folder of its layers. @default the machine's own /opt, which a script run by hand finds too */
  readonly opt?: string | undefined;
  /** @default what AWS_LAMBDA_LOG_FORMAT of the variables, then of the caller says */
  readonly logFormat?: "json" | "text" | undefined;
  /** LAMBDA_TASK_ROOT, absolute. */
  readonly root: string;
  /** AWS's identifier. @default an OS-only one */
  readonly runtime?: string | undefined;
  /** Megabytes; reported to the function, not enforced. */
  readonly memory: number;
  readonly timeoutSeconds: number;
  /** The function's own variables. */
  readonly variables: Readonly<Record<string, string>>;
  /** The host, which is the runtime whatever is in the folder. */
  readonly bootstrap: string;
  /** The variables of the caller, of which a few are passed on. */
  readonly caller: NodeJS.ProcessEnv;
  /** Where the log goes. */
  readonly log: Pick<Writable, "write">;
  /** Called when the host breaks the contract of the Runtime API. */
  readonly onFault: (message: string) => void;
}

export type LocalEvent = Pick<Invocation, "event" | "clientContext" | "tenantId">;

interface LocalInvocation {
  readonly requestId: string;
  readonly result: InvocationResult;
  /** From sending the event until the answer was complete, in milliseconds. */
  readonly duration: Promise<number>;
}

export interface LocalFunction {
  /** From the start of the process until its first poll, in milliseconds; undefined before it. */
  initDuration(): number | undefined;
  invoke(event: LocalEvent): Promise<LocalInvocation>;
  /** Waits until the host has cleaned up and asks for the next event. */
  idle(): Promise<unknown>;
  /** Ends the host and everything it started. */
  stop(): Promise<void>;
}

export async function startLocalFunction(options: LocalFunctionOptions): Promise<LocalFunction> {
  const { timeoutSeconds, log, opt = "/opt" } = options;
  const settings = sandboxedFunction(options);
  const folders = { taskRoot: settings.taskRoot, opt, tmp: "/tmp", packages: undefined };
  const startedAt = performance.now();
  const life = await startLife({
    function: settings,
    isolation: byFolders(folders),
    isWrapped: false,
    opt,
    bootstrap: options.bootstrap,
    hostBootstrap: options.bootstrap,
    runtimeClientFolders: [],
    logStream: streamName(settings.version),
    service: options.caller,
    onLine: (line) => log.write(`${line}\n`),
    onFault: options.onFault,
  });
  const { api } = life;
  let initDuration: number | undefined;
  const initialized = api.idle().then((outcome) => {
    if (outcome === "ready") initDuration = performance.now() - startedAt;
  });
  return {
    initDuration: () => initDuration,
    async invoke(event) {
      await settledWithin(maximumInitMs, initialized);
      const requestId = randomUUID();
      const timeoutMs = timeoutSeconds * 1000;
      const invokedAt = performance.now();
      // The host answers before this; the platform has the last word when the host itself hangs.
      const timer = setTimeout(() => api.timedOut(requestId, timeoutSeconds), timeoutMs);
      const answer = await api.invoke({
        ...event,
        requestId,
        deadlineMs: Date.now() + timeoutMs,
        functionArn: functionArn(settings, settings.name),
        traceId: createTraceId(),
      });
      const failed = life.initError(requestId);
      const result: InvocationResult =
        failed !== undefined && answer.kind === "error" ? { kind: "error", ...failed } : answer;
      const complete = result.kind === "stream" ? result.ended : Promise.resolve();
      const duration = complete.then(() => {
        clearTimeout(timer);
        return performance.now() - invokedAt;
      });
      return { requestId, result, duration };
    },
    idle: () => api.idle(),
    stop: () => life.end("spindown"),
  };
}

function sandboxedFunction(options: LocalFunctionOptions): SandboxedFunction {
  const { handler, root, memory, timeoutSeconds, variables, caller } = options;
  const name = options.name ?? (asName(basename(root)) || "function");
  // On Lambda these are settings of the function, not variables; for a single run they can only be
  // given as variables.
  const given = (variables.AWS_LAMBDA_LOG_FORMAT ?? caller.AWS_LAMBDA_LOG_FORMAT)?.toLowerCase();
  const logFormat = given === "json" ? "json" : "text";
  return {
    name,
    version: "$LATEST",
    revision: "",
    accountId: exampleAccountId,
    region: regionOf(caller),
    handler,
    runtime: options.runtime ?? lambdaDefaults.runtime,
    memoryMB: memory,
    timeoutSeconds,
    variables,
    taskRoot: root,
    layers: [],
    packages: undefined,
    servedInPlace: true,
    logGroup: `/aws/lambda/${name}`,
    logFormat: variables.AWS_LAMBDA_LOG_FORMAT ? logFormat : (options.logFormat ?? logFormat),
    applicationLogLevel: variables.AWS_LAMBDA_LOG_LEVEL ?? caller.AWS_LAMBDA_LOG_LEVEL,
    systemLogLevel: undefined,
    maxConcurrency: undefined,
    snapStart: false,
  };
}
