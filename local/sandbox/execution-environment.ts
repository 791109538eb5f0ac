// One execution environment: its invocations one after another, frozen in between, reset after a
// failure (AWS: "Lambda execution environment lifecycle").

import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as afterPendingReads } from "node:timers/promises";
import type { PlatformSpan } from "../logs/platform-event.ts";
import { fatalError } from "../runtime-api/function-error.ts";
import type { FunctionError, Invocation, InvocationResult } from "../runtime-api/invocation.ts";
import { type BeginOptions, begin, initLimitMs, restore } from "./begin.ts";
import { createEnvironmentLog } from "./environment-log.ts";
import type { SandboxOptions } from "./sandbox-options.ts";
import type { SandboxedFunction } from "./sandboxed-function.ts";
import type { EndReason } from "./shutdown.ts";
import type { WatchedLife } from "./watched-life.ts";

/**
 * A runtime asks for the next event right after its answer: an event that comes soon finds it
 * awake.
 */
export const freezeAfterMs = 50;

export type EnvironmentInvocation = Pick<
  Invocation,
  "event" | "requestId" | "functionArn" | "clientContext" | "tenantId"
> & {
  readonly traceId: string;
  /** In milliseconds, where it is less than the function's own. */
  readonly timeoutMs?: number;
};

export interface RunningInvocation {
  readonly result: InvocationResult;
  /** Resolves when the runtime is done and the REPORT line written. */
  readonly over: Promise<void>;
  /** The last 4 KB of the log, once it is over. */
  tail(): Buffer;
}

export interface ExecutionEnvironment {
  /**
   * Settles when an invocation can be taken. A failed init is repeated inside the invocation; on
   * Managed Instances it is the answer to every invocation.
   */
  readonly initialized: Promise<void>;
  /** Resolves with the first answer; never rejects for what a function does. */
  invoke(invocation: EnvironmentInvocation): Promise<RunningInvocation>;
  /** Managed Instances are not repaired: a failed init or the end of the runtime is their end. */
  isOver(): boolean;
  /** How many invocations could start at once: on Managed Instances, the number of open polls. */
  free(): number;
  /** Settles when `free` may give more, or the environment is over. */
  polled(): Promise<unknown>;
  end(reason: EndReason): Promise<void>;
}

type ErrorFor = (requestId: string) => FunctionError | Promise<FunctionError>;

