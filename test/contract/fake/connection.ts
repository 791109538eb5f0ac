// One TCP connection of the fake: requests in, one answer out for each, breaches noted.
import type { Socket } from "node:net";
import type { RecordedRequest } from "./recorded-request.ts";
import { parseRequests } from "./request-parser.ts";
import { type HttpReply, sendReply } from "./send-reply.ts";
import type { Delivery, Fault } from "./turn.ts";
import type { ViolationName } from "./violations.ts";

export interface Connection {
  socket: Socket;
  /** Sends the answer to the request that waits on this connection. */
  answer(request: RecordedRequest, reply: HttpReply, delivery?: Delivery): Promise<void>;
  /** Ends the connection in the fault's way instead. */
  fail(fault: Fault): void;
}

export interface ConnectionListener {
  /** The head has come; true when the rest of the request shall not be waited for. */
  head(request: RecordedRequest, connection: Connection): boolean;
  /** The whole request has come. */
  request(request: RecordedRequest, connection: Connection): void;
  /** The connection has ended; `request` is the one it leaves without an answer. */
  closed(request: RecordedRequest | undefined): void;
  violation(name: ViolationName, detail: string): void;
}

/** Serves a socket until it closes. */
export function serveConnection(socket: Socket, number: number, listener: ConnectionListener) {
  const served: RecordedRequest[] = [];
  let reading: RecordedRequest | undefined;
  let waiting: RecordedRequest | undefined;
  let abandoned = false;

  const connection: Connection = {
    socket,
    async answer(request, reply, delivery) {
      request.status = reply.status;
      // Noted before the bytes go out: the runtime may react before the write returns.
      request.answeredAtMs = performance.now();
      if (waiting === request) waiting = undefined;
      await sendReply(socket, reply, delivery);
    },
    fail(fault) {
      abandoned = true;
      waiting = undefined;
      if (fault === "end") socket.end();
      else if (fault === "half a head") socket.end("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Re");
      else socket.resetAndDestroy();
    },
  };

  const parser = parseRequests({
    head(head) {
      reading = {
        ...head,
        trailers: {},
        chunks: [],
        complete: false,
        connection: number,
        connectionClosed: false,
        arrivedAtMs: performance.now(),
      };
      served.push(reading);
      const odd = head.rawHeaders.find(([, value]) => /[^\t\x20-\x7e]/.test(value));
      if (odd) listener.violation("header outside ASCII", odd.join(": "));
      if (waiting) listener.violation("pipelined request", `${head.method} ${head.path}`);
      waiting = reading;
      if (listener.head(reading, connection)) reading = undefined;
    },
    chunk(bytes) {
      // A copy: a slice would keep the whole read buffer alive.
      reading?.chunks.push({ epochMs: Date.now(), bytes: Buffer.from(bytes) });
    },
    end(trailers) {
      const request = reading;
      reading = undefined;
      if (!request || abandoned) return;
      Object.assign(request, { trailers, complete: true, endedAtMs: performance.now() });
      listener.request(request, connection);
    },
    malformed(reason) {
      listener.violation("malformed request", reason);
      socket.end("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    },
  });

  socket.setNoDelay(true);
  socket.on("data", (bytes) => {
    if (!abandoned) parser.feed(bytes);
  });
  // A reset by the runtime is followed by "close", where it is judged.
  socket.on("error", () => {});
  socket.on("close", () => {
    for (const request of served) request.connectionClosed = true;
    if (reading && !abandoned) {
      listener.violation("truncated request", `${reading.method} ${reading.path}`);
    }
    listener.closed(waiting);
  });
}
