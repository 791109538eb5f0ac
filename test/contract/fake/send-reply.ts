// Writes one HTTP/1.1 answer to a socket, in as odd a way as its delivery says.
import { once } from "node:events";
import type { Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Delivery } from "./turn.ts";

export interface HttpReply {
  status: number;
  headers: [name: string, value: string][];
  body: Buffer;
}

const reasons: Record<number, string> = {
  200: "OK",
  202: "Accepted",
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  413: "Payload Too Large",
  500: "Internal Server Error",
};

/** Resolves when all is written; a socket that dies meanwhile is not an error of the fake. */
export async function sendReply(
  socket: Socket,
  reply: HttpReply,
  delivery: Delivery = {},
): Promise<void> {
  if (delivery.interim) {
    await write(socket, Buffer.from("HTTP/1.1 102 Processing\r\n\r\n"));
    await write(socket, Buffer.from("HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n"));
  }
  const head = renderHead(reply, delivery);
  const body = delivery.chunked ? inChunks(reply.body) : [reply.body];
  if (delivery.splitHead) {
    for (const byte of head) {
      await write(socket, Buffer.of(byte));
      // A turn of the loop between two bytes: the other side mostly reads them one by one.
      await nextTurn();
    }
  } else {
    body[0] = Buffer.concat([head, body[0] ?? Buffer.alloc(0)]);
  }
  for (const piece of body) await write(socket, piece);
  if (delivery.close) socket.end();
  if (delivery.thenReset) {
    // Let the answer leave the socket: a reset throws away what the other side has not read.
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.resetAndDestroy();
  }
}

function renderHead({ status, headers, body }: HttpReply, delivery: Delivery): Buffer {
  const framing: [string, string] = delivery.chunked
    ? ["Transfer-Encoding", "chunked"]
    : ["Content-Length", String(body.length)];
  const all = [...headers, framing];
  if (delivery.close) all.push(["Connection", "close"]);
  const lines = all.map(([name, value]) => {
    return `${delivery.lowerCase ? name.toLowerCase() : name}: ${value}\r\n`;
  });
  return Buffer.from(`HTTP/1.1 ${status} ${reasons[status] ?? "Odd"}\r\n${lines.join("")}\r\n`);
}

/** Uneven chunks, sizes in both cases of hexadecimal, a chunk extension and a trailer. */
function inChunks(body: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  let start = 0;
  for (let size = 1; start < body.length; size = size * 7 + 3) {
    const bytes = body.subarray(start, start + size);
    const hex = bytes.length.toString(16);
    const line = pieces.length % 2 === 0 ? hex.toUpperCase() : `${hex};part=${pieces.length}`;
    pieces.push(Buffer.concat([Buffer.from(`${line}\r\n`), bytes, Buffer.from("\r\n")]));
    start += size;
  }
  return [...pieces, Buffer.from("0\r\nX-Event-End: yes\r\n\r\n")];
}

async function write(socket: Socket, bytes: Buffer): Promise<void> {
  if (socket.destroyed || socket.write(bytes)) return;
  await Promise.race([once(socket, "drain"), once(socket, "close")]).catch(() => {
    // The runtime closed the connection; what it did is on record as a closed connection.
  });
}
