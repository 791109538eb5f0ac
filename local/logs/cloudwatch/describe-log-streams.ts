// DescribeLogStreams: the streams of a group by name or by their last event, a page at a time.
import type { DescribeLogStreamsRequest } from "@aws-sdk/client-cloudwatch-logs";
import type { LogStreamSummary } from "../log-group.ts";
import { invalidParameter } from "./logs-error.ts";
import { type LogsOperation, logGroupArn } from "./operation.ts";
import { pageOf } from "./page-of.ts";
import { requiredGroup } from "./required-group.ts";

export const describeLogStreams: LogsOperation<DescribeLogStreamsRequest> = (
  request,
  store,
  context,
) => {
  const { logStreamNamePrefix: prefix = "", descending = false } = request;
  const byTime = request.orderBy === "LastEventTime";
  if (byTime && prefix !== "") {
    throw invalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix.");
  }
  const { group, streams } = requiredGroup(request, store, context);
  // Digits of one width, so that the keys sort as the times do; the name parts equal times.
  const keyOf = ({ name, lastEventMs }: LogStreamSummary) =>
    byTime ? `${String(lastEventMs).padStart(16, "0")}\n${name}` : name;
  const direction = descending ? -1 : 1;
  const sorted = streams
    .filter(({ name }) => name.startsWith(prefix))
    .sort((one, other) => (keyOf(one) < keyOf(other) ? -direction : direction));
  const { page, nextToken } = pageOf("DescribeLogStreams", sorted, keyOf, {
    nextToken: request.nextToken,
    limit: request.limit ?? 50,
    descending,
  });
  const logStreams = page.map((stream) => ({
    logStreamName: stream.name,
    creationTime: stream.createdMs,
    firstEventTimestamp: stream.firstEventMs,
    lastEventTimestamp: stream.lastEventMs,
    lastIngestionTime: stream.lastIngestedMs,
    uploadSequenceToken: String(stream.lastIngestedMs),
    arn: `${logGroupArn(group, context)}:log-stream:${stream.name}`,
    // Always 0 since 2019, by the reference of this operation.
    storedBytes: 0,
  }));
  return { logStreams, nextToken };
};
