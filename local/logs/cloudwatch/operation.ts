// What an operation of CloudWatch Logs gets and gives.
import type { LogStore } from "../log-store.ts";

export interface LogsContext {
  readonly region: string;
  readonly accountId: string;
}

/**
 * The input has been checked against the model.
 * @throws ServiceError
 */
export type LogsOperation<Request> = (
  request: Request,
  store: LogStore,
  context: LogsContext,
) => object;

/** The ARN of a group; with `:*` at its end it also stands for the streams in it. */
export function logGroupArn(name: string, { region, accountId }: LogsContext): string {
  return `arn:aws:logs:${region}:${accountId}:log-group:${name}`;
}
