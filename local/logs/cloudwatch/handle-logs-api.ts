// The part of CloudWatch Logs that `aws logs` needs to read a function's log, over JSON 1.1.

import { type Input, readInput } from "../../api-model/read-input.ts";
import { validationFault } from "../../api-model/validate.ts";
import { ServiceError } from "../../service-error.ts";
import type { LogStore } from "../log-store.ts";
import { describeLogGroups } from "./describe-log-groups.ts";
import { describeLogStreams } from "./describe-log-streams.ts";
import { filterLogEvents } from "./filter-log-events.ts";
import { getLogEvents } from "./get-log-events.ts";
import { invalidParameter, logsError } from "./logs-error.ts";
import { type LogsOperationName, shapeOf } from "./model.ts";
import type { LogsContext, LogsOperation } from "./operation.ts";

const noQuery = new URLSearchParams();
const targetPrefix = "Logs_20140328.";

const operations = {
  DescribeLogGroups: describeLogGroups,
  DescribeLogStreams: describeLogStreams,
  FilterLogEvents: filterLogEvents,
  GetLogEvents: getLogEvents,
} as const;

/**
 * The body is of the type `application/x-amz-json-1.1`.
 * @param target the value of `X-Amz-Target`, such as `Logs_20140328.FilterLogEvents`
 */
export function handleLogsApi(
  target: string,
  body: Buffer,
  store: LogStore,
  context: LogsContext,
): { readonly status: number; readonly body: string } {
  try {
    const name = operationOf(target);
    const input = readInput(name, { labels: {}, query: noQuery, body }, shapeOf);
    const fault = validationFault(name, input, shapeOf);
    if (fault !== undefined) throw invalidParameter(fault);
    // The check has made sure that the input is of the type that this operation takes.
    const run = operations[name] as LogsOperation<Input>;
    return { status: 200, body: JSON.stringify(run(input, store, context)) };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { type, message } = error;
    return { status: error.status, body: JSON.stringify({ __type: type, message }) };
  }
}

function operationOf(target: string): LogsOperationName {
  const name = target.startsWith(targetPrefix) ? target.slice(targetPrefix.length) : "";
  if (Object.hasOwn(operations, name)) return name as LogsOperationName;
  const known = Object.keys(operations).join(", ");
  throw logsError(
    "UnknownOperationException",
    `${target} is not supported here; the operations of CloudWatch Logs are ${known}`,
  );
}
