// Reads events from CloudWatch Logs, or from the local service, which answers like it.

import type { CloudWatchLogsClientConfig, FilteredLogEvent } from "@aws-sdk/client-cloudwatch-logs";
import { ExpectedError, incorrectUsage } from "../../host/expected-error.ts";
import { type ClientOptions, clientConfiguration } from "../service/service-client.ts";
import type { ServiceEndpoint } from "../service/service-endpoint.ts";
import { serviceFault } from "../service/service-fault.ts";
import { untilAborted } from "../terminal/until-aborted.ts";

export interface LogQuery {
  readonly group: string;
  /** Epoch milliseconds, included. */
  readonly startMs: number;
  readonly filter: string | undefined;
}

export interface LogReader {
  /**
   * The events in the order of time, a page at a time; undefined for a page when there is no such
   * group (yet). Throws an ExpectedError for a bad filter and other faults, or the signal's reason.
   */
  pages(query: LogQuery): AsyncGenerator<readonly FilteredLogEvent[] | undefined>;
  /** Names of groups that begin with this prefix; at most 50. */
  groups(prefix: string): Promise<readonly string[]>;
  close(): void;
}

export async function createLogReader(
  endpoint: ServiceEndpoint,
  options: ClientOptions,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<LogReader> {
  // The package takes 100 ms to load, so only this verb loads it.
  const { CloudWatchLogsClient, DescribeLogGroupsCommand, FilterLogEventsCommand } = await import(
    "@aws-sdk/client-cloudwatch-logs"
  );
  const client = new CloudWatchLogsClient(await logConfiguration(endpoint, options, env));
  const abort = signal ? { abortSignal: signal } : {};

  /** Undefined when there is no such group. */
  async function answer<Output>(call: () => Promise<Output>): Promise<Output | undefined> {
    try {
      return await untilAborted(call(), signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
      throw explain(error, endpoint);
    }
  }

  return {
    async *pages({ group, startMs, filter }) {
      let nextToken: string | undefined;
      do {
        const command = new FilterLogEventsCommand({
          logGroupName: group,
          startTime: startMs,
          filterPattern: filter,
          nextToken,
        });
        const output = await answer(() => client.send(command, abort));
        yield output && (output.events ?? []);
        nextToken = output?.nextToken;
      } while (nextToken !== undefined);
    },
    async groups(prefix) {
      const command = new DescribeLogGroupsCommand({ logGroupNamePrefix: prefix });
      const output = await answer(() => client.send(command, abort));
      return (output?.logGroups ?? []).flatMap(({ logGroupName }) => logGroupName ?? []);
    },
    close: () => client.destroy(),
  };
}

/** Reading may be repeated: with AWS as often as the user's settings say, with an address once. */
async function logConfiguration(
  endpoint: ServiceEndpoint,
  options: ClientOptions,
  env: NodeJS.ProcessEnv,
): Promise<CloudWatchLogsClientConfig> {
  const { maxAttempts = 1, ...shared } = await clientConfiguration(endpoint, options, env);
  return endpoint.isRemote ? shared : { ...shared, maxAttempts };
}

function explain(error: unknown, endpoint: ServiceEndpoint): Error {
  if (!(error instanceof Error)) throw error;
  if (error.name === "InvalidParameterException") return incorrectUsage(error.message);
  if (error.name === "AccessDeniedException") {
    return new ExpectedError(`${error.name}: ${error.message}`, {
      type: error.name,
      remedy: "The credentials need logs:FilterLogEvents and logs:DescribeLogGroups",
      cause: error,
    });
  }
  return serviceFault(error, endpoint);
}