export function createExecutionEnvironment(
  settings: SandboxedFunction,
  sandbox: SandboxOptions,
): ExecutionEnvironment {
  const log = createEnvironmentLog(settings, sandbox.logs);
  const tmp = join(sandbox.temporary, randomUUID());
  /** A life that is not ready yet; it is ended together with the environment. */
  let beginning: WatchedLife | undefined;
  const place: BeginOptions = {
    settings,
    sandbox,
    log,
    tmp,
    onStarted: (started) => {
      beginning = started;
    },
    isOver: () => isOver,
  };
  const isConcurrent = settings.maxConcurrency !== undefined;
  const functionTimeoutMs = settings.timeoutSeconds * 1000;
  let life: WatchedLife | undefined;
  /** The end of the previous life; the next one begins when nothing of it is left. */
  let lastEnd: Promise<void> = Promise.resolve();
  let isOver = false;
  let running = 0;
  let freezing: NodeJS.Timeout | undefined;
  let needsRestore = false;
  /** Reported in the next REPORT line. */
  let initDurationMs: number | undefined;
  let restoreDurationMs: number | undefined;
  /** Of a life that came to nothing, for the same line. */
  let failedPeakBytes = 0;
  /** Managed Instances: what is answered once the environment is over. */
  let errorFor: ErrorFor = (requestId) =>
    fatalError(requestId, "Sandbox.Failure", "The execution environment was closed");

  async function firstInit(): Promise<void> {
    log.initStart();
    const begun = await begin(place, "init", initLimitMs(settings));
    if ("life" in begun) {
      life = begun.life;
      needsRestore = settings.snapStart;
      if (!needsRestore) initDurationMs = begun.durationMs;
      if (isConcurrent) endWith(begun.life);
    } else if (isConcurrent) {
      isOver = true;
      errorFor = begun.errorFor;
    }
    if (isOver) await reset("spindown");
    else rest();
  }

  function endWith(ended: WatchedLife): void {
    errorFor = ended.endError;
    void ended.exited.then(() => reset("failure"));
  }

  /** Between invocations nothing runs: what was left in the background continues in the next one. */
  function rest(): void {
    if (running > 0 || life === undefined) return;
    life.memory.pause();
    if (!sandbox.freeze || isConcurrent) return;
    // One timer, set again each time: making and dropping one for each invocation would cost more.
    freezing ??= setTimeout(freezeAtRest, freezeAfterMs).unref();
    freezing.refresh();
  }

  function freezeAtRest(): void {
    if (running === 0 && !isOver) life?.freeze();
  }

  function wake(): void {
    life?.thaw();
    life?.memory.resume();
  }

  async function reset(reason: EndReason): Promise<void> {
    const ended = life;
    life = undefined;
    if (isConcurrent) isOver = true;
    if (ended !== undefined) lastEnd = ended.end(reason).catch(reportEnd);
    await lastEnd;
  }

  function reportEnd(error: Error): void {
    sandbox.onFault(`cannot end the processes of ${settings.name}: ${error.message}`);
  }

  /** The current life, or a new one; or the error that prevents one. */
  async function startLife(requestId: string): Promise<WatchedLife | FunctionError> {
    if (life === undefined) {
      await lastEnd;
      const begun = await begin(place, "invoke", functionTimeoutMs);
      if ("errorFor" in begun) {
        failedPeakBytes = begun.peakBytes;
        return begun.errorFor(requestId);
      }
      life = begun.life;
      needsRestore = settings.snapStart;
    }
    if (!needsRestore) return life;
    needsRestore = false;
    const restored = await restore(life, log, requestId);
    restoreDurationMs = restored.durationMs;
    if (restored.error === undefined) return life;
    await reset("failure");
    return restored.error;
  }

  async function invoke(invocation: EnvironmentInvocation): Promise<RunningInvocation> {
    const { requestId, traceId, functionArn } = invocation;
    const timeoutMs = Math.min(invocation.timeoutMs ?? functionTimeoutMs, functionTimeoutMs);
    if (isConcurrent && life === undefined) {
      const result = { kind: "error", ...(await errorFor(requestId)) } as const;
      return { result, over: Promise.resolve(), tail: () => Buffer.alloc(0) };
    }
    running += 1;
    wake();
    const startedAt = performance.now();
    const tail = log.openTail();
    let timedOut = false;
    const ready = needsRestore ? undefined : life;
    if (ready === undefined) log.start(requestId, traceId, functionArn);
    const current = ready ?? (await startLife(requestId));
    if (!("api" in current)) {
      const over = afterPendingReads().then(() => finish(current, true));
      return { result: { kind: "error", ...current }, over, tail: tail.read };
    }
    const leftMs = timeoutMs - (performance.now() - startedAt);
    const timer = setTimeout(() => {
      if (sandbox.attach) return;
      timedOut = true;
      current.api.timedOut(requestId, timeoutMs / 1000);
      if (!isConcurrent) void reset("timeout");
    }, leftMs);
    const deadlineMs = Date.now() + Math.floor(leftMs);
    const sentMs = Date.now();
    const answering = current.api.invoke({ ...invocation, deadlineMs });
    // The runtime is at work by now; its output is read after this turn, and so comes after START.
    if (ready !== undefined) log.start(requestId, traceId, functionArn);
    const answer = await answering;
    const answeredMs = Date.now();
    const result = current.corrected(answer, requestId);
    return { result, over: conclude(current), tail: tail.read };

    async function conclude(served: WatchedLife): Promise<void> {
      if (result.kind === "stream") await result.ended;
      // With several at a time, an invocation ends with its answer.
      const how = isConcurrent ? await endOfConcurrent(served) : await served.api.idle();
      clearTimeout(timer);
      const exited = how === "exited" && !timedOut;
      // Until nothing of the life is left, the environment takes no other invocation.
      if (exited) await reset("failure");
      else await lastEnd;
      // What the runtime wrote before it polled is in its pipes by now.
      await afterPendingReads();
      if (timedOut) log.timeout(requestId, timeoutMs / 1000);
      const error = result.kind === "error" ? result : undefined;
      const spans = result.kind === "error" ? [] : spansOf(sentMs, answeredMs, Date.now());
      finish(
        exited && error === undefined ? await served.endError(requestId) : error,
        exited,
        spans,
      );
    }

    /** END and REPORT; `exited`: the runtime is gone, and the error has the reason. */
    function finish(
      error: FunctionError | undefined,
      exited: boolean,
      spans: readonly PlatformSpan[] = [],
    ): void {
      if (exited && error !== undefined) log.crash(requestId, error);
      const isTimeout = timedOut || error?.errorType === "Sandbox.Timedout";
      const spentMs = performance.now() - startedAt;
      log.report(requestId, traceId, {
        durationMs: isTimeout ? Math.min(spentMs, timeoutMs) : spentMs,
        maxMemoryBytes: "api" in current ? current.memory.peakBytes() : failedPeakBytes,
        initDurationMs,
        restoreDurationMs,
        timedOut: isTimeout,
        exited,
        errorType: error?.errorType,
        spans,
      });
      tail.close();
      initDurationMs = undefined;
      restoreDurationMs = undefined;
      running -= 1;
      rest();
    }
  }

  return {
    initialized: firstInit(),
    invoke,
    isOver: () => isOver,
    free: () => (isConcurrent ? (life?.api.free() ?? 0) : 1 - running),
    polled: () => life?.api.idle() ?? Promise.resolve(),
    async end(reason) {
      isOver = true;
      clearTimeout(freezing);
      await Promise.all([reset(reason), beginning?.end(reason)]);
      // A function may have created unreadable folders; the next start tries again to remove them.
      await rm(tmp, { recursive: true, force: true }).catch(() => {});
    },
  };
}

/** How long the answer took to begin and to complete, as the platform reports it. */
function spansOf(sentMs: number, answeredMs: number, completeMs: number): PlatformSpan[] {
  return [
    { name: "responseLatency", startMs: sentMs, durationMs: answeredMs - sentMs },
    { name: "responseDuration", startMs: answeredMs, durationMs: completeMs - answeredMs },
  ];
}

/**
 * The platform's error means that the runtime is gone; the runtime's own error is an ordinary
 * answer.
 */
function endOfConcurrent(life: WatchedLife): Promise<"ready" | "exited"> {
  return Promise.race([
    life.exited.then(() => "exited" as const),
    afterPendingReads().then(() => "ready" as const),
  ]);
}
