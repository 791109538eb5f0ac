// One execution environment: its phases, its invocations, its log (AWS: "Lambda execution
// environment lifecycle"). After a failure it is reset: the next invocation starts it again.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as afterPendingReads } from "node:timers/promises";
import type { LogStore } from "../logs/log-store.ts";
import { runtimeExitReason } from "../runtime-api/exit-reason.ts";
import { fatalError, timeoutError } from "../runtime-api/function-error.ts";
import type { Exit, FunctionError, InvocationResult } from "../runtime-api/invocation.ts";
import { createEnvironmentLog } from "./environment-log.ts";
import type { Isolate } from "./isolation.ts";
import { type Life, startLife } from "./life.ts";
import { type MemoryUse, watchMemory } from "./memory-watch.ts";
import { mergeLayers } from "./merge-layers.ts";
import type { SandboxedFunction } from "./sandboxed-function.ts";
import type { EndReason } from "./say-farewell.ts";
import { within } from "./within.ts";

/** AWS: "Lambda quotas" and "Lambda execution environment lifecycle"; in milliseconds. */
const maximumInitMs = 10_000;
const maximumLongInitMs = 130_000;
const maximumRestoreMs = 10_000;
/** A runtime asks for the next event at once after its answer: what comes soon finds it awake. */
const freezeAfterMs = 50;

export interface SandboxOptions {
  readonly isolate: Isolate;
  readonly logs: LogStore;
  readonly hostBootstrap: string;
  readonly runtimeClientFolders: readonly string[];
  /** Where merged layers are kept. */
  readonly cache: string;
  /** The environment variables of the service. */
  readonly service: NodeJS.ProcessEnv;
  readonly freeze: boolean;
  /**
   * Starts no program: told the variables for one that is started by hand. One environment for a
   * function then, without deadlines and limits, for its author may be looking at a breakpoint.
   */
  readonly attach?: (name: string, variables: NodeJS.ProcessEnv) => void;
  /** A sentence for the author of a runtime that breaks the contract. */
  readonly onFault: (message: string) => void;
}

interface EnvironmentInvocation {
  readonly requestId: string;
  readonly event: Buffer;
  readonly functionArn: string;
  readonly traceId: string;
  readonly clientContext?: string | undefined;
  readonly tenantId?: string | undefined;
}

interface RunningInvocation {
  readonly result: InvocationResult;
  /** Resolves when the runtime is done and the REPORT line written. */
  readonly over: Promise<void>;
  /** The last 4 KB of the log, once it is over. */
  tail(): Buffer;
}

export interface ExecutionEnvironment {
  /** Settles when an invocation can be taken; a failed init is made up for by the invocation. */
  readonly initialized: Promise<void>;
  /** Resolves with the first answer; never rejects for what a function does. */
  invoke(invocation: EnvironmentInvocation): Promise<RunningInvocation>;
  /** How many invocations it can take now. */
  free(): number;
  /** Managed Instances are not repaired: their runtime's end is the environment's. */
  isOver(): boolean;
  end(reason: EndReason): Promise<void>;
}

type LifePhase = "init" | "invoke";

