// POST …/invocations: the Invoke operation over HTTP, in its three types.

import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import {
  maximumAsynchronousBytes,
  maximumClientContextBytes,
  maximumPayloadBytes,
} from "../../lambda/limits.ts";
import { tenantPattern } from "../../lambda/names.ts";
import type { Call, ServiceContext } from "../http/call.ts";
import { fatalError, tooLargeError } from "../runtime-api/function-error.ts";
import type { FunctionError, InvocationResult } from "../runtime-api/invocation.ts";
import { type Body, readBody } from "../runtime-api/read-body.ts";
import { type Reply, replyOf } from "../runtime-api/reply.ts";
import { lambdaError, type ServiceError } from "../service-error.ts";
import { findTarget, runTarget } from "./invoke-function.ts";
import { sendResponseStream } from "./response-stream.ts";

const emptyEvent = Buffer.from("{}");
const nothing = Buffer.alloc(0);

/** @throws ServiceError for an error of the API. */
export async function invoke(call: Call, context: ServiceContext): Promise<void> {
  const { headers } = call.request;
  const reply = replyOf(call.response);
  const type = choice(headers, "x-amz-invocation-type", [
    "RequestResponse",
    "Event",
    "DryRun",
  ] as const);
  const wantsTail = choice(headers, "x-amz-log-type", ["None", "Tail"] as const) === "Tail";
  const limit = type === "Event" ? maximumAsynchronousBytes : maximumPayloadBytes;
  const event = readEvent(await readBody(call.request, limit), limit);
  const details = readDetails(headers);
  const found = findTarget(named(call), context.invoke);
  // Awaiting a plain value would cost a turn of the queue for each invocation.
  const target = "record" in found ? found : await found;
  if (type === "DryRun") {
    sendNothing(reply, 204, randomUUID());
    return;
  }
  if (type === "Event") {
    const requestId = await context.queue.add({
      functionName: target.record.name,
      qualifier: target.qualifier,
      event,
      ...details,
      // AWS: "Lambda passes the ClientContext object to your function for synchronous invocations only".
      clientContext: undefined,
    });
    sendNothing(reply, 202, requestId);
    return;
  }
  const outcome = await runTarget(target, { event, ...details }, context.invoke);
  const { result, executedVersion, requestId } = outcome;
  const answer = result.kind === "stream" ? await collect(result, requestId) : result;
  const answerHeaders = [
    "Content-Type",
    "application/json",
    "x-amzn-RequestId",
    requestId,
    "X-Amz-Executed-Version",
    executedVersion,
    "X-Amzn-Trace-Id",
    outcome.traceId,
  ];
  if (answer.kind === "error") answerHeaders.push("X-Amz-Function-Error", "Unhandled");
  if (wantsTail) {
    answerHeaders.push("X-Amz-Log-Result", (await outcome.logTail()).toString("base64"));
  }
  reply.send(200, answerHeaders, answer.body);
}

/** POST …/invoke-async, which AWS calls deprecated and still has: an event for the queue. */
export async function invokeAsync(call: Call, context: ServiceContext): Promise<void> {
  const body = await readBody(call.request, maximumAsynchronousBytes);
  const event = readEvent(body, maximumAsynchronousBytes);
  const { record, qualifier } = await findTarget(named(call), context.invoke);
  const requestId = await context.queue.add({ functionName: record.name, qualifier, event });
  sendNothing(replyOf(call.response), 202, requestId);
}

/** POST …/response-streaming-invocations. @throws ServiceError before the first byte is sent. */
export async function invokeWithResponseStream(
  call: Call,
  { invoke: context }: ServiceContext,
): Promise<void> {
  const { request, response } = call;
  const { headers } = request;
  const type = choice(headers, "x-amz-invocation-type", ["RequestResponse", "DryRun"] as const);
  const logTail = choice(headers, "x-amz-log-type", ["None", "Tail"] as const) === "Tail";
  const event = readEvent(await readBody(request, maximumPayloadBytes), maximumPayloadBytes);
  const target = await findTarget(named(call), context);
  if (type === "DryRun") {
    sendNothing(replyOf(response), 204, randomUUID());
    return;
  }
  const outcome = await runTarget(target, { event, ...readDetails(headers) }, context);
  await sendResponseStream(response, outcome, { logTail });
}

