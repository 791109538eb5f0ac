// Asynchronous invocations: accepted at once, tried three times, saved when they fail permanently.

import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { CallerContext, InvocationResult } from "../runtime-api/invocation.ts";
import { ServiceError } from "../service-error.ts";
import { diskFailure } from "../store/disk-failure.ts";
import { removeLeftovers } from "../store/leftovers.ts";
import { replaceFile } from "../store/replace-file.ts";
import { setAside } from "../store/set-aside.ts";
import { type Failure, type FailureCondition, failureRecord } from "./failure-record.ts";
import { type InvokeContext, invokeFunction } from "./invoke-function.ts";
import { type KeptEvent, parseKeptEvent } from "./kept-event.ts";
import type { InvokeOutcome } from "./outcome.ts";

/**
 * Lambda waits a minute, then two (AWS: "How Lambda handles errors and retries with asynchronous
 * invocation"). Locally that would be too long: a second, then two.
 */
export const retryAfterMs = [1000, 2000] as const;
/** Throttled events are retried after a second, then at growing intervals until they are too old. */
export const throttledAfterMs = { first: 1000, greatest: 5 * 60 * 1000 };
export const asynchronousDefaults = { maximumRetries: 2, maximumAgeSeconds: 6 * 60 * 60 };

interface QueuedEvent extends CallerContext {
  /** A name without qualifier. */
  readonly functionName: string;
  readonly qualifier: string | undefined;
  readonly event: Buffer;
}

export interface EventQueue {
  /** Stores the event on disk and returns its request id; it is processed in the background. */
  add(event: QueuedEvent): Promise<string>;
  /** Continues with the events that an earlier service left, and returns their number. */
  resume(): Promise<number>;
  /** Stops trying; the rest is for the next service. */
  close(): void;
}

export interface EventQueueOptions {
  readonly context: InvokeContext;
  /** `queue/` and `dead-letter/` are created in it. */
  readonly directory: string;
  /** Called for an event that failed permanently, with the file it was saved to. */
  readonly onDeadLetter: (functionName: string, requestId: string, file: string) => void;
  /** Called for an event that cannot be read or written. */
  readonly onFault: (message: string) => void;
}

export async function openEventQueue(options: EventQueueOptions): Promise<EventQueue> {
  const { context, directory, onDeadLetter, onFault } = options;
  const queued = join(directory, "queue");
  const deadLetters = join(directory, "dead-letter");
  for (const folder of [queued, deadLetters]) {
    await mkdir(folder, { recursive: true });
    await removeLeftovers(folder);
  }
  const stop = new AbortController();
  const fileOf = (requestId: string) => join(queued, `${requestId}.json`);

  function start(kept: KeptEvent): void {
    process(kept).catch((error: Error) => {
      if (stop.signal.aborted) return;
      onFault(
        `The event ${kept.requestId} for ${kept.functionName} could not be processed: ${error.message}; it is kept in ${fileOf(kept.requestId)} and tried again when the service starts`,
      );
    });
  }

  async function process(kept: KeptEvent): Promise<void> {
    const { maximumRetries, maximumAgeMs } = limitsOf(kept, context);
    const event = Buffer.from(kept.event, "base64");
    let attempts = 0;
    let throttledMs: number = throttledAfterMs.first;
    let last: Failure = {};
    for (;;) {
      if (stop.signal.aborted) return;
      if (Date.now() - kept.receivedMs > maximumAgeMs) {
        return saveDeadLetter(kept, "EventAgeExceeded", attempts, last);
      }
      const attempt = await tryOnce(kept, event);
      if (attempt === "throttled") {
        await delay(throttledMs, undefined, { signal: stop.signal });
        throttledMs = Math.min(throttledMs * 2, throttledAfterMs.greatest);
        continue;
      }
      attempts += 1;
      if (attempt === "done") return rm(fileOf(kept.requestId), { force: true });
      last = attempt;
      if (attempts > maximumRetries)
        return saveDeadLetter(kept, "RetriesExhausted", attempts, last);
      await delay(retryAfterMs[attempts - 1] ?? 0, undefined, { signal: stop.signal });
    }
  }

  async function tryOnce(kept: KeptEvent, event: Buffer): Promise<"done" | "throttled" | Failure> {
    let outcome: InvokeOutcome;
    try {
      outcome = await invokeFunction({ ...kept, event }, context);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (error.type === "TooManyRequestsException") return "throttled";
      return { serviceError: error };
    }
    // The invocation is over when its runtime is done, not when it has answered.
    const failure = await failureOf(outcome.result);
    await outcome.logTail();
    return failure === undefined
      ? "done"
      : { executedVersion: outcome.executedVersion, payload: failure };
  }

  async function saveDeadLetter(
    kept: KeptEvent,
    condition: FailureCondition,
    attempts: number,
    last: Failure,
  ): Promise<void> {
    const file = join(deadLetters, `${kept.functionName}-${kept.requestId}.json`);
    const record = failureRecord(kept, condition, attempts, last, context);
    await replaceFile(file, `${JSON.stringify(record, null, 2)}\n`);
    await rm(fileOf(kept.requestId), { force: true });
    onDeadLetter(kept.functionName, kept.requestId, file);
  }

  return {
    async add({ event, ...details }) {
      const requestId = randomUUID();
      const kept = {
        ...details,
        requestId,
        receivedMs: Date.now(),
        event: event.toString("base64"),
      };
      await replaceFile(fileOf(requestId), JSON.stringify(kept)).catch((error) => {
        throw diskFailure("accept the event", error);
      });
      start(kept);
      return requestId;
    },
    async resume() {
      const names = (await readdir(queued)).filter((name) => name.endsWith(".json"));
      let count = 0;
      for (const name of names) {
        const file = join(queued, name);
        try {
          start(parseKeptEvent(await readFile(file, "utf8"), name.slice(0, -".json".length)));
          count += 1;
        } catch (error) {
          const aside = await setAside(file);
          onFault(
            `The queued event ${file} is damaged (${(error as Error).message}): ${aside === undefined ? "it could not be put aside" : `put aside as ${aside}`}`,
          );
        }
      }
      return count;
    },
    close: () => stop.abort(),
  };
}

async function failureOf(result: InvocationResult): Promise<Buffer | undefined> {
  if (result.kind === "response") return undefined;
  if (result.kind === "error") return result.body;
  result.chunks.resume();
  return (await result.ended)?.body;
}

/** The function's own limits for asynchronous invocations (PutFunctionEventInvokeConfig). */
function limitsOf({ functionName, qualifier }: KeptEvent, { store }: InvokeContext) {
  const found = store.functions
    .get(functionName)
    ?.eventInvokeConfigs.find((config) => config.qualifier === (qualifier ?? "$LATEST"));
  const { MaximumRetryAttempts, MaximumEventAgeInSeconds } = found?.configuration ?? {};
  return {
    maximumRetries: MaximumRetryAttempts ?? asynchronousDefaults.maximumRetries,
    maximumAgeMs: (MaximumEventAgeInSeconds ?? asynchronousDefaults.maximumAgeSeconds) * 1000,
  };
}
