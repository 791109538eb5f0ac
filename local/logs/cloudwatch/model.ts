// The part of the model of CloudWatch Logs (`logs` 2014-03-28) that the operations here take.
import type { ShapeModel } from "../../api-model/shape.ts";

const requests = {
  DescribeLogGroups: {
    logGroupNamePrefix: "LogGroupName",
    logGroupNamePattern: "LogGroupNamePattern",
    logGroupIdentifiers: "LogGroupIdentifiers",
    logGroupClass: "LogGroupClass",
    nextToken: "NextToken",
    limit: "DescribeLimit",
  },
  DescribeLogStreams: {
    logGroupName: "LogGroupName",
    logGroupIdentifier: "LogGroupIdentifier",
    logStreamNamePrefix: "LogStreamName",
    orderBy: "OrderBy",
    descending: "Boolean",
    nextToken: "NextToken",
    limit: "DescribeLimit",
  },
  FilterLogEvents: {
    logGroupName: "LogGroupName",
    logGroupIdentifier: "LogGroupIdentifier",
    logStreamNames: "InputLogStreamNames",
    logStreamNamePrefix: "LogStreamName",
    startTime: "Timestamp",
    endTime: "Timestamp",
    filterPattern: "FilterPattern",
    nextToken: "NextToken",
    limit: "EventsLimit",
    interleaved: "Boolean",
    unmask: "Boolean",
  },
  GetLogEvents: {
    logGroupName: "LogGroupName",
    logGroupIdentifier: "LogGroupIdentifier",
    logStreamName: "LogStreamName",
    startTime: "Timestamp",
    endTime: "Timestamp",
    nextToken: "NextToken",
    limit: "EventsLimit",
    startFromHead: "Boolean",
    unmask: "Boolean",
  },
} as const;

export type LogsOperationName = keyof typeof requests;

const required: { readonly [Name in LogsOperationName]?: readonly string[] } = {
  GetLogEvents: ["logStreamName"],
};

const shapes: Readonly<Record<string, ShapeModel>> = {
  Boolean: { type: "boolean" },
  DescribeLimit: { type: "integer", min: 1, max: 50 },
  EventsLimit: { type: "integer", min: 1, max: 10_000 },
  FilterPattern: { type: "string", min: 0, max: 1024 },
  InputLogStreamNames: { type: "list", member: "LogStreamName", min: 1, max: 100 },
  LogGroupClass: { type: "string", enum: ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"] },
  LogGroupIdentifier: { type: "string", min: 1, max: 2048, pattern: "[\\w#+=/:,.@-]*" },
  LogGroupIdentifiers: { type: "list", member: "LogGroupIdentifier", min: 1, max: 50 },
  LogGroupName: { type: "string", min: 1, max: 512, pattern: "[.\\-_/#A-Za-z0-9]+" },
  LogGroupNamePattern: { type: "string", min: 0, max: 512, pattern: "[.\\-_/#A-Za-z0-9]*" },
  LogStreamName: { type: "string", min: 1, max: 512, pattern: "[^:*]*" },
  NextToken: { type: "string", min: 1 },
  OrderBy: { type: "string", enum: ["LogStreamName", "LastEventTime"] },
  Timestamp: { type: "long", min: 0 },
};

/** The shape of that name, or of the request of an operation of that name. */
export function shapeOf(name: string): ShapeModel {
  const shape = Object.hasOwn(shapes, name) ? shapes[name] : requestOf(name as LogsOperationName);
  return shape as ShapeModel;
}

function requestOf(name: LogsOperationName): ShapeModel {
  const members = Object.entries(requests[name]).map(([member, shape]) => [member, { shape }]);
  return {
    type: "structure",
    members: Object.fromEntries(members),
    required: required[name] ?? [],
  };
}
