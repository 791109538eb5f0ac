// Which room of the service a request belongs to.
import { open } from "node:fs/promises";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { pipeline } from "node:stream/promises";
import { zipFileOf } from "../control/code-source.ts";
import type { ControlContext } from "../control/context.ts";
import { functionUrlOriginAllowed } from "../function-url/cross-origin.ts";
import { handleFunctionUrl } from "../function-url/handle-function-url.ts";
import type { EventQueue } from "../invoke/event-queue.ts";
import { type InvokeContext, invokeFunction } from "../invoke/invoke-function.ts";
import { invokeOperation, invokeWithResponseStream } from "../invoke/invoke-operation.ts";
import { type PlainInvocation, readPlainInvocation } from "../invoke/plain-invocation.ts";
import type { LogStore } from "../logs/log-store.ts";
import { type Body, readBody } from "../runtime-api/read-body.ts";
import { type Reply, replyOf } from "../runtime-api/reply.ts";
import type { SandboxedFunction } from "../sandbox/sandboxed-function.ts";
import { ServiceError } from "../service-error.ts";
import type { UrlRecord } from "../store/records.ts";
import type { Store } from "../store/store.ts";
import type { Guard } from "./guard.ts";
import { servePlainConnection } from "./plain-connection.ts";
import { sendError } from "./send-error.ts";

export interface RouterContext {
  readonly guard: Guard;
  readonly invoke: InvokeContext;
  readonly queue: EventQueue;
  readonly logs: LogStore;
  readonly concurrencyLimit: number;
  /** A sentence for whoever runs the service. */
  readonly onFault: (message: string) => void;
}

/** CloudWatch Logs takes no request of this size, and its filters are short. */
const maximumLogsBytes = 1024 * 1024;

const invocations = /^\/2015-03-31\/functions\/([^/]+)\/invocations\/?$/;
const streams = /^\/2021-11-15\/functions\/([^/]+)\/response-streaming-invocations\/?$/;
const functionUrl = /^\/lambda-url\/([a-zA-Z0-9-_.]+)(?::([a-zA-Z0-9-_]+))?(?=\/|$)/;

/** Answers every request, whatever goes wrong. */
export async function route(
  request: IncomingMessage,
  response: ServerResponse,
  context: RouterContext,
): Promise<void> {
  try {
    await dispatch(request, response, context);
  } catch (error) {
    // Gone, or half answered: nothing more can be said to this caller.
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    sendFailure(replyOf(response), error, context);
  }
}

/** Serves a connection: plain invocations at once, all else by Node's `server`, which need not listen. */
export function routeConnection(socket: Socket, server: Server, context: RouterContext): void {
  servePlainConnection<PlainInvocation>(socket, (connection) => {
    const reply: Reply = { ...connection, call: "Invoke" };
    return {
      read: readPlainInvocation,
      answer: (call, bytes) => void invokePlainly(call, bytes, reply, context),
      handOver: (taken) => server.emit("connection", taken),
    };
  });
}

async function invokePlainly(
  call: PlainInvocation,
  bytes: Buffer,
  reply: Reply,
  context: RouterContext,
): Promise<void> {
  const { functionName, headers, bodyStart, end } = call;
  try {
    context.guard(call, () => false);
    const body: Body = { kind: "whole", bytes: bytes.subarray(bodyStart, end) };
    const invocation = { functionName, qualifier: undefined, headers, body: () => body, reply };
    await invokeOperation(invocation, context.invoke, context.queue);
  } catch (error) {
    sendFailure(reply, error, context);
  }
}

function sendFailure(reply: Reply, error: unknown, { onFault }: RouterContext): void {
  if (error instanceof ServiceError) {
    sendError(reply, error);
    return;
  }
  onFault(`${reply.call} failed: ${(error as Error).stack}`);
  sendError(reply, new ServiceError("ServiceException", 500, (error as Error).message));
}

async function dispatch(
  request: IncomingMessage,
  response: ServerResponse,
  context: RouterContext,
): Promise<void> {
  const { method = "GET", url = "/" } = request;
  const queryAt = url.indexOf("?");
  const path = queryAt < 0 ? url : url.slice(0, queryAt);
  const query = queryAt < 0 ? "" : url.slice(queryAt + 1);

  const page = functionUrl.exec(path);
  if (page !== null) {
    const [prefix, name, alias] = page as unknown as [string, string, string | undefined];
    return callFunctionUrl(request, response, { prefix, name, alias }, context);
  }
  context.guard(request, () => false);
  if (method === "POST") {
    const called = invocations.exec(path);
    if (called !== null) {
      const call = {
        ...invokeCall(called[1] as string, query),
        headers: request.headers,
        body: (limit: number) => readBody(request, limit),
        reply: replyOf(response),
      };
      return invokeOperation(call, context.invoke, context.queue);
    }
    const streamed = streams.exec(path);
    if (streamed !== null) {
      const call = { ...invokeCall(streamed[1] as string, query), request, response };
      return invokeWithResponseStream(call, context.invoke);
    }
    const { "x-amz-target": target } = request.headers;
    if (path === "/" && typeof target === "string") {
      return callLogs(request, response, target, context);
    }
  }
  return callControl(request, response, { method, path, query }, context);
}

