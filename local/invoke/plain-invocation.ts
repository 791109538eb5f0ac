// POST …/invocations in its plain form, as AWS's clients, curl and Node send it: the one request of
// the service whose time matters.
import type { IncomingHttpHeaders } from "node:http";
import { createHeadReader } from "../http/plain-head.ts";

/**
 * Those that Invoke and the guard look at, and those that change nothing. Not among them: Origin and
 * Sec-Fetch-Site, by which the guard knows a web page.
 */
const readHead = createHeadReader([
  "authorization",
  "x-stdlambda-token",
  "x-amz-invocation-type",
  "x-amz-log-type",
  "x-amz-client-context",
  "x-amz-tenant-id",
  "x-amzn-trace-id",
  "content-type",
  "user-agent",
  "accept",
  "accept-encoding",
  "accept-language",
  "sec-fetch-mode",
  "amz-sdk-invocation-id",
  "amz-sdk-request",
  "x-amz-user-agent",
  "x-amz-date",
  "x-amz-content-sha256",
  "x-amz-security-token",
]);

const requestLine = /^POST (\/2015-03-31\/functions\/([\w.-]+)\/invocations) HTTP\/1\.1$/;

export interface PlainInvocation {
  readonly url: string;
  readonly functionName: string;
  readonly headers: IncomingHttpHeaders;
  /** Where in the bytes the event begins, and where the request ends. */
  readonly bodyStart: number;
  readonly end: number;
}

/** Undefined unless the bytes begin with one whole request, event included. */
export function readPlainInvocation(bytes: Buffer): PlainInvocation | undefined {
  const head = readHead(bytes);
  if (head === undefined) return undefined;
  const [, url, functionName] = requestLine.exec(head.requestLine) ?? [];
  if (url === undefined || functionName === undefined) return undefined;
  return { url, functionName, headers: head.fields, bodyStart: head.bodyStart, end: head.end };
}
