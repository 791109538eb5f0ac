// A connection whose plain requests are answered here; with the first one that is anything else
// Node's own HTTP server takes the connection over, for good. The short way halves what a request
// costs; Node's way is right for every client.
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { maximumCopiedBytes } from "../runtime-api/reply.ts";

export interface PlainConnection {
  /** Whether it is gone: nothing that is sent would arrive. */
  isGone(): boolean;
  /** Answers the one request that is open. `headers` are names and values in turn. */
  send(status: number, headers: readonly string[], body: Buffer): void;
}

export interface PlainService<Request extends { readonly end: number }> {
  /** Undefined unless the bytes begin with one whole request that is answered here. */
  read(bytes: Buffer): Request | undefined;
  /** Sends one answer, now or later; the next request is read only then. */
  answer(request: Request, bytes: Buffer): void;
  /** Gives the connection, its unread bytes put back, to Node's server. */
  handOver(socket: Socket): void;
}

/** Serves a connection until it ends; the server that took it must allow half-open ones. */
export function servePlainConnection<Request extends { readonly end: number }>(
  socket: Socket,
  open: (connection: PlainConnection) => PlainService<Request>,
): void {
  /** Bytes that came while a request was open: what is answered after it. */
  let early: Buffer | undefined;
  let isBusy = false;

  const service = open({
    isGone: () => socket.destroyed || socket.writableEnded,
    send(status, headers, body) {
      if (!socket.destroyed) send(socket, status, headers, body);
      finish();
    },
  });

  const read = (bytes: Buffer): void => {
    let rest = early === undefined ? bytes : Buffer.concat([early, bytes]);
    early = undefined;
    while (rest.length > 0 && !isBusy) {
      const request = service.read(rest);
      if (request === undefined) {
        handOver(rest);
        return;
      }
      const whole = rest;
      rest = rest.subarray(request.end);
      isBusy = true;
      service.answer(request, whole);
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
    service.handOver(socket);
    socket.resume();
  };

  // As Node's server does it: a client that ends its side gets what it was answered by then, and no more.
  const end = (): void => {
    socket.end();
  };

  socket.on("data", read).on("end", end).on("error", ignore);
}

/** A connection that breaks has said so by `close`; who waits for its bytes looks there. */
function ignore(): void {}

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