function named({ groups: [, segment = ""], query }: Call) {
  return {
    functionName: segment.includes("%") ? decode(segment) : segment,
    qualifier:
      query === "" ? undefined : (new URLSearchParams(query).get("Qualifier") ?? undefined),
  };
}

/** A name that is badly encoded is not one that exists. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** A response that was streamed by the function, for a caller that did not ask for a stream. */
async function collect(
  { chunks, ended, contentType }: Extract<InvocationResult, { kind: "stream" }>,
  requestId: string,
): Promise<Exclude<InvocationResult, { kind: "stream" }>> {
  const kept: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks as AsyncIterable<Buffer>) {
    size += chunk.length;
    // The excess is read all the same: the function must not hang on a full pipe.
    if (size <= maximumPayloadBytes) kept.push(chunk);
  }
  const error: FunctionError | undefined = await ended;
  if (error !== undefined) return { kind: "error", ...withBody(error, requestId) };
  if (size > maximumPayloadBytes) return { kind: "error", ...tooLargeError(size) };
  return { kind: "response", body: Buffer.concat(kept), contentType };
}

/** A runtime may break off without a body for its error. */
function withBody(error: FunctionError, requestId: string): FunctionError {
  return error.body.length > 0
    ? error
    : fatalError(requestId, error.errorType, "The response broke off");
}

function readEvent(body: Body, limit: number): Buffer {
  if (body.kind === "broken") throw new Error("The request broke off");
  if (body.kind === "too-large") {
    throw lambdaError(
      "RequestTooLargeException",
      `Request must be smaller than ${limit} bytes for the InvokeFunction operation`,
    );
  }
  const event = body.bytes;
  if (event.length === 0) return emptyEvent;
  if (!isUtf8(event)) throw notJson("Could not parse payload into json: Invalid UTF-8");
  try {
    JSON.parse(event.toString());
  } catch (error) {
    throw notJson(`Could not parse payload into json: ${(error as Error).message}`);
  }
  return event;
}

function notJson(why: string): ServiceError {
  return lambdaError(
    "InvalidRequestContentException",
    `Could not parse request body into json: ${why}`,
  );
}

interface Details {
  readonly clientContext: string | undefined;
  readonly tenantId: string | undefined;
  readonly traceId: string | undefined;
}

function readDetails(headers: IncomingHttpHeaders): Details {
  return {
    clientContext: readClientContext(headers["x-amz-client-context"]),
    tenantId: readTenantId(headers["x-amz-tenant-id"]),
    traceId: one(headers["x-amzn-trace-id"]),
  };
}

function readClientContext(header: string | string[] | undefined): string | undefined {
  const encoded = one(header);
  if (encoded === undefined || encoded === "") return undefined;
  if (encoded.length > maximumClientContextBytes) {
    throw lambdaError(
      "InvalidRequestContentException",
      `Client context must be ${maximumClientContextBytes} bytes or less.`,
    );
  }
  try {
    const value: unknown = JSON.parse(Buffer.from(encoded, "base64").toString());
    if (typeof value === "object" && value !== null) return JSON.stringify(value);
  } catch {
    // Reported below, together with JSON that is not an object.
  }
  throw lambdaError(
    "InvalidRequestContentException",
    "Client context must be a valid Base64-encoded JSON object.",
  );
}

function readTenantId(header: string | string[] | undefined): string | undefined {
  const tenantId = one(header);
  if (tenantId === undefined || tenantPattern.test(tenantId)) return tenantId;
  throw lambdaError(
    "ValidationException",
    `1 validation error detected: Value '${tenantId}' at 'tenantId' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9\\._:\\/=+\\-@ ]+`,
  );
}

function choice<const Values extends readonly [string, ...string[]]>(
  headers: IncomingHttpHeaders,
  name: string,
  values: Values,
): Values[number] {
  const given = one(headers[name]);
  if (given === undefined || given === "") return values[0];
  if (values.includes(given)) return given as Values[number];
  const member = name === "x-amz-log-type" ? "logType" : "invocationType";
  throw lambdaError(
    "ValidationException",
    `1 validation error detected: Value '${given}' at '${member}' failed to satisfy constraint: Member must satisfy enum value set: [${values.join(", ")}]`,
  );
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

function sendNothing(reply: Pick<Reply, "send">, status: number, requestId: string): void {
  reply.send(status, ["x-amzn-RequestId", requestId], nothing);
}