function invokeCall(segment: string, query: string) {
  return {
    functionName: segment.includes("%") ? decode(segment) : segment,
    qualifier:
      query === "" ? undefined : (new URLSearchParams(query).get("Qualifier") ?? undefined),
  };
}

/** A name that is badly encoded is none that exists. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

async function callFunctionUrl(
  request: IncomingMessage,
  response: ServerResponse,
  called: { readonly prefix: string; readonly name: string; readonly alias: string | undefined },
  { guard, invoke, onFault }: RouterContext,
): Promise<void> {
  const { prefix, name, alias } = called;
  const record = invoke.store.functions.get(name);
  const url = record?.urls.find((candidate: UrlRecord) => candidate.qualifier === alias);
  guard(
    request,
    (origin) => url !== undefined && functionUrlOriginAllowed(origin, url.configuration),
  );
  if (url === undefined) {
    throw new ServiceError(
      "ResourceNotFoundException",
      404,
      record === undefined
        ? `There is no function ${name}`
        : `The function ${name} has no URL${alias ? ` for ${alias}` : ""}; make one with create-function-url-config, or by "url": true in stdlambda.config.json`,
    );
  }
  await handleFunctionUrl(request, response, {
    functionName: name,
    qualifier: alias,
    prefix,
    configuration: url.configuration,
    region: invoke.region,
    accountId: invoke.accountId,
    invoke: (event, { requestId, traceId }) =>
      invokeFunction({ functionName: name, qualifier: alias, event, requestId, traceId }, invoke),
    onFault,
  });
}

async function callLogs(
  request: IncomingMessage,
  response: ServerResponse,
  target: string,
  { logs, invoke }: RouterContext,
): Promise<void> {
  // Loaded when somebody asks: most runs of the service never do.
  const { handleLogsApi } = await import("../logs/cloudwatch/handle-logs-api.ts");
  const body = await readWhole(request, maximumLogsBytes);
  const answer = handleLogsApi(target, body, logs, invoke);
  response.writeHead(answer.status, {
    "Content-Type": "application/x-amz-json-1.1",
    "Content-Length": Buffer.byteLength(answer.body),
  });
  response.end(answer.body);
}

async function callControl(
  request: IncomingMessage,
  response: ServerResponse,
  call: { readonly method: string; readonly path: string; readonly query: string },
  context: RouterContext,
): Promise<void> {
  const { method, path } = call;
  const { store, region, accountId } = context.invoke;
  const zip = method === "GET" ? zipFileOf(path, store) : undefined;
  if (zip !== undefined) return sendZip(response, zip);
  const { handleControl, maximumRequestBytes } = await import("../control/handle.ts");
  const body = await readWhole(request, maximumRequestBytes);
  const requestId = crypto.randomUUID();
  const control: ControlContext = {
    store,
    region,
    accountId,
    endpoint: `http://${request.headers.host}`,
    concurrencyLimit: context.concurrencyLimit,
  };
  const query = new URLSearchParams(call.query);
  const answer = await handleControl(
    { method, path, query, headers: request.headers, body, requestId },
    control,
  );
  if (answer === undefined) {
    throw new ServiceError(
      "UnknownOperationException",
      404,
      `${method} ${path} is no operation of Lambda; this is a local Lambda service (stdlambda dev)`,
    );
  }
  // Its environments would lie there for minutes, with nobody to invoke them.
  if (method === "DELETE") context.invoke.fleet.retireUnless((version) => isKept(version, store));
  response.writeHead(answer.status, { "x-amzn-RequestId": requestId, ...answer.headers });
  response.end(answer.body);
}

function isKept(
  { name, version, servedInPlace }: SandboxedFunction,
  { functions }: Store,
): boolean {
  const record = functions.get(name);
  // A handler of a folder that was asked for by its name is in no record.
  if (record === undefined) return servedInPlace;
  return (
    version === "$LATEST" || record.versions.some((one) => one.configuration.Version === version)
  );
}

async function sendZip(response: ServerResponse, path: string): Promise<void> {
  // Opened before the pipeline, which would end the connection with what cannot be read.
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    throw new ServiceError("ResourceNotFoundException", 404, "This code is not kept any more");
  });
  response.writeHead(200, { "Content-Type": "application/zip" });
  await pipeline(file.createReadStream(), response);
}

async function readWhole(request: IncomingMessage, limit: number): Promise<Buffer> {
  const body = await readBody(request, limit);
  if (body.kind === "whole") return body.bytes;
  if (body.kind === "broken") throw new Error("The request broke off");
  const message = `Request must be smaller than ${limit} bytes for the operation`;
  throw new ServiceError("RequestEntityTooLargeException", 413, message);
}
