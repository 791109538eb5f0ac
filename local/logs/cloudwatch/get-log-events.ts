// GetLogEvents: the events of one stream, forwards or backwards from where a token stands.
import type { GetLogEventsRequest } from "@aws-sdk/client-cloudwatch-logs";
import {
  comparePositions,
  eventId,
  type LogEvent,
  type LogPosition,
  parseEventId,
} from "../log-event.ts";
import { logsError } from "./logs-error.ts";
import { invalidToken } from "./next-token.ts";
import type { LogsOperation } from "./operation.ts";
import { messageOnWire, pageOfEvents } from "./page-of-events.ts";
import { requiredGroup } from "./required-group.ts";

const beforeAll: LogPosition = { timestampMs: 0, sequence: 0 };

export const getLogEvents: LogsOperation<GetLogEventsRequest> = (request, store, context) => {
  const { limit = 10_000, nextToken: token } = request;
  // Required, as has been checked.
  const stream = request.logStreamName as string;
  const { group, streams } = requiredGroup(request, store, context);
  if (!streams.some(({ name }) => name === stream)) {
    throw logsError("ResourceNotFoundException", "The specified log stream does not exist.");
  }
  // The end is not included here, unlike in FilterLogEvents.
  const end = request.endTime === undefined ? undefined : request.endTime - 1;
  const events = store.events({ group, stream, start: request.startTime, end });
  const from = token === undefined ? undefined : readPosition(token);
  const page =
    (from?.isForward ?? request.startFromHead)
      ? forwards(events, from?.position ?? beforeAll, limit)
      : backwards(events, from?.position, limit);
  const [first, last] = [page.at(0), page.at(-1)];
  return {
    events: page.map((event) => ({
      timestamp: event.timestampMs,
      message: messageOnWire(event),
      ingestionTime: event.ingestedMs,
    })),
    nextForwardToken: writePosition("f", last ?? endOf(from, events)),
    nextBackwardToken: writePosition("b", first ?? from?.position ?? events[0] ?? beforeAll),
  };
};

interface From {
  readonly isForward: boolean;
  readonly position: LogPosition;
}

/** Behind the position, which is not included. */
function forwards(events: readonly LogEvent[], position: LogPosition, limit: number): LogEvent[] {
  return pageOfEvents(events, limit, (event) => comparePositions(event, position) > 0).page;
}

/** The last ones in front of the position, the oldest of them first. */
function backwards(
  events: readonly LogEvent[],
  position: LogPosition | undefined,
  limit: number,
): LogEvent[] {
  const isInFront = (event: LogEvent) => !position || comparePositions(event, position) < 0;
  return pageOfEvents(events.toReversed(), limit, isInFront).page.reverse();
}

/** Where to continue forwards after an empty page: at the same place. */
function endOf(from: From | undefined, events: readonly LogEvent[]): LogPosition {
  if (!from) return events.at(-1) ?? beforeAll;
  if (from.isForward) return from.position;
  // A backward token stands on the first event that was seen; forwards it comes again.
  return { ...from.position, sequence: Math.max(0, from.position.sequence - 1) };
}

/** In the manner of AWS: `f/<position>/s`. */
function writePosition(direction: "f" | "b", position: LogPosition): string {
  return `${direction}/${eventId(position)}/s`;
}

function readPosition(token: string): From {
  const [, direction, id = ""] = /^([fb])\/(\d+)\/s$/.exec(token) ?? [];
  const position = parseEventId(id);
  if (!position) throw invalidToken();
  return { isForward: direction === "f", position };
}
