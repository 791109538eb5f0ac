// One request to a function URL and the answer to it, with the headers that every answer has.
import type { ServerResponse } from "node:http";
import type { FunctionError } from "../runtime-api/invocation.ts";
import type { Header } from "./answer.ts";

export interface Exchange {
  readonly response: ServerResponse;
  /** From the URL's Cors settings, for this request. */
  readonly crossOrigin: readonly Header[];
  readonly requestId: string;
  readonly traceId: string;
  /** Why the caller gets an error: a sentence for the function's author. */
  readonly onFault: (message: string) => void;
  /** Answers for a function that failed, where AWS's endpoint would say "Internal Server Error". */
  readonly fail?: (error: FunctionError) => void;
}

/** Writes status and headers; `length` in bytes when the whole body is known. */
export function sendHead(
  exchange: Exchange,
  status: number,
  headers: readonly Header[],
  length?: number,
): void {
  const all: Header[] = [
    ...headers,
    ...exchange.crossOrigin,
    ["x-amzn-RequestId", exchange.requestId],
    ["X-Amzn-Trace-Id", exchange.traceId],
  ];
  // An answer that cannot have a body must not announce one.
  if (length !== undefined && status !== 204 && status !== 304) {
    all.push(["Content-Length", String(length)]);
  }
  exchange.response.writeHead(status, all.flat());
}

/** Sends a whole answer; nothing when the client has gone. */
export function sendWhole(
  exchange: Exchange,
  status: number,
  headers: readonly Header[],
  body: string | Buffer,
): void {
  if (exchange.response.destroyed) return;
  sendHead(exchange, status, headers, Buffer.byteLength(body));
  exchange.response.end(body);
}

/** An error of the service, in the form of the Lambda API. */
export function sendError(
  exchange: Exchange,
  status: number,
  type: string,
  body: Readonly<Record<string, string>>,
): void {
  const headers: Header[] = [
    ["Content-Type", "application/json"],
    ["x-amzn-ErrorType", type],
  ];
  sendWhole(exchange, status, headers, JSON.stringify(body));
}

/**
 * The function failed, or its answer is not valid: AWS says no more than this, and the log has the
 * reason.
 */
export function sendBadGateway(exchange: Exchange, why: string, error?: FunctionError): void {
  exchange.onFault(why);
  if (exchange.fail !== undefined) {
    exchange.fail(error ?? invalidResponse(why));
    return;
  }
  const headers: Header[] = [["Content-Type", "application/json"]];
  sendWhole(exchange, 502, headers, "Internal Server Error");
}

function invalidResponse(errorMessage: string): FunctionError {
  const errorType = "Function.InvalidResponse";
  const body = Buffer.from(JSON.stringify({ errorType, errorMessage }));
  return { errorType, body, contentType: "application/json" };
}
