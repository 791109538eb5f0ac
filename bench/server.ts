// The Runtime API of the bench, a separate process: it serves numbered events, measures each from
// its first byte sent to the last byte of its answer, and compares every answer with its event. Raw
// node:net with one write per event, so that the runtime is measured and not the server.
import { createServer, type Socket } from "node:net";
import { requestEvent, type WireEvent, wireEvent } from "./event.ts";
import { type Request, requestReader } from "./requests.ts";

/** The commands to the server. */
export type Command =
  | { command: "expect" }
  | { command: "serve"; events: number; size: number; gapMs: number };

type News =
  | { report: "listening"; port: number }
  | { report: "polled"; at: bigint }
  | { report: "served"; latenciesNs: Float64Array; elapsedNs: number }
  | { report: "failed"; message: string };

/**
 * What the server reports, with the number of the command it belongs to; times are
 * process.hrtime.bigint(), which all processes of a machine share.
 */
export type Report = News & { turn: number };

type Work = {
  event: WireEvent;
  gapMs: number;
  served: number;
  id: string | undefined;
  sentAt: bigint;
  startedAt: bigint;
  latenciesNs: Float64Array;
};

const accepted = Buffer.from(
  'HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{"status":"OK"}',
);
const registered = Buffer.from(
  "HTTP/1.1 200 OK\r\nLambda-Extension-Identifier: bench\r\nContent-Length: 2\r\n\r\n{}",
);

const connections = new Set<Socket>();
const events = new Map<number, WireEvent>();
let poll: Socket | undefined;
let expecting = false;
let turn = 0;
let fault: string | undefined;
let work: Work | undefined;

const server = createServer({ noDelay: true }, (socket) => {
  connections.add(socket);
  const read = requestReader((request) => answer(socket, request));
  socket.on("data", (chunk) => {
    try {
      read(chunk);
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error));
    }
  });
  // A runtime that is killed resets its connections; only its pending poll matters, see below.
  socket.on("error", () => socket.destroy());
  socket.on("close", () => {
    connections.delete(socket);
    if (poll !== socket) return;
    poll = undefined;
    if (work !== undefined) fail("the runtime closed the connection of its pending poll");
  });
});

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object") {
    report({ report: "listening", port: address.port });
  }
});

process.on("message", (message: Command & { turn: number }) => {
  turn = message.turn;
  if (message.command === "expect") expectRuntime();
  else startWork(message.events, message.size, message.gapMs);
});
process.on("disconnect", () => process.exit());

function report(news: News): void {
  process.send?.({ ...news, turn });
}

// A fault between two pieces of work (a second poll, a late post) fails the next one.
function fail(message: string): void {
  work = undefined;
  fault = message;
  report({ report: "failed", message });
}

function expectRuntime(): void {
  work = undefined;
  fault = undefined;
  poll = undefined;
  expecting = true;
  for (const socket of connections) socket.destroy();
}

function startWork(count: number, size: number, gapMs: number): void {
  if (fault !== undefined) {
    fail(fault);
    return;
  }
  const event = events.get(size) ?? (size === 0 ? requestEvent() : wireEvent(size));
  events.set(size, event);
  work = {
    event,
    gapMs,
    served: 0,
    id: undefined,
    sentAt: 0n,
    startedAt: process.hrtime.bigint(),
    latenciesNs: new Float64Array(count),
  };
  if (poll !== undefined) next(poll, work);
}

function answer(socket: Socket, request: Request): void {
  if (request.path.startsWith("/2018-06-01/runtime/invocation/")) {
    if (request.method === "GET") takePoll(socket);
    else takeAnswer(socket, request);
  } else if (request.path === "/2020-01-01/extension/register") {
    socket.write(registered);
  } else if (request.path !== "/2020-01-01/extension/event/next") {
    throw new Error(`${request.method} ${request.path}: ${Buffer.concat(request.body)}`);
  }
}

function takePoll(socket: Socket): void {
  if (expecting) {
    expecting = false;
    report({ report: "polled", at: process.hrtime.bigint() });
  }
  if (poll !== undefined) throw new Error("the runtime polled while a poll was pending");
  if (work?.id !== undefined) throw new Error(`the runtime polled before it answered ${work.id}`);
  poll = socket;
  if (work !== undefined) next(socket, work);
}

function next(socket: Socket, current: Work): void {
  if (current.served === current.latenciesNs.length) {
    work = undefined;
    const elapsedNs = Number(process.hrtime.bigint() - current.startedAt);
    report({ report: "served", latenciesNs: current.latenciesNs, elapsedNs });
  } else if (current.gapMs > 0) setTimeout(send, current.gapMs, socket, current);
  else send(socket, current);
}

function send(socket: Socket, current: Work): void {
  if (current !== work) return;
  poll = undefined;
  current.id = current.event.renumber(current.served);
  current.sentAt = process.hrtime.bigint();
  socket.write(current.event.bytes);
}

function takeAnswer(socket: Socket, request: Request): void {
  const at = process.hrtime.bigint();
  if (work?.id === undefined) throw new Error(`${request.path} was not expected`);
  if (request.path !== `/2018-06-01/runtime/invocation/${work.id}/response`) {
    throw new Error(`event ${work.id} got ${request.path}: ${Buffer.concat(request.body)}`);
  }
  const { isAnswer, body } = work.event;
  if (isAnswer !== undefined && !isAnswer(Buffer.concat(request.body))) {
    throw new Error(`the answer to ${work.id} is another's: ${Buffer.concat(request.body)}`);
  }
  const difference = isAnswer === undefined ? differsAt(request.body, body) : -1;
  if (difference >= 0) throw new Error(`the answer to ${work.id} differs at byte ${difference}`);
  work.latenciesNs[work.served] = Number(at - work.sentAt);
  work.served += 1;
  work.id = undefined;
  socket.write(accepted);
}

/** The first byte at which the chunks differ from what is expected, or -1. */
function differsAt(chunks: Buffer[], expected: Buffer): number {
  let offset = 0;
  for (const chunk of chunks) {
    const part = expected.subarray(offset, offset + chunk.length);
    if (!chunk.equals(part)) return offset + chunk.findIndex((byte, at) => byte !== part[at]);
    offset += chunk.length;
  }
  return offset === expected.length ? -1 : offset;
}
