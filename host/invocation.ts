// One invocation as the Runtime API gave it; only this file knows its header names.
import type { Platform } from "./settings.ts";

const requestIdHeader = "lambda-runtime-aws-request-id";
const deadlineHeader = "lambda-runtime-deadline-ms";
const functionArnHeader = "lambda-runtime-invoked-function-arn";
const traceIdHeader = "lambda-runtime-trace-id";
const clientContextHeader = "lambda-runtime-client-context";
const cognitoIdentityHeader = "lambda-runtime-cognito-identity";
const tenantIdHeader = "lambda-runtime-aws-tenant-id";

export interface Invocation {
  /** Opaque, usually a UUID. */
  readonly id: string;
  /** Epoch milliseconds; undefined when the platform gave no plausible one. */
  readonly deadlineMs: number | undefined;
  readonly tenantId: string | undefined;
  /** X-Ray's trace header. */
  readonly traceId: string | undefined;
  /** All headers of the event, lower-case names, in the order they came. */
  readonly headers: ReadonlyMap<string, string>;
  /** The event's bytes as received, or the part of them that is for stdin. */
  readonly event: Buffer;
  /**
   * What a script finds in its environment in addition to the context: CGI's variables of a
   * request.
   */
  readonly variables?: Readonly<Record<string, string>>;
}

/** What a script finds in LAMBDA_RUNTIME_CONTEXT; the names of AWS's Node context. */
export interface InvocationContext {
  readonly awsRequestId: string;
  readonly invokedFunctionArn: string | undefined;
  readonly functionName: string | undefined;
  readonly functionVersion: string | undefined;
  readonly memoryLimitInMB: string | undefined;
  readonly logGroupName: string | undefined;
  readonly logStreamName: string | undefined;
  readonly deadlineMs: number | undefined;
  readonly tenantId: string | undefined;
  readonly clientContext: unknown;
  readonly identity: unknown;
}

/**
 * Makes the record from the answer to `next`; undefined without the one header that is required.
 */
export function createInvocation(
  headers: ReadonlyMap<string, string>,
  event: Buffer,
): Invocation | undefined {
  const id = headers.get(requestIdHeader);
  if (!id) return undefined;
  return {
    id,
    deadlineMs: readDeadline(headers.get(deadlineHeader)),
    tenantId: headers.get(tenantIdHeader) || undefined,
    traceId: headers.get(traceIdHeader) || undefined,
    headers,
    event,
  };
}

// A deadline that is not a number, or lies in the past when the event arrives (a clock that jumped,
// an emulator that sends a constant), cannot be kept; the platform's own limit still holds.
function readDeadline(text: string | undefined): number | undefined {
  const deadline = Number(text);
  return deadline > Date.now() && Number.isFinite(deadline) ? deadline : undefined;
}

export function createContext(invocation: Invocation, platform: Platform): InvocationContext {
  const { headers } = invocation;
  return {
    awsRequestId: invocation.id,
    invokedFunctionArn: headers.get(functionArnHeader) || undefined,
    functionName: platform.functionName,
    functionVersion: platform.functionVersion,
    memoryLimitInMB: platform.memoryLimitInMB,
    logGroupName: platform.logGroupName,
    logStreamName: platform.logStreamName,
    deadlineMs: invocation.deadlineMs,
    tenantId: invocation.tenantId,
    clientContext: parseJsonHeader(headers.get(clientContextHeader)),
    identity: parseJsonHeader(headers.get(cognitoIdentityHeader)),
  };
}

/** The event's headers as a plain object, for `(body, headers)` and LAMBDA_RUNTIME_HEADERS. */
export function headersObject(invocation: Invocation): Record<string, string> {
  return Object.fromEntries(invocation.headers);
}

// Managed Instances send empty strings for what is absent. A header that is not valid JSON is kept
// as text.
function parseJsonHeader(text: string | undefined): unknown {
  if (!text) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
