// One call of a function of a service: the local one, or Lambda itself.

import { Readable } from "node:stream";
import type {
  InvokeWithResponseStreamCommandOutput,
  InvokeWithResponseStreamCompleteEvent,
  LambdaClient,
} from "@aws-sdk/client-lambda";
import { ExpectedError } from "../../host/expected-error.ts";
import type { FunctionError } from "../../local/runtime-api/invocation.ts";
import { type ClientOptions, clientConfiguration } from "../service/service-client.ts";
import type { ServiceEndpoint } from "../service/service-endpoint.ts";
import { serviceFault } from "../service/service-fault.ts";
import { logStream } from "../terminal/log-text.ts";
import { createPalette } from "../terminal/output.ts";
import type { Surroundings } from "../terminal/surroundings.ts";
import { untilAborted } from "../terminal/until-aborted.ts";
import { describeError } from "./report.ts";
import type { writeResult } from "./write-result.ts";

/** Its content does not matter here; the bytes go to stdout whatever they are. */
const contentType = "application/octet-stream";

export interface ServiceCall {
  readonly functionName: string;
  readonly event: Buffer;
  /** JSON. */
  readonly clientContext: string | undefined;
  readonly tenantId: string | undefined;
  readonly qualifier: string | undefined;
  readonly kind: "wait" | "stream" | "async";
  /** The last 4 KB of the log, to stderr. */
  readonly tail: boolean;
  /** Puts the answer on stdout. */
  readonly writeAnswer: typeof writeResult;
}

/**
 * The exit status: 0, or 1 after a function error.
 * @throws ExpectedError when the service did not answer, or refused.
 */
export async function invokeService(
  call: ServiceCall,
  endpoint: ServiceEndpoint,
  options: ClientOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { stderr, env, signal } = surroundings;
  const { region = endpoint.isRemote ? regionOfArn(call.functionName) : undefined } = options;
  // The package takes 100 ms to load, so only a call loads it.
  const { LambdaClient } = await import("@aws-sdk/client-lambda");
  const asked = region === undefined ? options : { ...options, region };
  const client = new LambdaClient(await clientConfiguration(endpoint, asked, env));
  try {
    const work = { wait: invokeAndWait, stream: invokeStream, async: invokeAsync }[call.kind];
    const error = await untilAborted(work(client, call, surroundings), signal);
    if (error) stderr.write(`${createPalette(stderr, env).red(describeError(error))}\n`);
    return error ? 1 : 0;
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw serviceFault(error, endpoint);
  } finally {
    // Also closes what a stream or an aborted call still holds open.
    client.destroy();
  }
}

async function invokeAndWait(
  client: LambdaClient,
  call: ServiceCall,
  surroundings: Surroundings,
): Promise<FunctionError | undefined> {
  const { InvokeCommand } = await import("@aws-sdk/client-lambda");
  const {
    Payload,
    FunctionError: type,
    LogResult,
  } = await client.send(new InvokeCommand(input(call)));
  const body = Buffer.from(Payload ?? []);
  const error = await call.writeAnswer(
    type
      ? { kind: "error", ...functionError(type, body) }
      : { kind: "response", body, contentType },
    surroundings,
  );
  writeTail(LogResult, surroundings);
  return error;
}

async function invokeAsync(
  client: LambdaClient,
  call: ServiceCall,
  { stderr }: Surroundings,
): Promise<undefined> {
  const { InvokeCommand } = await import("@aws-sdk/client-lambda");
  const command = new InvokeCommand({ ...input(call), InvocationType: "Event" });
  const { $metadata } = await client.send(command);
  stderr.write(`accepted, request id ${$metadata.requestId ?? "unknown"}\n`);
}

async function invokeStream(
  client: LambdaClient,
  call: ServiceCall,
  surroundings: Surroundings,
): Promise<FunctionError | undefined> {
  const { InvokeWithResponseStreamCommand } = await import("@aws-sdk/client-lambda");
  const answer = await client.send(new InvokeWithResponseStreamCommand(input(call)));
  let complete: InvokeWithResponseStreamCompleteEvent | undefined;
  const ended = Promise.withResolvers<undefined>();
  async function* chunks() {
    for await (const { PayloadChunk, InvokeComplete } of events(answer)) {
      if (PayloadChunk?.Payload) yield Buffer.from(PayloadChunk.Payload);
      complete = InvokeComplete ?? complete;
    }
    ended.resolve(undefined);
  }
  const result = { chunks: Readable.from(chunks()), ended: ended.promise, contentType };
  await call.writeAnswer({ kind: "stream", ...result }, surroundings);
  // Without it nobody knows whether the bytes are complete.
  if (complete === undefined) {
    throw new ExpectedError("the stream ended without the service's end mark");
  }
  writeTail(complete.LogResult, surroundings);
  const { ErrorCode, ErrorDetails = "" } = complete;
  return ErrorCode ? functionError(ErrorCode, Buffer.from(ErrorDetails)) : undefined;
}

function events({ EventStream }: InvokeWithResponseStreamCommandOutput) {
  if (EventStream) return EventStream;
  throw new ExpectedError("the service answered without a stream");
}

function input({ functionName, event, clientContext, tenantId, qualifier, tail }: ServiceCall) {
  return {
    FunctionName: functionName,
    Payload: event,
    ...(clientContext !== undefined && {
      ClientContext: Buffer.from(clientContext).toString("base64"),
    }),
    ...(tenantId !== undefined && { TenantId: tenantId }),
    ...(qualifier !== undefined && { Qualifier: qualifier }),
    ...(tail && { LogType: "Tail" as const }),
  };
}

function functionError(errorType: string, body: Buffer): FunctionError {
  return { errorType, body, contentType };
}

function writeTail(logResult: string | undefined, { stderr }: Surroundings): void {
  if (!logResult) return;
  const log = Buffer.from(logResult, "base64");
  logStream(stderr).write(log);
  if (log.at(-1) !== 10) stderr.write("\n");
}

/** A function on Lambda exists in one region only. */
function regionOfArn(name: string): string | undefined {
  return /^arn:[^:]+:lambda:([^:]+):/.exec(name)?.[1];
}
