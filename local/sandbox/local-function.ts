// A function on this machine: the real host in its own process, against a Runtime API of ours.
import { randomBytes, randomUUID } from "node:crypto";
import type { Writable } from "node:stream";
import type { InvocationResult } from "../runtime-api/invocation.ts";
import { type RuntimeApi, startRuntimeApi } from "../runtime-api/server.ts";
import {
  exampleAccountId,
  type FunctionSettings,
  functionArn,
  functionName,
  hostEnvironment,
} from "./host-environment.ts";
import { startHostProcess } from "./host-process.ts";
import { within } from "./within.ts";

/** Lambda's limit for an init; what lasts longer goes on inside the first invocation's time. */
const maximumInitMs = 10_000;

export interface LocalFunctionOptions extends FunctionSettings {
  readonly bootstrap: string;
  /** The variables of the caller, of which a few are handed on. */
  readonly caller: NodeJS.ProcessEnv;
  readonly timeoutSeconds: number;
  /** Where the log goes. */
  readonly log: Writable;
  /** Told when the host breaks the contract of the Runtime API. */
  readonly onFault: (message: string) => void;
}

interface LocalInvocation {
  readonly requestId: string;
  readonly result: InvocationResult;
  /** From the event's way out until the answer was complete, in milliseconds. */
  readonly duration: Promise<number>;
}

export interface LocalFunction {
  /** From the start of the process until its first poll, in milliseconds; undefined before it. */
  initDuration(): number | undefined;
  invoke(event: Buffer, clientContext?: string): Promise<LocalInvocation>;
  /** Waits until the host has cleaned up and asks for the next event. */
  idle(): Promise<unknown>;
  /** Ends the host and all it started. */
  stop(): Promise<void>;
}

export async function startLocalFunction(options: LocalFunctionOptions): Promise<LocalFunction> {
  let isStopping = false;
  const api = await startRuntimeApi({
    // What a host does while it is killed breaks no contract.
    onFault: (message) => {
      if (!isStopping) options.onFault(message);
    },
    description: {
      functionName: functionName(options.root),
      functionVersion: "$LATEST",
      handler: options.handler,
      accountId: exampleAccountId,
    },
  });
  const env = hostEnvironment(options, api.address, options.caller);
  const startedAt = performance.now();
  const host = startHostProcess(options.bootstrap, env, options.log);
  const over = host.exited.then((exit) => api.environmentExited(exit));
  // A host that could not be started is told by the first invocation.
  over.catch(() => {});
  let initDuration: number | undefined;
  const initialized = api.idle().then((outcome) => {
    if (outcome === "ready") initDuration = performance.now() - startedAt;
  });
  return {
    initDuration: () => initDuration,
    async invoke(event, clientContext) {
      await within(maximumInitMs, Promise.race([initialized, over]));
      return invoke(api, options.timeoutSeconds, {
        event,
        clientContext,
        requestId: randomUUID(),
        functionArn: functionArn(options.root, env),
        traceId: createTraceId(),
      });
    },
    idle: () => Promise.race([api.idle(), over]),
    async stop() {
      isStopping = true;
      try {
        await host.stop({ sigterm: api.wantsSigterm() });
      } finally {
        await api.close();
      }
    },
  };
}

type Request = Omit<Parameters<RuntimeApi["invoke"]>[0], "deadlineMs">;

async function invoke(
  api: RuntimeApi,
  timeoutSeconds: number,
  request: Request,
): Promise<LocalInvocation> {
  const timeoutMs = timeoutSeconds * 1000;
  const startedAt = performance.now();
  // The host answers before this; the platform has the last word when the host itself hangs.
  const timer = setTimeout(() => api.timedOut(request.requestId, timeoutSeconds), timeoutMs);
  const result = await api.invoke({ ...request, deadlineMs: Date.now() + timeoutMs });
  const complete = result.kind === "stream" ? result.ended : Promise.resolve();
  const duration = complete.then(() => {
    clearTimeout(timer);
    return performance.now() - startedAt;
  });
  return { requestId: request.requestId, result, duration };
}

/** X-Ray's form; not sampled, because nothing listens here. */
function createTraceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  const random = (bytes: number) => randomBytes(bytes).toString("hex");
  return `Root=1-${seconds}-${random(12)};Parent=${random(8)};Sampled=0`;
}
