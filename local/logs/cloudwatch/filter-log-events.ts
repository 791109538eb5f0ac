// FilterLogEvents: the events of a group in the order of time, of all or some of its streams.
import type { FilterLogEventsRequest } from "@aws-sdk/client-cloudwatch-logs";

import { compileFilterPattern } from "../filter-pattern/compile.ts";
import { eventId, type LogEvent, parseEventId } from "../log-event.ts";
import type { LogStreamSummary } from "../log-group.ts";
import { invalidParameter, logsError } from "./logs-error.ts";
import { invalidToken, readToken, writeToken } from "./next-token.ts";
import type { LogsOperation } from "./operation.ts";
import { messageOnWire, pageOfEvents } from "./page-of-events.ts";
import { requiredGroup } from "./required-group.ts";

const operation = "FilterLogEvents";

export const filterLogEvents: LogsOperation<FilterLogEventsRequest> = (request, store, context) => {
  const { logStreamNames: names, logStreamNamePrefix: prefix } = request;
  if (names !== undefined && prefix !== undefined) {
    throw invalidParameter("logStreamNames and logStreamNamePrefix cannot both be given.");
  }
  const matches = compileFilterPattern(request.filterPattern ?? "");
  const { group, streams } = requiredGroup(request, store, context);
  requireStreams(names, streams);
  const after = request.nextToken && readToken(operation, request.nextToken);
  if (after && !parseEventId(after)) throw invalidToken();
  const { startTime: start, endTime: end } = request;
  const events = store.events({ group, start, end, after });
  const isAsked = ({ stream, message }: LogEvent) =>
    (names === undefined || names.includes(stream)) &&
    (prefix === undefined || stream.startsWith(prefix)) &&
    matches(message);
  const { page, hasMore } = pageOfEvents(events, request.limit ?? 10_000, isAsked);
  const last = page.at(-1);
  return {
    events: page.map((event) => ({
      logStreamName: event.stream,
      timestamp: event.timestampMs,
      message: messageOnWire(event),
      ingestionTime: event.ingestedMs,
      eventId: eventId(event),
    })),
    // Always empty since 2020, by the reference of this operation.
    searchedLogStreams: [],
    nextToken: last && hasMore ? writeToken(operation, eventId(last)) : undefined,
  };
};

function requireStreams(
  names: readonly string[] | undefined,
  streams: readonly LogStreamSummary[],
): void {
  const known = new Set(streams.map(({ name }) => name));
  if (names?.some((name) => !known.has(name))) {
    throw logsError("ResourceNotFoundException", "The specified log stream does not exist.");
  }
}
