// A connection of the runtime: plain polls and responses are answered here, and with the first call
// that is anything else Node's own HTTP server takes the connection over, for good. The short way
// halves what an invocation costs; Node's way is right for every client.
import { type Server, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { claim } from "./claim.ts";
import { deliver } from "./deliver.ts";
import type { Environment } from "./environment.ts";
import { type HotCall, readHotCall } from "./hot-call.ts";
import { invocationNext } from "./invocation-next.ts";
import { takeResponse } from "./invocation-response.ts";
import { maximumCopiedBytes, type Reply } from "./reply.ts";

/** Serves a connection until it ends; `server` need not listen. */
export function serveConnection(environment: Environment, server: Server, socket: Socket): void {
  /** Bytes that came while a poll was open: calls that are answered after it. */
  let early: Buffer | undefined;
  let isBusy = false;
  let requestId: string | undefined;

  // One for all calls: each is answered before the next one is read.
  const reply: Reply = {
    get call() {
      return requestId === undefined
        ? "GET /2018-06-01/runtime/invocation/next"
        : `POST /2018-06-01/runtime/invocation/${requestId}/response`;
    },
    isGone: () => socket.destroyed || socket.writableEnded,
    send(status, headers, body) {
      send(socket, status, headers, body);
      finish();
    },
  };

  const read = (bytes: Buffer): void => {
    let rest = early === undefined ? bytes : Buffer.concat([early, bytes]);
    early = undefined;
    while (rest.length > 0 && !isBusy) {
      const call = readHotCall(rest);
      if (call === undefined) {
        handOver(rest);
        return;
      }
      const body = rest.subarray(call.bodyStart, call.end);
      rest = rest.subarray(call.end);
      isBusy = true;
      requestId = call.requestId;
      answer(environment, call, body, reply);
    }
    if (rest.length === 0) return;
    early = rest;
    // Who sends before it is answered waits in the system's buffers, not in ours.
    socket.pause();
  };

  const finish = (): void => {
    isBusy = false;
    if (early === undefined) return;
    // Not at once: the answer may have been given by `read`, which goes on by itself.
    setImmediate(() => {
      if (isBusy || early === undefined || socket.destroyed) return;
      const bytes = early;
      early = undefined;
      socket.resume();
      read(bytes);
    });
  };

  const handOver = (bytes: Buffer): void => {
    socket.off("data", read).off("end", end).off("error", ignore);
    socket.pause();
    socket.unshift(bytes);
    server.emit("connection", socket);
    socket.resume();
  };

  // A client that has no more to say gets what it was answered, as from Node's server.
  const end = (): void => {
    socket.end();
  };

  socket.on("data", read).on("end", end).on("error", ignore);
}

/** A connection that breaks has said so by `close`; who waits for its bytes looks there. */
function ignore(): void {}

function answer(environment: Environment, call: HotCall, body: Buffer, reply: Reply): void {
  const { contentType, requestId } = call;
  if (requestId === undefined) {
    invocationNext(environment, reply);
    return;
  }
  const pending = claim(environment, requestId, "InvocationResponse", reply);
  if (pending === undefined) return;
  takeResponse(environment, pending, body, contentType, reply);
  deliver(environment);
}

function send(socket: Socket, status: number, headers: readonly string[], body: Buffer): void {
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n`;
  for (let index = 0; index < headers.length; index += 2) {
    head += `${headers[index]}: ${headers[index + 1]}\r\n`;
  }
  head += `Date: ${date()}\r\nContent-Length: ${body.length}\r\n\r\n`;
  if (body.length <= maximumCopiedBytes) {
    socket.write(head + body.toString("latin1"), "latin1");
    return;
  }
  socket.cork();
  socket.write(head, "latin1");
  socket.write(body);
  socket.uncork();
}

let dateText = "";
let dateSecond = 0;

/** The time of an answer; made once a second. */
function date(): string {
  const second = Math.floor(Date.now() / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = new Date(second * 1000).toUTCString();
  }
  return dateText;
}
