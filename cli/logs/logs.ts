// `stdlambda logs`: a function's log, once or as it grows, from the local service or from AWS.

import type { FilteredLogEvent } from "@aws-sdk/client-cloudwatch-logs";
import { incorrectUsage } from "../../host/expected-error.ts";
import { functionNamePattern } from "../../lambda/arns.ts";
import type { ClientOptions } from "../service/service-client.ts";
import { type EndpointOptions, serviceEndpoint } from "../service/service-endpoint.ts";
import { linesOf } from "../terminal/log-text.ts";
import { createPalette, type Palette, write } from "../terminal/output.ts";
import type { Surroundings } from "../terminal/surroundings.ts";
import { untilAborted } from "../terminal/until-aborted.ts";
import { followLog } from "./follow-log.ts";
import { createLogReader } from "./log-reader.ts";
import { groupPrefix, noGroup } from "./no-group.ts";
import { parseSince } from "./since.ts";

export interface LogsOptions extends EndpointOptions, ClientOptions {
  readonly follow?: boolean;
  /** A span such as 10m, or a time. */
  readonly since?: string;
  readonly filter?: string;
}

/** As `aws logs tail`. */
const defaultSince = "10m";

/** How often a log is polled. */
const intervalMs = 500;
/** CloudWatch may take seconds to order what several environments wrote at the same time. */
const overlapMs = { local: 1000, remote: 10_000 } as const;

/**
 * Prints the events to stdout and messages about them to stderr. The exit status is 0; with
 * `follow` only the signal's reason ends it.
 * @throws ExpectedError when there is no such log, or no service to read it from
 */
export async function logs(
  name: string,
  options: LogsOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { stdout, stderr, env, signal } = surroundings;
  const { since = defaultSince, filter } = options;
  const group = groupOf(name);
  const query = { group, filter, startMs: parseSince(since, Date.now()) };
  const endpoint = await serviceEndpoint(options, env, "cloudwatch_logs");
  const palette = createPalette(stdout, env);
  const remarks = createPalette(stderr, env);
  const reader = await createLogReader(endpoint, options, env, signal);
  const pages = options.follow
    ? followLog(reader, query, {
        intervalMs,
        overlapMs: endpoint.isRemote ? overlapMs.remote : overlapMs.local,
        signal,
        onGone: ({ message }) =>
          stderr.write(`${remarks.yellow(`warning: ${message}; waiting for it`)}\n`),
      })
    : reader.pages(query);
  let [isEmpty, isWaiting] = [true, false];
  try {
    for await (const page of pages) {
      if (page === undefined) {
        if (!options.follow) throw await noGroup(group, reader, endpoint, options, env);
        if (!isWaiting) stderr.write(`${remarks.dim(`${group} has no log yet; waiting for it`)}\n`);
        isWaiting = true;
        continue;
      }
      if (page.length === 0) continue;
      isEmpty = false;
      await untilAborted(write(stdout, page.map((event) => line(event, palette)).join("")), signal);
    }
  } finally {
    reader.close();
  }
  if (isEmpty) stderr.write(`${remarks.dim(nothingFound(group, since, filter))}\n`);
  return 0;
}

/** A function's name, its ARN, either with a qualifier, or the name of a log group itself. */
function groupOf(name: string): string {
  if (/^\/[.\-_/#A-Za-z0-9]+$/.test(name)) return name;
  const functionName = functionNamePattern.exec(name)?.groups?.name;
  if (functionName !== undefined && !functionName.includes(".")) return groupPrefix + functionName;
  throw incorrectUsage(`"${name}" is not the name of a function`, {
    remedy: `Give its name or ARN, or a log group as in ${groupPrefix}NAME`,
  });
}

/** The time in UTC as it was logged, then the message. */
function line({ timestamp = 0, message = "" }: FilteredLogEvent, palette: Palette): string {
  const text = linesOf(message.replace(/\r?\n$/, "")).join("\n");
  return `${palette.dim(new Date(timestamp).toISOString())} ${text}\n`;
}

function nothingFound(group: string, since: string, filter: string | undefined): string {
  const what = filter === undefined ? "no events" : "no matching events";
  const hint = since === defaultSince ? "; --since 1d looks further back" : "";
  return `${what} in ${group} since ${since}${hint}`;
}
