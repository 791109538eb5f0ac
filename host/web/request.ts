// The request that the script's server gets for an event.
import type { HttpRequest } from "../event/http-request.ts";
import { createContext, type Invocation, type InvocationContext } from "../invocation.ts";
import type { Platform } from "../settings.ts";
import type { WebRequest } from "./client.ts";

/** Headers of one connection (RFC 9110, section 7.6.1), and those that this request sets itself. */
const droppedHeaders = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authenticate",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
  "content-length",
  "x-amzn-request-context",
  "x-amzn-lambda-context",
  "x-amz-tenant-id",
];

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Undefined for a method that is not one of HTTP. */
export function webRequest(
  request: HttpRequest,
  invocation: Invocation,
  platform: Platform,
  basePath: string,
): WebRequest | undefined {
  const { method = "", source, scriptName, path, query, headers, cookies, body } = request;
  if (!token.test(method) || method === "CONNECT") return undefined;
  const named = new Set(
    headers
      .filter(([name]) => name.toLowerCase() === "connection")
      .flatMap(([, value]) => value.toLowerCase().split(/\s*,\s*/)),
  );
  const passed = headers.filter(([name]) => {
    const lower = name.toLowerCase();
    return (
      token.test(name) && lower !== "host" && !droppedHeaders.includes(lower) && !named.has(lower)
    );
  });
  const all = cookies.length > 0 ? [...passed, ["cookie", cookies.join("; ")] as const] : passed;
  const hasTrace = all.some(([name]) => name.toLowerCase() === "x-amzn-trace-id");
  // REST APIs hide the stage; the others have it in the path that clients see.
  const whole = withoutBase(source === "payload-1" ? path : scriptName + path, basePath);
  return {
    method,
    path: sendable(query === "" ? whole : `${whole}?${query}`),
    headers: [
      ...hostOf(request),
      ...all.flatMap(([name, value]) => [name, bytesOf(value)]),
      ...["x-amzn-request-context", asciiJson(request.requestContext)],
      ...lambdaHeaders(invocation, platform),
      ...(hasTrace || !invocation.traceId ? [] : ["x-amzn-trace-id", bytesOf(invocation.traceId)]),
    ],
    body,
  };
}

/** For an event that is not a request: the event itself. */
export function eventRequest(invocation: Invocation, platform: Platform, path: string): WebRequest {
  return {
    method: "POST",
    path: sendable(path),
    headers: [
      ...["content-type", "application/json"],
      ...lambdaHeaders(invocation, platform),
      ...(invocation.traceId ? ["x-amzn-trace-id", bytesOf(invocation.traceId)] : []),
    ],
    body: invocation.event,
  };
}

/** One, as a server demands; without one that it could take, the client names the server's address. */
function hostOf({ headers, domainName = "" }: HttpRequest): string[] {
  const named = headers.filter(([name]) => name.toLowerCase() === "host").map(([, value]) => value);
  const host = [...named, domainName].find((one) => /^[\w.:[\]-]+$/.test(one));
  return host === undefined ? [] : ["host", host];
}

function lambdaHeaders(invocation: Invocation, platform: Platform): string[] {
  const context = createContext(invocation, platform);
  const { tenantId } = context;
  return [
    ...["x-amzn-lambda-context", asciiJson({ ...context, ...adapterContext(context, invocation) })],
    ...(tenantId ? ["x-amz-tenant-id", bytesOf(tenantId)] : []),
  ];
}

/** The names that the Lambda Web Adapter has for it, so that servers written for it find theirs. */
function adapterContext(context: InvocationContext, { traceId }: Invocation): object {
  return {
    request_id: context.awsRequestId,
    deadline: context.deadlineMs,
    invoked_function_arn: context.invokedFunctionArn,
    xray_trace_id: traceId || undefined,
    client_context: context.clientContext,
    tenant_id: context.tenantId,
    env_config: {
      function_name: context.functionName,
      memory: Number(context.memoryLimitInMB),
      version: context.functionVersion,
      log_stream: context.logStreamName,
      log_group: context.logGroupName,
    },
  };
}

/** JSON that fits in a header: characters beyond ASCII are escaped, and nothing is lost. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value ?? null).replaceAll(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Removes a whole segment: `/v1` of `/v1/orders`, and never of `/v10`. */
function withoutBase(path: string, basePath: string): string {
  const base = basePath.replace(/\/+$/, "");
  const rest = base !== "" && path.startsWith(base) ? path.slice(base.length) : path;
  if (rest !== path && rest !== "" && !rest.startsWith("/")) return path;
  return rest.startsWith("/") ? rest : `/${rest}`;
}

/** A request line has no white space and no byte beyond ASCII. */
function sendable(path: string): string {
  return path.replaceAll(/[^\x21-\x7e]+/g, (text) => encodeURIComponent(text.toWellFormed()));
}

/** A value holds no control character but the tab (RFC 9110, section 5.5). */
function bytesOf(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a value may not hold
  return Buffer.from(value.replaceAll(/[\0-\x08\n-\x1f\x7f]/g, " ")).toString("latin1");
}