export function createExecutionEnvironment(
  settings: SandboxedFunction,
  options: SandboxOptions,
): ExecutionEnvironment {
  const log = createEnvironmentLog(settings, options.logs);
  const isConcurrent = settings.maxConcurrency !== undefined;
  const timeoutMs = settings.timeoutSeconds * 1000;
  let tmp: string | undefined;
  let life: Life | undefined;
  let memory: MemoryUse | undefined;
  let isOutOfMemory = false;
  let isOver = false;
  let freezing: NodeJS.Timeout | undefined;
  let initDurationMs: number | undefined;
  let restoreDurationMs: number | undefined;
  let needsRestore = false;
  let running = 0;

  async function begin(): Promise<Life> {
    tmp ??= await mkdtemp(join(tmpdir(), "stdlambda-"));
    const opt = await mergeLayers(settings.layers, options.cache);
    const isolation = options.isolate({
      taskRoot: settings.taskRoot,
      opt,
      tmp,
      packages: settings.packages,
    });
    isOutOfMemory = false;
    const begun = await startLife({
      function: settings,
      isolation,
      isWrapped: options.isolate.kind === "bubblewrap",
      opt,
      hostBootstrap: options.hostBootstrap,
      runtimeClientFolders: options.runtimeClientFolders,
      logStream: log.stream,
      attach: options.attach,
      service: options.service,
      onLine: log.line,
      onFault: options.onFault,
    });
    memory = watchMemory({
      processes: begun.processes,
      limitBytes: settings.memoryMB * 1024 * 1024,
      onExceeded() {
        isOutOfMemory = true;
        begun.kill();
      },
    });
    memory.resume();
    return begun;
  }

  /** Starts a life and waits for its init; `undefined` and the error when it came to nothing. */
  async function initialize(
    phase: LifePhase,
    limitMs: number,
    requestId: string,
  ): Promise<FunctionError | undefined> {
    const startedAt = performance.now();
    let begun: Life;
    try {
      begun = await begin();
    } catch (error) {
      log.line(`ERROR stdlambda: the environment cannot be made: ${(error as Error).message}`);
      return fatalError(requestId, "Sandbox.Failure", (error as Error).message);
    }
    const ready = settings.snapStart
      ? begun.api.snapshotReady().then((how) => {
          needsRestore = true;
          return how === "exited" ? how : "ready";
        })
      : begun.api.idle();
    let outcome: "ready" | "exited" | undefined;
    const settled = ready.then((how) => {
      outcome = how;
    });
    await (options.attach ? settled : within(limitMs, settled));
    const durationMs = performance.now() - startedAt;
    log.extensions(begun.api.extensions());
    if (outcome === "ready") {
      life = begun;
      if (phase === "init") initDurationMs = durationMs;
      return undefined;
    }
    const error =
      outcome === undefined
        ? timeoutError(requestId, limitMs / 1000)
        : (begun.initError(requestId) ??
          outOfMemory(requestId, exitError(requestId, await begun.exited)));
    await begun.end(outcome === undefined ? "timeout" : "failure");
    memory?.pause();
    log.initReport(phase, durationMs, outcome === undefined ? undefined : error.errorType);
    return error;
  }

  function outOfMemory(requestId: string, error: FunctionError): FunctionError {
    return isOutOfMemory ? outOfMemoryError(requestId) : error;
  }

  async function reset(reason: EndReason): Promise<void> {
    const ended = life;
    life = undefined;
    memory?.pause();
    if (isConcurrent) isOver = true;
    await ended?.end(reason);
  }

  async function firstInit(): Promise<void> {
    log.initStart();
    const isLong = settings.snapStart || isConcurrent;
    const limitMs = isLong ? Math.max(maximumLongInitMs, timeoutMs) : maximumInitMs;
    await initialize("init", limitMs, "");
    rest();
  }

  /** Between invocations nothing runs: what was left in the background goes on in the next one. */
  function rest(): void {
    if (running > 0) return;
    memory?.pause();
    if (!options.freeze || isConcurrent || life === undefined) return;
    freezing = setTimeout(() => life?.freeze(), freezeAfterMs);
    freezing.unref();
  }

  function wake(): void {
    clearTimeout(freezing);
    life?.thaw();
    memory?.resume();
  }

  async function restore(requestId: string): Promise<FunctionError | undefined> {
    if (!needsRestore || life === undefined) return undefined;
    needsRestore = false;
    const startedAt = performance.now();
    log.restoreStart();
    life.api.restore();
    let outcome: "ready" | "exited" | undefined;
    const done = life.api.restored().then((how) => {
      outcome = how;
    });
    await within(maximumRestoreMs, done);
    restoreDurationMs = performance.now() - startedAt;
    if (outcome === "ready") {
      log.restoreReport(restoreDurationMs, undefined);
      return undefined;
    }
    const error =
      outcome === undefined
        ? timeoutError(requestId, maximumRestoreMs / 1000)
        : (life.initError(requestId) ?? exitError(requestId, await life.exited));
    log.restoreReport(restoreDurationMs, error.errorType);
    await reset(outcome === undefined ? "timeout" : "failure");
    return error;
  }

  async function invoke(invocation: EnvironmentInvocation): Promise<RunningInvocation> {
    running += 1;
    wake();
    const { requestId } = invocation;
    const startedAt = performance.now();
    const tail = log.start(requestId, invocation.traceId);
    const report = (status: InvocationEnd) => {
      const durationMs = Math.min(
        performance.now() - startedAt,
        status.timedOut ? timeoutMs : Infinity,
      );
      log.report(requestId, invocation.traceId, {
        durationMs,
        maxMemoryBytes: memory?.peakBytes() ?? 0,
        initDurationMs,
        restoreDurationMs,
        ...status,
      });
      initDurationMs = undefined;
      restoreDurationMs = undefined;
      running -= 1;
      rest();
    };
    if (life === undefined) {
      const failed = await initialize("invoke", timeoutMs, requestId);
      if (failed) return finished(failed);
    }
    const notRestored = await restore(requestId);
    if (notRestored) return finished(notRestored);
    const current = life as Life | undefined;
    if (current === undefined) return finished(exitError(requestId));

    let timedOut = false;
    const leftMs = timeoutMs - (performance.now() - startedAt);
    const timer = setTimeout(() => {
      if (options.attach) return;
      timedOut = true;
      current.api.timedOut(requestId, settings.timeoutSeconds);
      if (!isConcurrent) void reset("timeout");
    }, leftMs);
    const answer = await current.api.invoke({
      ...invocation,
      deadlineMs: Date.now() + Math.floor(leftMs),
    });
    const result: InvocationResult =
      answer.kind === "error" && isOutOfMemory
        ? { kind: "error", ...outOfMemoryError(requestId) }
        : answer;
    return { result, over: conclude(), tail: tail.read };

    async function conclude(): Promise<void> {
      if (result.kind === "stream") await result.ended;
      const how = isConcurrent && !timedOut ? "ready" : await current?.api.idle();
      clearTimeout(timer);
      if (how === "exited" && !timedOut) await reset("failure");
      // What the runtime wrote before it polled is in its pipes by now.
      await afterPendingReads();
      const errorType = result.kind === "error" ? result.errorType : undefined;
      if (timedOut) log.timeout(requestId);
      else if (how === "exited") {
        log.crash(
          requestId,
          result.kind === "error" ? result : exitError(requestId, await current?.exited),
        );
      }
      report({ timedOut, exited: how === "exited", errorType });
      tail.close();
    }

    function finished(error: FunctionError): RunningInvocation {
      const over = afterPendingReads().then(() => {
        log.crash(requestId, error);
        report({
          timedOut: error.errorType === "Sandbox.Timedout",
          exited: true,
          errorType: error.errorType,
        });
        tail.close();
      });
      return { result: { kind: "error", ...error }, over, tail: tail.read };
    }
  }

  return {
    initialized: firstInit(),
    invoke,
    free: () => (isConcurrent ? (life?.api.free() ?? 0) : running === 0 ? 1 : 0),
    isOver: () => isOver,
    async end(reason) {
      isOver = true;
      clearTimeout(freezing);
      await reset(reason);
      if (tmp !== undefined) await rm(tmp, { recursive: true, force: true });
    },
  };
}

interface InvocationEnd {
  readonly timedOut: boolean;
  /** Whether the runtime is gone. */
  readonly exited: boolean;
  readonly errorType: string | undefined;
}

function exitError(requestId: string, exit: Exit = killed): FunctionError {
  return fatalError(requestId, "Runtime.ExitError", runtimeExitReason(exit));
}

/** Lambda's body when the kernel killed the runtime for its memory. */
function outOfMemoryError(requestId: string): FunctionError {
  return fatalError(requestId, "Runtime.OutOfMemory", runtimeExitReason(killed));
}

const killed: Exit = { code: null, signal: "SIGKILL" };
