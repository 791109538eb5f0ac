// Functions behind plain HTTP: the listener, the routes, and the end.
import type { IncomingMessage, ServerResponse } from "node:http";
import { availableParallelism } from "node:os";
import { exampleAccountId } from "../../lambda/account.ts";
import { createListener } from "../http/listener.ts";
import { readTarget } from "../http/target.ts";
import type { SandboxOptions } from "../sandbox/sandbox-options.ts";
import { settledWithin } from "../sandbox/settled-within.ts";
import { createStartSlots, startsPerProcessor } from "../sandbox/start-slots.ts";
import { createAccessLog } from "./access-log.ts";
import { answerRequest, type Home, newNotes, type RequestNotes } from "./answer-request.ts";
import { createMetrics, metricsContentType } from "./metrics.ts";
import { RefusedRequest } from "./refused-request.ts";
import { createServed, type Served, type ServedLimits } from "./served.ts";
import type { ServedFunction } from "./served-function.ts";

export interface ServeOptions extends ServedLimits {
  readonly functions: readonly ServedFunction[];
  /** Undefined for all addresses. */
  readonly host: string | undefined;
  /** 0 for a free one. */
  readonly port: number;
  readonly region: string;
  readonly sandbox: SandboxOptions;
  /** Of the service; Knative's names of the revision are looked for in it. */
  readonly env: NodeJS.ProcessEnv;
  /** Takes lines of the access log; undefined for none. */
  readonly onAccess: ((lines: string) => void) | undefined;
  /** Answers what is for none of the functions; true when it did. */
  readonly otherwise?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export interface Serving {
  readonly port: number;
  /** Resolves when all functions have started. */
  readonly ready: Promise<void>;
  /** Takes no more requests; ends when what runs is answered, or the time is over. */
  drain(graceMs: number): Promise<void>;
}

/** Paths that no function can have. */
export const ownPaths = ["healthz", "readyz", "metrics"] as const;

/** @throws Error when the port is taken. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { functions, region, sandbox } = options;
  const names = functions.map(({ settings }) => settings.name);
  const metrics = createMetrics(names, options.env);
  const log = options.onAccess && createAccessLog(options.onAccess);
  const home: Home = { region, accountId: exampleAccountId, onFault: sandbox.onFault };
  const allReady = Promise.withResolvers<void>();
  const all = new Map<string, Served>();
  const open = new Set<ServerResponse>();
  let isDraining = false;
  let onIdle = () => {};
  const listener = createListener(answer);
  const port = await listener.listen(options.host, options.port);
  const slots = createStartSlots(startsPerProcessor * availableParallelism());
  const isReady = () => [...all.values()].every((one) => one.isReady());
  for (const one of functions) {
    const served = createServed(
      one,
      options,
      {
        ...sandbox,
        onStart(name, how) {
          if (how === "started") metrics.startup(name);
          else if (all.size === functions.length && isReady()) allReady.resolve();
        },
      },
      slots,
    );
    all.set(served.name, served);
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const { path } = readTarget(request.url);
    const own = ownAnswer(path);
    if (own !== undefined) {
      request.resume();
      const { status, text, type = "text/plain; charset=utf-8" } = own;
      response
        .writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(text) })
        .end(text);
      return;
    }
    if (!isDraining && options.otherwise?.(request, response)) return;
    void answerFunction(request, response, path);
  }

  function ownAnswer(
    path: string,
  ): { readonly status: number; readonly text: string; readonly type?: string } | undefined {
    if (path === "/healthz") return { status: 200, text: "ok\n" };
    if (path === "/readyz") {
      if (isDraining) return { status: 503, text: "draining\n" };
      if (isReady()) return { status: 200, text: "ok\n" };
      const waiting = [...all.values()].filter((one) => !one.isReady()).map(({ name }) => name);
      return { status: 503, text: `starting: ${waiting.join(", ")}\n` };
    }
    if (path !== "/metrics") return undefined;
    const gauges = [...all.values()].map(({ name, admission }) => ({
      function: name,
      inFlight: admission.running(),
      queued: admission.waiting(),
    }));
    return { status: 200, text: metrics.text(gauges), type: metricsContentType };
  }

  async function answerFunction(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
  ): Promise<void> {
    const notes = newNotes();
    const found = isDraining ? undefined : find(path, all);
    metrics.started();
    open.add(response);
    noteEnd(request, response, path, found?.served.name, notes);
    try {
      if (isDraining) throw draining();
      if (found === undefined) throw unknown(path);
      await answerRequest(request, response, found.served, found.prefix, notes, home);
    } catch (error) {
      fail(request, response, error, notes);
    }
  }

  function fail(
    request: IncomingMessage,
    response: ServerResponse,
    error: unknown,
    notes: RequestNotes,
  ): void {
    const refused =
      error instanceof RefusedRequest
        ? error
        : new RefusedRequest(500, "Sandbox.Failure", (error as Error).message);
    if (refused !== error) sandbox.onFault(`a request failed: ${(error as Error).stack}`);
    notes.errorType = refused.type;
    // A client that is still writing would not see an answer.
    request.resume();
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    const { type: errorType, message: errorMessage } = refused;
    const body = JSON.stringify({ errorType, errorMessage });
    notes.bytesOut = Buffer.byteLength(body);
    response
      .writeHead(refused.status, {
        ...refused.headers,
        "Content-Type": "application/json",
        "Content-Length": notes.bytesOut,
        "x-amzn-RequestId": notes.requestId,
      })
      .end(body);
  }

  function noteEnd(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    name: string | undefined,
    notes: RequestNotes,
  ): void {
    const startedAt = performance.now();
    const { socket, method = "" } = request;
    const { remoteAddress, bytesWritten } = socket;
    response.once("close", () => {
      open.delete(response);
      if (open.size === 0) onIdle();
      const durationMs = performance.now() - startedAt;
      const status = response.writableFinished ? response.statusCode : clientGone;
      const { requestId, traceId, errorType, bytesIn, bytesOut, invoked } = notes;
      metrics.finished({
        function: name,
        method,
        status,
        seconds: durationMs / 1000,
        invoked,
        errorType,
      });
      log?.({
        method,
        path,
        function: name,
        status,
        durationMs: Math.round(durationMs * 1000) / 1000,
        bytesIn,
        bytesOut: bytesOut ?? socket.bytesWritten - bytesWritten,
        remoteAddress: remoteAddress?.replace(/^::ffff:/, ""),
        requestId,
        traceId: traceId || undefined,
        errorType,
      });
    });
  }

  return {
    port,
    ready: allReady.promise,
    async drain(graceMs) {
      isDraining = true;
      if (open.size > 0) {
        await settledWithin(
          graceMs,
          new Promise<void>((resolve) => {
            onIdle = resolve;
          }),
        );
      }
      listener.stop();
      await Promise.all([...all.values()].map((one) => one.close()));
      listener.destroy();
    },
  };
}

/** nginx's status for a client that did not wait for its answer. */
const clientGone = 499;

interface Found {
  readonly served: Served;
  /** What of the path names the function. */
  readonly prefix: string;
}

/** `/NAME`, and for HTTP what is below; a single function has every other path for HTTP, else `/`. */
function find(path: string, all: ReadonlyMap<string, Served>): Found | undefined {
  const [, segment = ""] = path.split("/", 2);
  const named = all.get(segment);
  const prefix = `/${segment}`;
  if (named !== undefined && (named.isHttp || path === prefix || path === `${prefix}/`)) {
    return { served: named, prefix };
  }
  const [only, ...others] = all.values();
  if (only === undefined || others.length > 0) return undefined;
  return only.isHttp || path === "/" ? { served: only, prefix: "" } : undefined;
}

function unknown(path: string): RefusedRequest {
  return new RefusedRequest(
    404,
    "NotFound",
    `There is no function at ${path.slice(0, 200)}; a function is at /NAME, and a single one at / too`,
  );
}

function draining(): RefusedRequest {
  return new RefusedRequest(
    503,
    "Draining",
    "This server is being stopped; send the request again",
    {
      Connection: "close",
      "Retry-After": "1",
    },
  );
}
