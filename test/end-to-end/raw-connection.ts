// HTTP as no client writes it: bytes to a port, and the bytes that come back.
import { connect, type Socket } from "node:net";

export interface RawConnection {
  readonly socket: Socket;
  write(text: string | Buffer): void;
  /** All that has come back so far. */
  received(): string;
  /** Resolves when the server has ended the connection. */
  readonly closed: Promise<void>;
  /** Resolves when the text matches; rejects with what came when the connection ends before. */
  until(pattern: RegExp): Promise<string>;
}

export function rawConnection(url: string): RawConnection {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  let received = "";
  let isOver = false;
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const look of waiting) look();
  };
  socket.setEncoding("latin1");
  socket.on("data", (text: string) => {
    received += text;
    wake();
  });
  // A server that refuses may reset the connection; what it said before is what counts.
  socket.on("error", () => {});
  const over = Promise.withResolvers<void>();
  for (const event of ["end", "close"]) {
    socket.on(event, () => {
      isOver = true;
      over.resolve();
      wake();
    });
  }
  return {
    socket,
    write: (text) => {
      socket.write(text);
    },
    received: () => received,
    closed: over.promise,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!pattern.test(received) && !isOver) return;
          waiting.delete(look);
          if (pattern.test(received)) resolve(received);
          else reject(new Error(`the connection ended, and ${pattern} never came: ${received}`));
        };
        waiting.add(look);
        look();
      }),
  };
}

/** Sends the bytes and gives all that comes until the server closes. */
export async function exchange(url: string, text: string | Buffer): Promise<string> {
  const connection = rawConnection(url);
  connection.write(text);
  await connection.closed;
  connection.socket.destroy();
  return connection.received();
}
