// A function that is served: its environments, who may enter, and whether it has started.
import { availableParallelism } from "node:os";
import { functionArn } from "../../lambda/arns.ts";
import type { RunningInvocation } from "../sandbox/execution-environment.ts";
import { createPool } from "../sandbox/pool.ts";
import type { SandboxOptions } from "../sandbox/sandbox-options.ts";
import { settledWithin } from "../sandbox/settled-within.ts";
import type { StartSlots } from "../sandbox/start-slots.ts";
import { type Admission, createAdmission } from "./admission.ts";
import type { ServedFunction } from "./served-function.ts";

/** How long a function that could not start is left alone, doubled up to the last, in milliseconds. */
const firstRetryMs = 1000;
const lastRetryMs = 30_000;

interface ServedEvent {
  readonly event: Buffer;
  readonly requestId: string;
  readonly traceId: string;
  /** Of `performance.now()`. */
  readonly deadline: number;
}

export interface Served {
  readonly name: string;
  readonly isHttp: boolean;
  readonly timeoutSeconds: number;
  readonly admission: Admission;
  /** Whether it has been ready for an event. */
  isReady(): boolean;
  /** "late": the deadline passed before there was a place for it. Rejects when there is none. */
  run(event: ServedEvent): Promise<RunningInvocation | "late">;
  close(): Promise<void>;
}

export interface ServedLimits {
  readonly concurrency: number;
  readonly queue: number;
}

/**
 * How many processes share the slots of a function, the next started when those before are full: to
 * start a script holds up its process until the script runs, and everybody else's there with it.
 */
export function environmentsFor(concurrency: number): number {
  return Math.min(concurrency, availableParallelism());
}

/** Starts it at once, again and again until it is ready. */
export function createServed(
  { settings, isHttp, hasOwnRuntime }: ServedFunction,
  { concurrency, queue }: ServedLimits,
  sandbox: SandboxOptions,
  slots: StartSlots,
): Served {
  const { name } = settings;
  const arn = functionArn(settings, name);
  let isReady = false;
  let retryMs = firstRetryMs;
  let retry: NodeJS.Timeout | undefined;
  const pool = createPool(
    settings,
    {
      ...sandbox,
      // A runtime of the function's own takes one event at a time.
      maximumEnvironments: hasOwnRuntime ? concurrency : environmentsFor(concurrency),
      onStart(started, how) {
        if (how === "ready") isReady = true;
        sandbox.onStart?.(started, how);
      },
    },
    slots,
  );

  async function warm(): Promise<void> {
    try {
      (await pool.acquire()).release();
    } catch (error) {
      sandbox.onFault(`${name} cannot be started: ${(error as Error).message}`);
    }
    if (isReady) return;
    sandbox.onFault(`${name} is not ready: its start failed; next try in ${retryMs / 1000} s`);
    retry = setTimeout(() => void warm(), retryMs);
    retryMs = Math.min(2 * retryMs, lastRetryMs);
  }

  void warm();
  return {
    name,
    isHttp,
    timeoutSeconds: settings.timeoutSeconds,
    admission: createAdmission(concurrency, queue),
    isReady: () => isReady,
    async run({ deadline, ...invocation }) {
      let place = pool.take();
      if (place === undefined) {
        const acquiring = pool.acquire();
        if (!(await settledWithin(deadline - performance.now(), acquiring))) {
          acquiring.then(
            (late) => late.release(),
            () => {},
          );
          return "late";
        }
        place = await acquiring;
      }
      const { invoke, release } = place;
      const timeoutMs = deadline - performance.now();
      if (timeoutMs <= 0) {
        release();
        return "late";
      }
      try {
        const running = await invoke({ ...invocation, functionArn: arn, timeoutMs });
        return { ...running, over: running.over.finally(release) };
      } catch (error) {
        release();
        throw error;
      }
    },
    async close() {
      clearTimeout(retry);
      await pool.close();
    },
  };
}
