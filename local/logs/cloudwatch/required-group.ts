// Which log group an operation is about: by name, or by a name or ARN as identifier.
import type { LogStreamSummary } from "../log-group.ts";
import type { LogStore } from "../log-store.ts";
import { invalidParameter, logsError } from "./logs-error.ts";
import { type LogsContext, logGroupArn } from "./operation.ts";

interface Named {
  readonly logGroupName?: string | undefined;
  readonly logGroupIdentifier?: string | undefined;
}

/** @throws ServiceError when it is not named exactly once, or does not exist. */
export function requiredGroup(
  { logGroupName, logGroupIdentifier }: Named,
  store: LogStore,
  context: LogsContext,
): { readonly group: string; readonly streams: readonly LogStreamSummary[] } {
  if ((logGroupName === undefined) === (logGroupIdentifier === undefined)) {
    throw invalidParameter("Exactly one of logGroupName and logGroupIdentifier must be given.");
  }
  const group = logGroupName ?? groupOfIdentifier(logGroupIdentifier as string, context);
  const streams = group === undefined ? undefined : store.streams(group);
  if (group === undefined || streams === undefined) {
    throw logsError("ResourceNotFoundException", "The specified log group does not exist.");
  }
  return { group, streams };
}

/** Undefined when the ARN is of another region or account. */
export function groupOfIdentifier(identifier: string, context: LogsContext): string | undefined {
  if (!identifier.startsWith("arn:")) return identifier;
  const prefix = logGroupArn("", context);
  return identifier.startsWith(prefix) ? identifier.slice(prefix.length) : undefined;
}
