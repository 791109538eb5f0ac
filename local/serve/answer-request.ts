// One request to a function: from HTTP to an event, through the function, and back to HTTP.
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { sniffContentType } from "../../host/answer/sniff.ts";
import { maximumPayloadBytes } from "../../lambda/limits.ts";
import type { Header } from "../function-url/answer.ts";
import { type Exchange, sendWhole } from "../function-url/exchange.ts";
import { requestEvent } from "../function-url/request-event.ts";
import { requestTarget } from "../function-url/request-target.ts";
import { type RequestTrace, requestTrace } from "../function-url/request-trace.ts";
import { sendBuffered } from "../function-url/send-buffered.ts";
import { sendStreamed } from "../function-url/send-streamed.ts";
import { createTraceId } from "../invoke/trace-id.ts";
import { timeoutError } from "../runtime-api/function-error.ts";
import type { FunctionError, InvocationResult } from "../runtime-api/invocation.ts";
import { readBody } from "../runtime-api/read-body.ts";
import { type CloudEvent, eventBridgeEvent, readCloudEvent } from "./cloud-event.ts";
import { RefusedRequest } from "./refused-request.ts";
import { requestTimeout, timeoutHeader } from "./request-timeout.ts";
import type { Served } from "./served.ts";
import { xrayHeader } from "./trace-context.ts";

/** What the access log and the metrics are told beside the request itself. */
export interface RequestNotes {
  readonly requestId: string;
  traceId: string;
  bytesIn: number;
  /** Of a body that was sent whole; undefined where it was streamed. */
  bytesOut: number | undefined;
  invoked: boolean;
  errorType: string | undefined;
}

export function newNotes(): RequestNotes {
  return {
    requestId: randomUUID(),
    traceId: "",
    bytesIn: 0,
    bytesOut: undefined,
    invoked: false,
    errorType: undefined,
  };
}

export interface Home {
  readonly region: string;
  readonly accountId: string;
  readonly onFault: (message: string) => void;
}

const timeouts = new Set(["Function.Timeout", "Sandbox.Timedout"]);
const methods = "GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS";

/**
 * `prefix`: what of the path names the function. Resolves when the function is done with the request.
 * @throws RefusedRequest for a request that does not reach the function.
 */
export async function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  served: Served,
  prefix: string,
  notes: RequestNotes,
  home: Home,
): Promise<void> {
  const arrivedAt = performance.now();
  const time = new Date();
  const { headers } = request;
  const traceparent = headers.traceparent ?? headers["ce-traceparent"];
  const given = xrayHeader(traceparent?.toString()) ?? headers["x-amzn-trace-id"];
  const trace = given === undefined ? newTrace() : requestTrace(given, time);
  notes.traceId = trace.invocation;
  // Asked by probes and browsers: the function is not for them.
  if (!served.isHttp && (request.method === "HEAD" || request.method === "OPTIONS")) {
    request.resume();
    response.writeHead(204, { Allow: methods }).end();
    return;
  }
  if (served.admission.isFull()) throw tooMany(served.name);
  const seconds = requestTimeout(headers[timeoutHeader], served.timeoutSeconds);
  const deadline = arrivedAt + seconds * 1000;
  if (Number(headers["content-length"]) > maximumPayloadBytes) throw tooLarge();
  const body = await readBody(request, maximumPayloadBytes);
  if (body.kind === "too-large") throw tooLarge();
  if (body.kind === "broken") return;
  notes.bytesIn = body.bytes.length;
  const cloudEvent = served.isHttp ? undefined : readCloudEvent(headers, body.bytes);
  const event = served.isHttp
    ? httpEvent(request, body.bytes, served.name, prefix, trace.header, notes, time, home)
    : cloudEvent === undefined
      ? plainEvent(body.bytes)
      : eventBridgeEvent(cloudEvent, home);
  if (event.length > maximumPayloadBytes) throw tooLarge();

  const gone = new AbortController();
  const onClose = () => gone.abort();
  response.once("close", onClose);
  const timer = setTimeout(onClose, deadline - performance.now());
  const entering = served.admission.enter(gone.signal);
  if (entering === "full") {
    clearTimeout(timer);
    throw tooMany(served.name);
  }
  const leave = await entering;
  clearTimeout(timer);
  // From here on the function runs to its end, whether or not somebody waits.
  response.off("close", onClose);
  const exchange: Exchange = {
    response,
    crossOrigin: [],
    requestId: notes.requestId,
    traceId: notes.traceId,
    // The error is the answer, and the log has the function's own lines.
    onFault: () => {},
    fail: (error) => sendFailure(exchange, error, notes),
  };
  const late = timeoutError(notes.requestId, seconds);
  if (leave === undefined) {
    if (!response.destroyed) sendFailure(exchange, late, notes);
    return;
  }
  try {
    const { requestId, traceId } = notes;
    const running = await served.run({ event, requestId, traceId, deadline });
    if (running === "late") {
      sendFailure(exchange, late, notes);
      return;
    }
    notes.invoked = true;
    const reply = cloudEvent && replyHeaders(cloudEvent, served.name, notes.requestId);
    await sendResult(exchange, running.result, served.isHttp, reply, notes);
    await running.over;
  } finally {
    leave();
  }
}

