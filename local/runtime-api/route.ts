// Which operation a request is for.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Environment } from "./environment.ts";
import { extensionEventNext } from "./extensions/extension-event-next.ts";
import { extensionFailure } from "./extensions/extension-failure.ts";
import { extensionRegister, type FunctionDescription } from "./extensions/extension-register.ts";
import { initError } from "./init-error.ts";
import { invocationError } from "./invocation-error.ts";
import { invocationNext } from "./invocation-next.ts";
import { invocationResponse } from "./invocation-response.ts";
import { replyOf } from "./reply.ts";
import { restoreError } from "./restore-error.ts";
import { restoreNext } from "./restore-next.ts";
import { telemetry } from "./telemetry.ts";

const postOfInvocation = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/;

/** Resolves when the operation has done what it can; an open poll stays open. */
export async function route(
  environment: Environment,
  description: FunctionDescription,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? "").replace(/\?.*/s, "");
  const reply = replyOf(response);
  const [, requestId, post] = postOfInvocation.exec(path) ?? [];
  if (request.method === "POST" && requestId !== undefined) {
    const operation = post === "response" ? invocationResponse : invocationError;
    return operation(environment, decodeRequestId(requestId), request, reply);
  }
  switch (`${request.method} ${path}`) {
    case "GET /2018-06-01/runtime/invocation/next":
      return invocationNext(environment, reply);
    case "POST /2018-06-01/runtime/init/error":
      return initError(environment, request, reply);
    case "GET /2018-06-01/runtime/restore/next":
      if (!environment.snapStart) break;
      return restoreNext(environment, reply);
    case "POST /2018-06-01/runtime/restore/error":
      if (!environment.snapStart) break;
      return restoreError(environment, request, reply);
    case "POST /2020-01-01/extension/register":
      return extensionRegister(environment, description, request, reply);
    case "GET /2020-01-01/extension/event/next":
      return extensionEventNext(environment, request, reply);
    case "POST /2020-01-01/extension/init/error":
      return extensionFailure(environment, "InitError", request, reply);
    case "POST /2020-01-01/extension/exit/error":
      return extensionFailure(environment, "ExitError", request, reply);
    case "PUT /2022-07-01/telemetry":
      return telemetry("Telemetry", reply);
    case "PUT /2020-08-15/logs":
      return telemetry("Logs", reply);
    case "GET /2018-06-01/ping":
    case "GET /ping":
      reply.send(200, ["Content-Type", "text/plain; charset=utf-8"], Buffer.from("pong"));
      return;
  }
  environment.onFault(`${request.method} ${path} answered 404: no such operation`);
  const headers = ["Content-Type", "text/plain; charset=utf-8"];
  reply.send(404, headers, Buffer.from("404 page not found\n"));
}

/** An id that is badly encoded is no id that was given out. */
function decodeRequestId(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
