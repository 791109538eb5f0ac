// The two calls of every invocation, recognised in their plain form: a poll, and a whole response.
import { createHeadReader } from "../http/plain-head.ts";

const poll = "GET /2018-06-01/runtime/invocation/next HTTP/1.1";
const beforeRequestId = "POST /2018-06-01/runtime/invocation/";
const afterRequestId = "/response HTTP/1.1";

/** Not among them: the response mode, which asks for a stream. */
const readHead = createHeadReader([
  "content-type",
  "user-agent",
  "accept",
  "accept-encoding",
  "accept-language",
  "lambda-runtime-function-error-type",
]);

export interface HotCall {
  /** Of the invocation that is answered; undefined for a poll. */
  readonly requestId: string | undefined;
  readonly contentType: string | undefined;
  /** Where in the bytes the body begins, and where the call ends. */
  readonly bodyStart: number;
  readonly end: number;
}

/** Undefined unless the bytes begin with one whole call, body included. */
export function readHotCall(bytes: Buffer): HotCall | undefined {
  const head = readHead(bytes);
  if (head === undefined) return undefined;
  const { requestLine, fields, bodyStart, end } = head;
  const requestId = requestLine === poll ? undefined : readRequestId(requestLine);
  if (requestId === "" || (requestId === undefined && end > bodyStart)) return undefined;
  return { requestId, contentType: fields["content-type"], bodyStart, end };
}

/** Nothing in such an id is encoded. */
const plainId = /^[\w-]+$/;

/** Empty for every other request line. */
function readRequestId(requestLine: string): string {
  if (!requestLine.startsWith(beforeRequestId) || !requestLine.endsWith(afterRequestId)) return "";
  const requestId = requestLine.slice(beforeRequestId.length, -afterRequestId.length);
  return plainId.test(requestId) ? requestId : "";
}
