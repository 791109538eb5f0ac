// The error answers of the Runtime API: status, type and message of each, and how one is sent.
import type { ServerResponse } from "node:http";
import { maximumResponseBytes } from "../../host/answer/limit.ts";
import type { Environment } from "./environment.ts";
import type { State } from "./state.ts";

export interface ApiError {
  readonly status: number;
  readonly errorType: string;
  readonly errorMessage: string;
}

export const apiErrors = {
  invalidRequestId: {
    status: 400,
    errorType: "InvalidRequestID",
    errorMessage: "Invalid request ID",
  },
  invalidFunctionResponseMode: {
    status: 400,
    errorType: "InvalidFunctionResponseMode",
    errorMessage: "Invalid function response mode",
  },
  requestEntityTooLarge: {
    status: 413,
    errorType: "RequestEntityTooLarge",
    errorMessage: `Exceeded maximum allowed payload size (${maximumResponseBytes} bytes).`,
  },
} as const satisfies Record<string, ApiError>;

/** The answer to a call that the environment's state does not allow. */
export function invalidStateTransition(from: State, to: State): ApiError {
  return {
    status: 403,
    errorType: "InvalidStateTransition",
    errorMessage: `State transition from ${from} to ${to} failed for runtime. Error: State transition is not allowed`,
  };
}

/** Answers a call with an error, and tells the environment's owner of it. */
export function refuse(environment: Environment, response: ServerResponse, error: ApiError): void {
  const { status, errorType, errorMessage } = error;
  const { method, url } = response.req;
  environment.onFault(`${method} ${url} answered ${status} ${errorType}: ${errorMessage}`);
  sendJson(response, status, { errorMessage, errorType });
}

/** Answers a post that was taken. */
export function accept(response: ServerResponse): void {
  sendJson(response, 202, { status: "OK" });
}

export function sendJson(response: ServerResponse, status: number, value: object): void {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
  });
  response.end(body);
}
