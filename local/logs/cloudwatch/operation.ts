// What an operation of CloudWatch Logs gets and gives.
import type { LogStore } from "../log-store.ts";

export interface LogsContext {
  readonly region: string;
  readonly accountId: string;
}

/** @throws ServiceError */
export type LogsOperation = (
  input: Readonly<Record<string, unknown>>,
  store: LogStore,
  context: LogsContext,
) => object;

/** The ARN of a group; with `:*` at its end it also stands for the streams in it. */
export function logGroupArn(name: string, { region, accountId }: LogsContext): string {
  return `arn:aws:logs:${region}:${accountId}:log-group:${name}`;
}
