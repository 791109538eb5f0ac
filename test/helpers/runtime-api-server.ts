// A small Runtime API: hands out a queue of events and collects what is posted for each.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

export interface Post {
  body: Buffer;
  headers: IncomingHttpHeaders;
  /** Trailers of a streaming post, names in lower case. */
  trailers: NodeJS.Dict<string>;
  /** The body as it arrived; `at` is `performance.now()` in milliseconds. */
  chunks: { at: number; bytes: Buffer }[];
}

export interface Answer extends Post {
  requestId: string;
  status: "response" | "error" | "init-error";
  /** What the host logged from the event until it asked for the next one. */
  log: string;
}

export type Event = string | Buffer | object;

export interface InvokeOptions {
  /** Added to the event's headers; `undefined` leaves a default one out. */
  headers?: Record<string, string | undefined>;
  /** Epoch milliseconds, as in the header; default ten seconds from now. */
  deadlineMs?: number;
}

export interface RuntimeApiServer {
  /** `127.0.0.1:PORT`. */
  address: string;
  invoke(event: Event, options?: InvokeOptions): Promise<Answer>;
  /** `undefined` once the host polled or ended without one. */
  initError: Promise<Post | undefined>;
  /** Settles what is open: the host will neither poll nor post again. */
  hostEnded(reason: string): void;
  close(): void;
}

interface Invocation {
  requestId: string;
  head: Record<string, string>;
  event: Buffer;
  logStart: number;
  post?: Post & { status: "response" | "error" };
  settle: PromiseWithResolvers<Answer>;
}

const api = "/2018-06-01/runtime";
const functionArn = "arn:aws:lambda:eu-central-1:123456789012:function:test";

/** `readLog` gives all that the host has logged so far. */
export async function startRuntimeApiServer(
  readLog: () => Promise<string>,
): Promise<RuntimeApiServer> {
  const queue: Invocation[] = [];
  const running = new Map<string, Invocation>();
  const polls: ServerResponse[] = [];
  const init = Promise.withResolvers<Post | undefined>();
  let initErrorPost: Post | undefined;
  let ended: string | undefined;

  const server = createServer(async (request, response) => {
    const path = request.url ?? "";
    if (request.method === "GET" && path === `${api}/invocation/next`) {
      init.resolve(undefined);
      await settlePosted();
      polls.push(response);
      deliver();
      return;
    }
    const post = await readPost(request).catch(() => undefined);
    if (!post) return; // The connection broke off: the host's end tells the test.
    const [, id = "", kind] = /\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    const invocation = running.get(decodeURIComponent(id));
    if (path === `${api}/init/error`) {
      initErrorPost = post;
      init.resolve(post);
    } else if (invocation && !invocation.post) {
      invocation.post = { ...post, status: kind === "error" ? "error" : "response" };
    } else {
      reply(response, 400, { errorType: "InvalidRequestID", errorMessage: `not open: ${path}` });
      return;
    }
    reply(response, 202, { status: "OK" });
  });
  // An idle connection stays open however long a script runs, as Lambda's does.
  server.keepAliveTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  async function deliver(): Promise<void> {
    while (queue.length > 0 && polls.length > 0) {
      const invocation = queue.shift() as Invocation;
      const poll = polls.shift() as ServerResponse;
      const { requestId, head, event } = invocation;
      running.set(requestId, invocation);
      invocation.logStart = (await readLog()).length;
      poll.writeHead(200, { ...head, "Content-Length": event.length }).end(event);
    }
  }

  // An invocation is over when the host asks for the next one or ends, not when it has posted.
  async function settlePosted(): Promise<void> {
    const posted = [...running.values()].filter(({ post }) => post);
    const log = await readLog();
    for (const { requestId, post, logStart, settle } of posted) {
      running.delete(requestId);
      if (post) settle.resolve({ ...post, requestId, log: log.slice(logStart) });
    }
  }

  async function settleUnanswered({ requestId, settle }: Invocation): Promise<void> {
    const log = await readLog();
    // As on Lambda, the caller of a function that could not start is given its init error.
    if (initErrorPost) settle.resolve({ ...initErrorPost, requestId, status: "init-error", log });
    else settle.reject(new Error(`the host ended without an answer (${ended}); log:\n${log}`));
  }

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    initError: init.promise,
    async invoke(event, { headers = {}, deadlineMs = Date.now() + 10_000 } = {}) {
      const requestId = headers["Lambda-Runtime-Aws-Request-Id"] ?? randomUUID();
      const head = eventHead({
        "Content-Type": "application/json",
        "Lambda-Runtime-Aws-Request-Id": requestId,
        "Lambda-Runtime-Deadline-Ms": String(deadlineMs),
        "Lambda-Runtime-Invoked-Function-Arn": functionArn,
        ...headers,
      });
      const settle = Promise.withResolvers<Answer>();
      const invocation = { requestId, head, event: eventBytes(event), logStart: 0, settle };
      if (ended === undefined) queue.push(invocation);
      else settleUnanswered(invocation);
      deliver();
      return settle.promise;
    },
    async hostEnded(reason) {
      ended = reason;
      await settlePosted();
      init.resolve(undefined);
      for (const invocation of [...running.values(), ...queue]) settleUnanswered(invocation);
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}

async function readPost(request: IncomingMessage): Promise<Post> {
  const chunks: Post["chunks"] = [];
  for await (const bytes of request) chunks.push({ at: performance.now(), bytes });
  const body = Buffer.concat(chunks.map(({ bytes }) => bytes));
  return { body, headers: request.headers, trailers: request.trailers, chunks };
}

function eventBytes(event: Event): Buffer {
  if (Buffer.isBuffer(event)) return event;
  return Buffer.from(typeof event === "string" ? event : JSON.stringify(event));
}

// Lambda sends header values as UTF-8; node:http writes them as Latin-1, so they are spelled in it.
function eventHead(headers: Record<string, string | undefined>): Record<string, string> {
  const present = Object.entries(headers).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    present.map(([name, value]) => [name, Buffer.from(value ?? "").toString("latin1")]),
  );
}
