// How an environment begins a life: its init or its restore, within Lambda's limits.
import { maximumInitMs, maximumLongInitMs, maximumRestoreMs } from "../../lambda/limits.ts";
import { fatalError, timeoutError } from "../runtime-api/function-error.ts";
import type { FunctionError } from "../runtime-api/invocation.ts";
import type { EnvironmentLog } from "./environment-log.ts";
import type { SandboxOptions } from "./sandbox-options.ts";
import type { SandboxedFunction } from "./sandboxed-function.ts";
import { settledWithin } from "./settled-within.ts";
import { startWatchedLife, type WatchedLife } from "./watched-life.ts";

export type Beginning =
  | { readonly life: WatchedLife; readonly durationMs: number }
  | {
      /** Why there is no life, for the invocation that wanted one. */
      readonly errorFor: (requestId: string) => FunctionError | Promise<FunctionError>;
      readonly peakBytes: number;
    };

export interface BeginOptions {
  readonly settings: SandboxedFunction;
  readonly sandbox: SandboxOptions;
  readonly log: EnvironmentLog;
  readonly tmp: string;
  /** Called with the life as soon as it has started. */
  readonly onStarted: (life: WatchedLife) => void;
  /** Whether the environment is being ended: an init that fails then is not the function's fault. */
  readonly isOver: () => boolean;
}

/** How long the init phase may take, before any invocation. */
export function initLimitMs({
  snapStart,
  maxConcurrency,
  timeoutSeconds,
}: SandboxedFunction): number {
  const isLong = snapStart || maxConcurrency !== undefined;
  return isLong ? Math.max(maximumLongInitMs, timeoutSeconds * 1000) : maximumInitMs;
}

/**
 * Starts a life and waits until it can take an event or be restored. A life that failed has been
 * ended, and its INIT_REPORT written. @param phase `invoke`: an init that is repeated inside an
 * invocation.
 */
export async function begin(
  options: BeginOptions,
  phase: "init" | "invoke",
  limitMs: number,
): Promise<Beginning> {
  const { settings, sandbox } = options;
  sandbox.onStart?.(settings.name, "started");
  const begun = await beginLife(options, phase, limitMs);
  sandbox.onStart?.(settings.name, "life" in begun ? "ready" : "failed");
  return begun;
}

async function beginLife(
  { settings, sandbox, log, tmp, onStarted, isOver }: BeginOptions,
  phase: "init" | "invoke",
  limitMs: number,
): Promise<Beginning> {
  const startedAt = performance.now();
  let life: WatchedLife;
  try {
    life = await startWatchedLife(settings, sandbox, log, tmp);
  } catch (error) {
    const reason = `the environment cannot be created: ${(error as Error).message}`;
    log.line(`ERROR stdlambda: ${reason}`);
    const errorFor = (requestId: string) => fatalError(requestId, "Sandbox.Failure", reason);
    return { errorFor, peakBytes: 0 };
  }
  onStarted(life);
  const ready = settings.snapStart ? life.api.snapshotReady() : life.api.idle();
  const outcome = await outcomeWithin(sandbox.attach ? undefined : limitMs, ready);
  const durationMs = performance.now() - startedAt;
  log.extensions(life.api.extensions());
  if (outcome !== undefined && outcome !== "exited") {
    if (settings.maxConcurrency !== undefined) log.initReport(phase, durationMs, "success");
    return { life, durationMs };
  }
  const timedOut = outcome === undefined;
  const errorFor = (requestId: string) =>
    timedOut ? timeoutError(requestId, limitMs / 1000) : life.endError(requestId);
  // The type does not depend on the request.
  const { errorType } = await errorFor("");
  const peakBytes = life.memory.peakBytes();
  await life.end(timedOut ? "timeout" : "failure");
  if (!isOver()) log.initReport(phase, durationMs, timedOut ? "timeout" : { errorType });
  return { errorFor, peakBytes };
}

/** Resumes a life from its snapshot; the caller ends one that fails. */
export async function restore(
  life: WatchedLife,
  log: EnvironmentLog,
  requestId: string,
): Promise<{ readonly durationMs: number; readonly error?: FunctionError }> {
  const startedAt = performance.now();
  log.restoreStart();
  life.api.restore();
  const outcome = await outcomeWithin(maximumRestoreMs, life.api.restored());
  const durationMs = performance.now() - startedAt;
  if (outcome === "ready") {
    log.restoreReport(durationMs, "success");
    return { durationMs };
  }
  const error =
    outcome === undefined
      ? timeoutError(requestId, maximumRestoreMs / 1000)
      : await life.endError(requestId);
  log.restoreReport(durationMs, outcome === undefined ? "timeout" : error);
  return { durationMs, error };
}

/** Undefined when the time ran out first; without a limit it waits forever. */
async function outcomeWithin<Outcome>(
  limitMs: number | undefined,
  promise: Promise<Outcome>,
): Promise<Outcome | undefined> {
  let outcome: Outcome | undefined;
  const settled = promise.then((how) => {
    outcome = how;
  });
  await (limitMs === undefined ? settled : settledWithin(limitMs, settled));
  return outcome;
}
