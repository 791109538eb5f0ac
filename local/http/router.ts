// The routes of the service: which room answers a request.
import type { IncomingMessage, ServerResponse } from "node:http";
import { answerControl, sendCode } from "../control/answer.ts";
import { callFunctionUrl } from "../function-url/call.ts";
import { invoke, invokeAsync, invokeWithResponseStream } from "../invoke/invoke-operation.ts";
import { answerLogs } from "../logs/cloudwatch/answer.ts";
import { replyOf } from "../runtime-api/reply.ts";
import { lambdaError, ServiceError } from "../service-error.ts";
import type { Call, ServiceContext } from "./call.ts";
import { sendError } from "./send-error.ts";
import { readTarget } from "./target.ts";

interface Route {
  readonly method?: string;
  readonly path: RegExp;
  /** A header that the request must have. */
  readonly header?: string;
  /** Whether the room asks the guard itself, because the function decides which pages may call. */
  readonly guardsItself?: boolean;
  readonly answer: (call: Call, context: ServiceContext) => Promise<void>;
}

/** The first one that matches answers. */
const routes: readonly Route[] = [
  {
    method: "POST",
    path: /^\/2015-03-31\/functions\/([^/]+)\/invocations\/?$/,
    answer: invoke,
  },
  {
    method: "POST",
    path: /^\/2021-11-15\/functions\/([^/]+)\/response-streaming-invocations\/?$/,
    answer: invokeWithResponseStream,
  },
  {
    method: "POST",
    path: /^\/2014-11-13\/functions\/([^/]+)\/invoke-async\/?$/,
    answer: invokeAsync,
  },
  {
    path: /^\/lambda-url\/([\w.-]+)(?::([\w-]+))?(?=\/|$)/,
    guardsItself: true,
    answer: callFunctionUrl,
  },
  { method: "POST", path: /^\/$/, header: "x-amz-target", answer: answerLogs },
  { method: "GET", path: /^\/_stdlambda\/code\//, answer: sendCode },
  { path: /^/, answer: answerControl },
];

/** Answers every request, whatever goes wrong. */
export async function route(
  request: IncomingMessage,
  response: ServerResponse,
  context: ServiceContext,
): Promise<void> {
  try {
    const { path, query } = readTarget(request.url);
    const [found, groups] = find(request, path);
    if (!found.guardsItself) context.guard(request);
    await found.answer({ request, response, path, query, groups }, context);
  } catch (error) {
    fail(response, error, context);
  }
}

function find({ method, headers }: IncomingMessage, path: string): [Route, string[]] {
  for (const candidate of routes) {
    if (candidate.method !== undefined && candidate.method !== method) continue;
    if (candidate.header !== undefined && headers[candidate.header] === undefined) continue;
    const match = candidate.path.exec(path);
    if (match !== null) return [candidate, match];
  }
  throw new Error("the last route takes every request");
}

function fail(response: ServerResponse, error: unknown, { onFault }: ServiceContext): void {
  // The client is gone, or has half an answer: nothing more can be sent to it.
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const reply = replyOf(response);
  if (error instanceof ServiceError) {
    sendError(reply, error);
    return;
  }
  onFault(`${reply.call} failed: ${(error as Error).stack}`);
  sendError(reply, lambdaError("ServiceException", (error as Error).message));
}
