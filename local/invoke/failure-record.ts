// What is saved of an event that failed permanently: the record Lambda sends to a failure destination.
// See https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html

import { functionArn } from "../../lambda/arns.ts";
import type { ServiceError } from "../service-error.ts";

export type FailureCondition = "RetriesExhausted" | "EventAgeExceeded";

/** What is known about a failed attempt. */
export interface Failure {
  readonly executedVersion?: string;
  /** The error's body, as a caller would get it. */
  readonly payload?: Buffer;
  readonly serviceError?: ServiceError;
}

export function failureRecord(
  {
    functionName,
    qualifier,
    requestId,
    event,
  }: {
    readonly functionName: string;
    readonly qualifier?: string | undefined;
    readonly requestId: string;
    /** Base64. */
    readonly event: string;
  },
  condition: FailureCondition,
  attempts: number,
  { executedVersion, payload, serviceError }: Failure,
  home: { readonly region: string; readonly accountId: string },
): object {
  return {
    version: "1.0",
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId,
      functionArn: functionArn(home, functionName, qualifier ?? "$LATEST"),
      condition,
      approximateInvokeCount: attempts,
    },
    requestPayload: JSON.parse(Buffer.from(event, "base64").toString()),
    ...(payload !== undefined && {
      responseContext: { statusCode: 200, executedVersion, functionError: "Unhandled" },
      responsePayload: asJson(payload),
    }),
    ...(serviceError !== undefined && {
      responseContext: { statusCode: serviceError.status, functionError: serviceError.type },
      responsePayload: { errorType: serviceError.type, errorMessage: serviceError.message },
    }),
  };
}

/** A runtime may post an error that is not JSON. */
function asJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString());
  } catch {
    return payload.toString();
  }
}
