// The answer to one call: an operation sends it once, now or much later.
import type { ServerResponse } from "node:http";

export interface Reply {
  /** Method and path, `GET /2018-06-01/runtime/invocation/next`, for messages. */
  readonly call: string;
  /** Whether the connection is gone, so that nothing would arrive. */
  isGone(): boolean;
  /** Sends the whole answer. `headers` are names and values in turn; Content-Length is added. */
  send(status: number, headers: readonly string[], body: Buffer): void;
}

/** Up to this many bytes a copy is cheaper than a second piece for the system to gather. */
const maximumCopiedBytes = 16 * 1024;

export function replyOf(response: ServerResponse): Reply {
  return {
    get call() {
      return `${response.req.method} ${response.req.url}`;
    },
    // The socket knows that a connection is closed before the response does.
    isGone: () => response.destroyed || !response.req.socket.writable,
    send(status, headers, body) {
      response.writeHead(status, [...headers, "Content-Length", String(body.length)]);
      // Node joins a text with its head into one write.
      if (body.length > maximumCopiedBytes) response.end(body);
      else response.end(body.toString("latin1"), "latin1");
    },
  };
}

const json = ["Content-Type", "application/json"];
const statusOk = Buffer.from('{"status":"OK"}');

/** Answers a post that was taken. */
export function accept(reply: Reply): void {
  reply.send(202, json, statusOk);
}

export function sendJson(
  reply: Reply,
  status: number,
  value: object,
  headers: readonly string[] = [],
): void {
  reply.send(status, [...json, ...headers], Buffer.from(JSON.stringify(value)));
}
