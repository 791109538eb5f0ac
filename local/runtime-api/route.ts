// The routes of the Runtime API and the Extensions API: which operation a request is for.
import type { IncomingMessage, ServerResponse } from "node:http";
import { readTarget } from "../http/target.ts";
import type { Environment } from "./environment.ts";
import { extensionEventNext } from "./extensions/extension-event-next.ts";
import { extensionFailure } from "./extensions/extension-failure.ts";
import { extensionRegister, type FunctionDescription } from "./extensions/extension-register.ts";
import { initError } from "./init-error.ts";
import { invocationError } from "./invocation-error.ts";
import { invocationNext } from "./invocation-next.ts";
import { invocationResponse } from "./invocation-response.ts";
import { type Reply, replyOf } from "./reply.ts";
import { restoreError } from "./restore-error.ts";
import { restoreNext } from "./restore-next.ts";
import { telemetry } from "./telemetry.ts";

interface Call {
  readonly environment: Environment;
  readonly description: FunctionDescription;
  readonly request: IncomingMessage;
  readonly reply: Reply;
  /** The request id in the path. */
  readonly id: string;
}

interface Route {
  readonly method: "GET" | "POST" | "PUT";
  readonly path: RegExp;
  /** Elsewhere the path is unknown. */
  readonly onlyWith?: "snapStart";
  readonly answer: (call: Call) => void | Promise<void>;
}

const routes: readonly Route[] = [
  {
    method: "GET",
    path: /^\/2018-06-01\/runtime\/invocation\/next$/,
    answer: ({ environment, reply }) => invocationNext(environment, reply),
  },
  {
    method: "POST",
    path: /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/response$/,
    answer: ({ environment, id, request, reply }) =>
      invocationResponse(environment, id, request, reply),
  },
  {
    method: "POST",
    path: /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/error$/,
    answer: ({ environment, id, request, reply }) =>
      invocationError(environment, id, request, reply),
  },
  {
    method: "POST",
    path: /^\/2018-06-01\/runtime\/init\/error$/,
    answer: ({ environment, request, reply }) => initError(environment, request, reply),
  },
  {
    method: "GET",
    path: /^\/2018-06-01\/runtime\/restore\/next$/,
    onlyWith: "snapStart",
    answer: ({ environment, reply }) => restoreNext(environment, reply),
  },
  {
    method: "POST",
    path: /^\/2018-06-01\/runtime\/restore\/error$/,
    onlyWith: "snapStart",
    answer: ({ environment, request, reply }) => restoreError(environment, request, reply),
  },
  {
    method: "POST",
    path: /^\/2020-01-01\/extension\/register$/,
    answer: ({ environment, description, request, reply }) =>
      extensionRegister(environment, description, request, reply),
  },
  {
    method: "GET",
    path: /^\/2020-01-01\/extension\/event\/next$/,
    answer: ({ environment, request, reply }) => extensionEventNext(environment, request, reply),
  },
  {
    method: "POST",
    path: /^\/2020-01-01\/extension\/init\/error$/,
    answer: ({ environment, request, reply }) =>
      extensionFailure(environment, "InitError", request, reply),
  },
  {
    method: "POST",
    path: /^\/2020-01-01\/extension\/exit\/error$/,
    answer: ({ environment, request, reply }) =>
      extensionFailure(environment, "ExitError", request, reply),
  },
  {
    method: "PUT",
    path: /^\/2022-07-01\/telemetry$/,
    answer: ({ reply }) => telemetry("Telemetry", reply),
  },
  { method: "PUT", path: /^\/2020-08-15\/logs$/, answer: ({ reply }) => telemetry("Logs", reply) },
  {
    method: "GET",
    path: /^(?:\/2018-06-01)?\/ping$/,
    answer: ({ reply }) => reply.send(200, text, Buffer.from("pong")),
  },
];

const text = ["Content-Type", "text/plain; charset=utf-8"];

/** Resolves when the operation has done what it can; an open poll stays open. */
export async function route(
  environment: Environment,
  description: FunctionDescription,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { path } = readTarget(request.url);
  const reply = replyOf(response);
  const allowed: string[] = [];
  for (const { method, path: pattern, onlyWith, answer } of routes) {
    const match = pattern.exec(path);
    if (match === null || (onlyWith !== undefined && !environment[onlyWith])) continue;
    if (request.method === method) {
      return answer({ environment, description, request, reply, id: decode(match[1] ?? "") });
    }
    allowed.push(method);
  }
  refuse(environment, path, allowed, request, reply);
}

/** As AWS's router answers: a path that exists has other methods. */
function refuse(
  environment: Environment,
  path: string,
  allowed: readonly string[],
  { method }: IncomingMessage,
  reply: Reply,
): void {
  if (allowed.length > 0) {
    environment.onFault(`${method} ${path} answered 405: the method is ${allowed.join(" or ")}`);
    reply.send(405, ["Allow", allowed.join(", ")], Buffer.alloc(0));
    return;
  }
  environment.onFault(`${method} ${path} answered 404: no such operation`);
  reply.send(404, text, Buffer.from("404 page not found\n"));
}

/** An id that is badly encoded is not one that was given out. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
