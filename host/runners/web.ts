// Mode `web`: the script is an HTTP server, started once; each HTTP event is a request to it.

import { maximumPayloadBytes } from "../../lambda/limits.ts";
import { type Failure, failureFromThrown, hostFailure } from "../answer/failure.ts";
import type { HttpAnswer, HttpHead } from "../answer/http-answer.ts";
import { failed, type Outcome, type Pump, response } from "../answer/outcome.ts";
import { httpContentType, preludeOf } from "../answer/prelude.ts";
import { proxyAnswer, proxyHead } from "../answer/proxy-answer.ts";
import { type Ending, failureFromEnding } from "../answer/script-failure.ts";
import { atDeadline, endingTimes } from "../deadline.ts";
import { HostError } from "../errors.ts";
import { type HttpRequest, readHttpRequest } from "../event/http-request.ts";
import type { Invocation } from "../invocation.ts";
import { tooLarge } from "../process/answer-by-child.ts";
import { createCollector } from "../process/collector.ts";
import { endChildren } from "../process/end-children.ts";
import { replenishPipes } from "../process/pipes.ts";
import type { WebClient, WebRequest, WebResponse } from "../web/client.ts";
import { loadClient } from "../web/load-client.ts";
import { eventRequest, webRequest } from "../web/request.ts";
import { startWebServer, type WebServer, type WebStart } from "../web/server.ts";
import type { ScriptCommand } from "./command.ts";
import type { Runner, Surroundings } from "./runner.ts";

/** An init has 10 s on demand; the message must be posted within them. */
const readyWithinMs = 9500;

/** Of one connection (RFC 9110, section 7.6.1); the length is that of the answer. */
const droppedHeaders = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "content-length",
];

interface Serving {
  readonly server: WebServer;
  readonly client: WebClient;
}

export function webRunner(command: ScriptCommand, surroundings: Surroundings): Runner {
  const { settings, platform, log } = surroundings;
  const { web } = settings;
  const isErrorStatus = statusMatcher(web.errors);
  let serving: Serving | undefined;

  async function start(readyBy: number): Promise<Serving> {
    await replenishPipes();
    const loading = loadClient();
    const { readyPath } = web;
    const started = await startWebServer(command, {
      environment: command.environment,
      directory: platform.taskRoot,
      port: web.port,
      log,
      readyBy,
      isReady: readyPath === undefined ? undefined : async (at) => answers(at, readyPath, readyBy),
    });
    if (started.kind !== "ready") throw notReady(started, web.port);
    const { createWebClient } = await loading;
    return { server: started.server, client: createWebClient(started.server.origin) };
  }

  async function answers(origin: string, path: string, readyBy: number): Promise<boolean> {
    const { createWebClient } = await loadClient();
    const client = createWebClient(origin);
    try {
      const signal = AbortSignal.timeout(Math.max(1, readyBy - Date.now()));
      const request = { method: "GET", path, headers: ["host", "localhost"], body: undefined };
      return (await client.send(request, signal)).status < 500;
    } catch {
      return false;
    } finally {
      await client.close();
    }
  }

  /** The server that runs, or a new one when it has ended. */
  async function ready(readyBy: number): Promise<Serving> {
    if (serving?.server.child.running) return serving;
    await serving?.client.close();
    serving = undefined;
    serving = await start(readyBy);
    return serving;
  }

  async function run(invocation: Invocation): Promise<Outcome> {
    const started = Date.now();
    const times = endingTimes(invocation.deadlineMs);
    const { server, client } = await ready(times?.terminateAt ?? started + readyWithinMs);
    const request = readHttpRequest(invocation.event);
    const isHttp = request !== undefined && request.source !== "websocket";
    const sent = isHttp
      ? webRequest(request, invocation, platform, web.basePath)
      : eventRequest(invocation, platform, web.eventsPath);
    if (sent === undefined) return wholeAnswer(methodNotAllowed, request as HttpRequest);
    const abort = new AbortController();
    const cancel = atDeadline(invocation.deadlineMs, () => abort.abort(timedOut(started)));
    server.serving(invocation);
    let isStreamed = false;
    try {
      const answer = await sendTwice(client, server, sent, abort.signal);
      if (!isHttp) return await eventOutcome(answer);
      if (isErrorStatus(answer.status)) return failed(await errorStatus(answer));
      const takesStream = request.source === "payload-1" || request.source === "payload-2";
      if (settings.stdout === "stream" && takesStream) {
        isStreamed = true;
        return streamed(answer, request, server, () => {
          cancel();
          server.serving(undefined);
        });
      }
      return wholeAnswer({ ...headOf(answer), body: await bodyOf(answer) }, request);
    } catch (error) {
      return failed(await failureOf(error, server));
    } finally {
      if (!isStreamed) {
        cancel();
        // Its log lines, written before the answer, are in the pipe: one turn of the loop reads them.
        await new Promise(setImmediate);
        server.serving(undefined);
      }
    }
  }

  return {
    async prepare() {
      await ready(Date.now() + readyWithinMs);
    },
    run,
    async stop() {
      await serving?.client.close();
      await endChildren(serving === undefined ? [] : [serving.server.child]);
    },
  };
}

