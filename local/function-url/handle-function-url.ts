// A request to a function URL: from HTTP to an event, through the function, and back to HTTP.

import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { FunctionUrlConfig } from "@aws-sdk/client-lambda";
import { maximumPayloadBytes } from "../../lambda/limits.ts";
import type { InvokeOutcome } from "../invoke/outcome.ts";
import { readBody } from "../runtime-api/read-body.ts";
import { ServiceError } from "../service-error.ts";
import { isPreflight, preflightHeaders, responseHeaders } from "./cross-origin.ts";
import { type Exchange, sendError, sendWhole } from "./exchange.ts";
import { requestEvent } from "./request-event.ts";
import { requestTarget } from "./request-target.ts";
import { requestTrace } from "./request-trace.ts";
import { sendBuffered } from "./send-buffered.ts";
import { sendStreamed } from "./send-streamed.ts";
import { checkSignature } from "./signature.ts";
import { idOfUrl, type UrlOwner, urlId } from "./url-id.ts";

export interface FunctionUrlInvokeOptions {
  readonly streaming: boolean;
  /** The id in the event; the invocation should have the same one. */
  readonly requestId: string;
  /** `Root=…;Parent=…;Sampled=…`; its root is the one in the event. */
  readonly traceId: string;
}

export interface FunctionUrlOptions extends UrlOwner {
  /**
   * The part of the path that belongs to the service, such as `/lambda-url/hello`; empty for none.
   */
  readonly prefix: string;
  readonly configuration: Pick<
    FunctionUrlConfig,
    "AuthType" | "Cors" | "FunctionUrl" | "InvokeMode"
  >;
  /** If it throws a ServiceError, that becomes the answer. */
  readonly invoke: (event: Buffer, options: FunctionUrlInvokeOptions) => Promise<InvokeOutcome>;
  /** The reason for an answer that does not give one: a sentence for the function's author. */
  readonly onFault?: (message: string) => void;
}

/**
 * Always answers, except when `invoke` throws an error that is not a ServiceError: that is
 * rethrown, with nothing written.
 */
export async function handleFunctionUrl(
  request: IncomingMessage,
  response: ServerResponse,
  options: FunctionUrlOptions,
): Promise<void> {
  const time = new Date();
  const trace = requestTrace(request.headers["x-amzn-trace-id"], time);
  const exchange: Exchange = {
    response,
    crossOrigin: responseHeaders(request, options.configuration.Cors),
    requestId: randomUUID(),
    traceId: trace.invocation,
    onFault: options.onFault ?? (() => {}),
  };
  const event = await admit({ exchange, request, options, time, traceHeader: trace.header });
  if (event === undefined) return;
  const { requestId, traceId } = exchange;
  const streaming = options.configuration.InvokeMode === "RESPONSE_STREAM";
  try {
    const outcome = await options.invoke(event, { streaming, requestId, traceId });
    const answered = { ...exchange, requestId: outcome.requestId, traceId: outcome.traceId };
    await (streaming ? sendStreamed : sendBuffered)(answered, outcome.result);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { status, type, message, fields } = error;
    exchange.onFault(`The function was not invoked: ${type}: ${message}`);
    sendError(exchange, status, type, { Type: "User", Message: message, ...fields });
  }
}

interface Arrived {
  readonly exchange: Exchange;
  readonly request: IncomingMessage;
  readonly options: FunctionUrlOptions;
  readonly time: Date;
  readonly traceHeader: string;
}

/** The event for the function; undefined when the request was answered without it, or broke off. */
async function admit(arrived: Arrived): Promise<Buffer | undefined> {
  const { exchange, request, options, time, traceHeader } = arrived;
  const { region, accountId } = options;
  const { AuthType: authType, Cors: cors, FunctionUrl: url } = options.configuration;
  // The body is always read first: a client that is still sending would not see an early answer.
  const body = await readBody(request, maximumPayloadBytes);
  if (body.kind === "broken") return;
  // Browsers sign no preflight, so it comes before the signature.
  if (cors !== undefined && isPreflight(request, cors)) {
    return sendPreflight({ ...exchange, crossOrigin: preflightHeaders(request, cors) });
  }
  const target = requestTarget(request.url ?? "/", options.prefix);
  const { signer, fault } =
    authType === "AWS_IAM" ? checkSignature(request, target.rawQueryString, time.getTime()) : {};
  if (fault !== undefined) return sendForbidden(exchange, fault);
  if (body.kind === "too-large") return sendTooLarge(exchange, body.size);
  const event = requestEvent({
    request,
    target,
    body: body.bytes,
    urlId: idOfUrl(url) ?? urlId(options),
    region,
    accountId,
    signer,
    requestId: exchange.requestId,
    traceHeader,
    time,
  });
  return event.length > maximumPayloadBytes ? sendTooLarge(exchange, event.length) : event;
}

function sendPreflight(exchange: Exchange): undefined {
  sendWhole(exchange, 200, [["Content-Type", "application/json"]], "");
}

/** The words are AWS's own. */
function sendForbidden(exchange: Exchange, fault: string): undefined {
  exchange.onFault(`The request is not signed as its AWS_IAM function URL demands: ${fault}`);
  sendError(exchange, 403, "AccessDeniedException", {
    Message:
      "Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
  });
}

function sendTooLarge(exchange: Exchange, size: number): undefined {
  sendError(exchange, 413, "RequestTooLargeException", {
    Type: "User",
    Message: `Request Entity Too Large: its event has ${size} bytes or more; Lambda takes at most ${maximumPayloadBytes}`,
  });
}
