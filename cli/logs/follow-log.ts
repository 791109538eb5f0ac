// The events of a log as they come: polled, each once and none left out.

import { setTimeout as sleep } from "node:timers/promises";
import type { FilteredLogEvent } from "@aws-sdk/client-cloudwatch-logs";
import { ExpectedError } from "../../host/expected-error.ts";
import { noService } from "../service/service-fault.ts";
import { untilAborted } from "../terminal/until-aborted.ts";
import type { LogQuery, LogReader } from "./log-reader.ts";

export interface FollowOptions {
  readonly intervalMs: number;
  /**
   * How much of what was seen is requested again, because an event may appear after a later one.
   */
  readonly overlapMs: number;
  readonly signal: AbortSignal | undefined;
  /** Called once when the service is gone; polling goes on until it is back. */
  readonly onGone: (fault: ExpectedError) => void;
}

/** Ends only by an error or the signal; an undefined page means that there is no such group. */
export async function* followLog(
  reader: LogReader,
  query: LogQuery,
  { intervalMs, overlapMs, signal, onGone }: FollowOptions,
): AsyncGenerator<readonly FilteredLogEvent[] | undefined> {
  const seen = new Map<string, number>();
  let startMs = query.startMs;
  let wasThere = false;
  let isGone = false;

  function unseen(page: readonly FilteredLogEvent[]): FilteredLogEvent[] {
    const fresh: FilteredLogEvent[] = [];
    for (const event of page) {
      const { eventId, logStreamName, timestamp = 0, message } = event;
      const id = eventId ?? `${timestamp} ${logStreamName} ${message}`;
      if (seen.has(id)) continue;
      seen.set(id, timestamp);
      fresh.push(event);
    }
    return fresh;
  }

  /** If the other clock runs ahead, events that come here must not be skipped. */
  function moveOn(): void {
    let newest = startMs + overlapMs;
    for (const timestamp of seen.values()) newest = Math.max(newest, timestamp);
    startMs = Math.max(startMs, Math.min(newest, Date.now()) - overlapMs);
    for (const [id, timestamp] of seen) if (timestamp < startMs) seen.delete(id);
  }

  for (;;) {
    try {
      for await (const page of reader.pages({ ...query, startMs })) {
        [wasThere, isGone] = [true, false];
        const fresh = page && unseen(page);
        if (!fresh || fresh.length > 0) yield fresh;
      }
      moveOn();
    } catch (error) {
      // A service that was never there, or that refuses, is for the user to correct.
      if (!wasThere || !(error instanceof ExpectedError) || !isPassing(error)) throw error;
      if (!isGone) onGone(error);
      isGone = true;
    }
    await untilAborted(sleep(intervalMs), signal);
  }
}

/** The service restarts, the connection broke off, or there were too many requests. */
function isPassing({ type, cause }: ExpectedError): boolean {
  if (type === noService) return true;
  return cause instanceof Error && ("code" in cause || cause.name === "ThrottlingException");
}
