// Which operation a request is for.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Environment } from "./environment.ts";
import { extensionEventNext } from "./extension-event-next.ts";
import { extensionRegister, type FunctionDescription } from "./extension-register.ts";
import { initError } from "./init-error.ts";
import { invocationError } from "./invocation-error.ts";
import { invocationNext } from "./invocation-next.ts";
import { invocationResponse } from "./invocation-response.ts";

const postOfInvocation = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/;

/** Resolves when the operation has done what it can; an open poll stays open. */
export async function route(
  environment: Environment,
  description: FunctionDescription,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? "").replace(/\?.*/s, "");
  const [, requestId, post] = postOfInvocation.exec(path) ?? [];
  if (request.method === "POST" && requestId !== undefined) {
    const operation = post === "response" ? invocationResponse : invocationError;
    return operation(environment, decode(requestId), request, response);
  }
  switch (`${request.method} ${path}`) {
    case "GET /2018-06-01/runtime/invocation/next":
      return invocationNext(environment, response);
    case "POST /2018-06-01/runtime/init/error":
      return initError(environment, request, response);
    case "POST /2020-01-01/extension/register":
      return extensionRegister(environment, description, request, response);
    case "GET /2020-01-01/extension/event/next":
      return extensionEventNext(environment, request, response);
    case "GET /2018-06-01/ping":
    case "GET /ping":
      response.end("pong");
      return;
    default:
      environment.onFault(`${request.method} ${path} answered 404: no such operation`);
      response.writeHead(404, { "Content-Type": "text/plain; charset=utf-8" });
      response.end("404 page not found\n");
  }
}

/** An id that is badly encoded is no id that was given out. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