function newTrace(): RequestTrace {
  const invocation = createTraceId();
  return { invocation, header: invocation.slice(0, invocation.indexOf(";")) };
}

/** Nothing means an event without content, as in Lambda's Invoke. */
function plainEvent(body: Buffer): Buffer {
  return body.length === 0 ? Buffer.from("{}") : body;
}

function httpEvent(
  request: IncomingMessage,
  body: Buffer,
  name: string,
  prefix: string,
  traceHeader: string,
  { requestId }: RequestNotes,
  time: Date,
  { region, accountId }: Home,
): Buffer {
  return requestEvent({
    request,
    target: requestTarget(request.url ?? "/", prefix),
    body,
    urlId: name,
    region,
    accountId,
    signer: undefined,
    requestId,
    traceHeader,
    time,
    behindGateway: true,
  });
}

async function sendResult(
  exchange: Exchange,
  result: InvocationResult,
  isHttp: boolean,
  reply: readonly Header[] | undefined,
  notes: RequestNotes,
): Promise<void> {
  if (result.kind === "error") return sendFailure(exchange, result, notes);
  if (result.kind === "stream") {
    await sendStreamed({ ...exchange, crossOrigin: reply ?? [] }, result);
    notes.errorType ??= (await result.ended)?.errorType;
    return;
  }
  if (isHttp) {
    notes.bytesOut = result.body.length;
    return sendBuffered(exchange, result);
  }
  const { body } = result;
  notes.bytesOut = body.length;
  if (reply !== undefined && isNothing(body)) return sendWhole(exchange, 204, [], "");
  const headers: Header[] = [["Content-Type", contentType(result)], ...(reply ?? [])];
  sendWhole(exchange, 200, headers, body);
}

/** JSON is what a host says of a body that nobody has named. */
function contentType({
  contentType,
  body,
}: {
  readonly contentType: string;
  readonly body: Buffer;
}): string {
  return contentType === "application/json" ? sniffContentType(body) : contentType;
}

function isNothing(body: Buffer): boolean {
  return body.length === 0 || (body.length < 8 && body.toString().trim() === "null");
}

/** A broker takes an answer with a body only as an event: the response is its data. */
function replyHeaders(
  { type, source }: CloudEvent,
  name: string,
  requestId: string,
): readonly Header[] | undefined {
  const own = `/${name}`;
  // An answer to an answer of its own would go round in a circle.
  if (source === own) return undefined;
  return [
    ["ce-specversion", "1.0"],
    ["ce-id", requestId],
    ["ce-source", own],
    ["ce-type", encodeURI(`${type}.response`)],
  ];
}

function sendFailure(exchange: Exchange, error: FunctionError, notes: RequestNotes): void {
  const { errorType, body } = error;
  notes.errorType = typeInBody(body) ?? errorType;
  notes.bytesOut = body.length;
  sendWhole(
    exchange,
    timeouts.has(errorType) ? 504 : 500,
    [["Content-Type", error.contentType]],
    body,
  );
}

/** The function's own name for it, which is finer than what the platform is told. */
function typeInBody(body: Buffer): string | undefined {
  try {
    const { errorType } = JSON.parse(body.toString()) as { errorType?: unknown };
    return typeof errorType === "string" ? errorType.slice(0, 100) : undefined;
  } catch {
    return undefined;
  }
}

function tooMany(name: string): RefusedRequest {
  return new RefusedRequest(
    429,
    "TooManyRequests",
    `${name} has as many requests as it may run and queue; try again`,
    { "Retry-After": "1" },
  );
}

function tooLarge(): RefusedRequest {
  return new RefusedRequest(
    413,
    "RequestTooLarge",
    `The event is larger than ${maximumPayloadBytes} bytes, which is Lambda's limit`,
    { Connection: "close" },
  );
}
