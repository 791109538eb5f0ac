// A Runtime API of Managed Instances for the bench: every poll gets an event at once, on whatever
// connection it comes, and every answer is compared with its event.
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { wireEvent } from "./event.ts";

const accepted = Buffer.from(
  'HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{"status":"OK"}\n',
);
const headEnd = Buffer.from("\r\n\r\n");
const size = 200;

export interface ManyServer extends AsyncDisposable {
  readonly address: string;
  /** Answers per second from now on, for so long. Rejects with the first answer that was wrong. */
  measure(milliseconds: number): Promise<number>;
}

export async function startManyServer(): Promise<ManyServer> {
  const sockets = new Set<Socket>();
  let answers = 0;
  let numbers = 0;
  let wrong: string | undefined;
  const expected = wireEvent(size);

  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    const event = wireEvent(size);
    let waiting = Buffer.alloc(0);

    function answer(head: string, body: Buffer): void {
      if (head.startsWith("GET ")) {
        event.renumber(++numbers);
        socket.write(event.bytes);
        return;
      }
      // A client may post on another connection than it has polled on.
      const number = /\/invocation\/(\d{8})\S*\/response HTTP/.exec(head)?.[1];
      expected.renumber(Number(number));
      if (!body.equals(expected.body)) {
        wrong ??= `${head.split("\r\n")[0]} ${body.toString("latin1", 0, 200)}`;
      }
      answers++;
      socket.write(accepted);
    }

    socket.on("data", (piece) => {
      waiting = waiting.length === 0 ? piece : Buffer.concat([waiting, piece]);
      for (let end = waiting.indexOf(headEnd); end !== -1; end = waiting.indexOf(headEnd)) {
        const head = waiting.toString("latin1", 0, end);
        const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
        const next = end + headEnd.length + length;
        if (waiting.length < next) return;
        answer(head, waiting.subarray(end + headEnd.length, next));
        waiting = waiting.subarray(next);
      }
    });
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async measure(milliseconds) {
      const before = answers;
      const start = performance.now();
      await sleep(milliseconds);
      const rate = ((answers - before) * 1000) / (performance.now() - start);
      if (wrong !== undefined) throw new Error(`a wrong answer: ${wrong}`);
      return rate;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