/** What a closed connection swallowed is sent again, once, on a new one. */
async function sendTwice(
  client: WebClient,
  { child }: WebServer,
  request: WebRequest,
  signal: AbortSignal,
): Promise<WebResponse> {
  try {
    return await client.send(request, signal);
  } catch (error) {
    if ((error as { isStale?: boolean }).isStale !== true) throw error;
    // A server that has ended closed it, too; it may have begun with the request.
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (!child.running) throw error;
    return client.send(request, signal);
  }
}

async function bodyOf({ body }: WebResponse): Promise<Buffer> {
  const output = createCollector();
  for await (const piece of body) {
    if (!output.push(Buffer.from(piece))) throw tooLargeSignal;
  }
  return output.bytes();
}

/** Thrown to leave the reading, which closes the connection. */
const tooLargeSignal = Symbol("too large");

function headOf({ status, headers }: WebResponse): HttpHead {
  const kept = headers.filter(([name]) => !droppedHeaders.includes(name.toLowerCase()));
  return { status, reason: undefined, headers: kept };
}

function wholeAnswer(answer: HttpAnswer, { source }: HttpRequest): Outcome {
  const bytes = proxyAnswer(answer, source);
  return bytes.length > maximumPayloadBytes ? failed(tooLarge()) : response(bytes);
}

const methodNotAllowed: HttpAnswer = {
  status: 405,
  reason: undefined,
  headers: [["content-type", "text/plain; charset=utf-8"]],
  body: Buffer.from("Method Not Allowed"),
};

function streamed(
  answer: WebResponse,
  { source }: HttpRequest,
  server: WebServer,
  onEnd: () => void,
): Outcome {
  const pump: Pump = async (write) => {
    try {
      if (!(await write(preludeOf(proxyHead(headOf(answer), source))))) return undefined;
      for await (const piece of answer.body) if (!(await write(piece))) break;
      return undefined;
    } catch (error) {
      return await failureOf(error, server);
    } finally {
      onEnd();
    }
  };
  return { kind: "stream", contentType: httpContentType, pump };
}

async function eventOutcome(answer: WebResponse): Promise<Outcome> {
  if (answer.status < 200 || answer.status > 299) return failed(await errorStatus(answer));
  return response(await bodyOf(answer));
}

async function errorStatus(answer: WebResponse): Promise<Failure> {
  const body = (await bodyOf(answer)).toString("utf8", 0, 1000).trim();
  return hostFailure(
    "Function.ErrorStatus",
    `The server answered with status ${answer.status}${body === "" ? "" : `: ${body}`}`,
  );
}

async function failureOf(error: unknown, server: WebServer): Promise<Failure> {
  if (error === tooLargeSignal) return tooLarge();
  if (error instanceof HostError) return failureFromThrown(error);
  // The connection breaks before the news of the process's end comes.
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, 200, undefined));
  const ending = await Promise.race([server.finished, late]);
  if (ending !== undefined) return failureFromServerEnd(ending, server.lastLines());
  return hostFailure(
    "Function.ServerFailed",
    `The server broke off the request: ${(error as Error).message}. Its last lines may say why.`,
  );
}

/** A server is not to end, whatever its status. */
function failureFromServerEnd(ending: Ending, lastLines: string): Failure {
  return (
    failureFromEnding(ending, lastLines) ?? {
      errorType: "Function.Exit0",
      errorMessage: "The server ended with status 0 while it had a request in hand.",
      stackTrace: [],
    }
  );
}

function timedOut(started: number): HostError {
  return new HostError(
    "Function.Timeout",
    `The server had not answered after ${((Date.now() - started) / 1000).toFixed(2)} seconds, just before the function's timeout. The request was aborted; the server goes on. Raise the timeout, or make it faster.`,
  );
}

function notReady(start: Exclude<WebStart, { kind: "ready" }>, port: number): HostError {
  if (start.kind === "taken") {
    return new HostError(
      "Runtime.ServerNotReady",
      `Another program listens on port ${port} already. Set STDLAMBDA_WEB_PORT to a free one.`,
    );
  }
  const last = start.lastLines === "" ? "It wrote nothing." : `Its last lines:\n${start.lastLines}`;
  const what =
    start.kind === "late"
      ? `The server accepted no connection on port ${port} in time. Let it listen on the port in PORT, or set STDLAMBDA_WEB_PORT to the port it uses.`
      : `The server ended ${endingInWords(start.ending)} before it accepted a connection on port ${port}.`;
  return new HostError("Runtime.ServerNotReady", `${what} ${last}`);
}

function endingInWords(ending: Ending): string {
  switch (ending.kind) {
    case "exit":
      return `with status ${ending.status}`;
    case "signal":
      return `by ${ending.signal}`;
    case "not-started":
      return `at once (${ending.reason})`;
    case "failed":
      return `(${ending.failure.errorMessage})`;
  }
}

/** `500,502-504`; the setting has been checked. */
function statusMatcher(list: string | undefined): (status: number) => boolean {
  const ranges = (list ?? "")
    .split(",")
    .filter(Boolean)
    .map((range) => range.split("-").map(Number));
  return (status) => ranges.some(([from = 0, to = from]) => status >= from && status <= to);
}
