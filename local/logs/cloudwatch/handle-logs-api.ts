// The part of CloudWatch Logs that `aws logs` needs to read a function's log, over JSON 1.1.

import { ServiceError } from "../../service-error.ts";
import type { LogStore } from "../log-store.ts";
import { describeLogGroups } from "./describe-log-groups.ts";
import { describeLogStreams } from "./describe-log-streams.ts";
import { filterLogEvents } from "./filter-log-events.ts";
import { getLogEvents } from "./get-log-events.ts";
import { logsError } from "./logs-error.ts";
import type { LogsContext, LogsOperation } from "./operation.ts";

const targetPrefix = "Logs_20140328.";

const operations: Readonly<Record<string, LogsOperation>> = {
  DescribeLogGroups: describeLogGroups,
  DescribeLogStreams: describeLogStreams,
  FilterLogEvents: filterLogEvents,
  GetLogEvents: getLogEvents,
};

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
    const operation = operationOf(target);
    return { status: 200, body: JSON.stringify(operation(parse(body), store, context)) };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { type, message } = error;
    return { status: error.status, body: JSON.stringify({ __type: type, message }) };
  }
}

function operationOf(target: string): LogsOperation {
  const name = target.startsWith(targetPrefix) ? target.slice(targetPrefix.length) : "";
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (operation) return operation;
  const known = Object.keys(operations).join(", ");
  throw logsError(
    "UnknownOperationException",
    `${target} is not served here; of CloudWatch Logs there are ${known}`,
  );
}

function parse(body: Buffer): Record<string, unknown> {
  // The protocol allows for an empty body where no member is set.
  if (body.length === 0) return {};
  let input: unknown;
  try {
    input = JSON.parse(body.toString());
  } catch (error) {
    throw logsError("SerializationException", `the body is not JSON: ${(error as Error).message}`);
  }
  if (typeof input === "object" && input !== null && !Array.isArray(input)) {
    return input as Record<string, unknown>;
  }
  throw logsError("SerializationException", "the body must be a JSON object");
}
