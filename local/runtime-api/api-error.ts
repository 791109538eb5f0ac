// The error answers of the Runtime API: status, type and message of each, and how one is sent.
import { maximumPayloadBytes } from "../../lambda/limits.ts";
import type { Environment } from "./environment.ts";
import { type Reply, sendJson } from "./reply.ts";
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
  /** Managed Instances only: the caller has its timeout error, and the runtime is still running. */
  invokeTimeout: {
    status: 410,
    errorType: "InvokeTimeout",
    errorMessage: "Invoke timeout",
  },
  requestEntityTooLarge: {
    status: 413,
    errorType: "RequestEntityTooLarge",
    errorMessage: `Exceeded maximum allowed payload size (${maximumPayloadBytes} bytes).`,
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
export function refuse(environment: Environment, reply: Reply, error: ApiError): void {
  const { status, errorType, errorMessage } = error;
  environment.onFault(`${reply.call} answered ${status} ${errorType}: ${errorMessage}`);
  sendJson(reply, status, { errorMessage, errorType });
}
