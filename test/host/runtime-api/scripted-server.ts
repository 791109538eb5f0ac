// A server that answers with scripted bytes: one script for each connection, the last for all that follow.
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Address } from "../../../host/runtime-api/address.ts";

export interface Peer {
  readonly socket: Socket;
  /** Waits for the next whole request: its head, and its body as Content-Length or chunks say. */
  request(): Promise<ReceivedRequest>;
  /** Writes each piece by itself, so that the other side reads them apart. */
  write(...pieces: (string | Uint8Array)[]): Promise<void>;
  /** Closes the sending side. */
  end(): void;
  /** Breaks the connection with RST. */
  reset(): void;
}

export interface ReceivedRequest {
  readonly head: string;
  /** As it was sent: chunks are not joined. */
  readonly body: Buffer;
}

export interface ScriptedServer extends AsyncDisposable {
  readonly address: Address;
  /** Connections so far. */
  readonly connections: number;
  /** Requests of all connections that `request` has read. */
  readonly requests: readonly ReceivedRequest[];
}

export type ConnectionScript = (peer: Peer) => unknown;

export async function startScriptedServer(...scripts: ConnectionScript[]): Promise<ScriptedServer> {
  const sockets = new Set<Socket>();
  const requests: ReceivedRequest[] = [];
  let connections = 0;
  // Half-open connections stay open, so that a script decides who closes.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {}); // A client that breaks off is what some scripts are about.
    const script = scripts[Math.min(connections, scripts.length - 1)] as ConnectionScript;
    connections++;
    void Promise.resolve(script(peerOf(socket, requests))).catch((error) => {
      if (!socket.destroyed) socket.destroy(error);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: { host: "127.0.0.1", port: (server.address() as AddressInfo).port },
    get connections() {
      return connections;
    },
    requests,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** An address at which nobody listens. */
export async function unusedAddress(): Promise<Address> {
  const server = await startScriptedServer(() => {});
  const { address } = server;
  await server[Symbol.asyncDispose]();
  return address;
}

/** A response with Content-Length. */
export function sized(status: number, body: string | Uint8Array = "", ...fields: string[]): Buffer {
  const bytes = Buffer.from(body as string);
  const lines = [`HTTP/1.1 ${status} X`, ...fields, `Content-Length: ${bytes.length}`, "", ""];
  return Buffer.concat([Buffer.from(lines.join("\r\n")), bytes]);
}

/** The answer to a poll. */
export function nextAnswer(id: string, event: string | Uint8Array = "{}"): Buffer {
  return sized(200, event, `Lambda-Runtime-Aws-Request-Id: ${id}`);
}

function peerOf(socket: Socket, requests: ReceivedRequest[]): Peer {
  const input = createInput(socket);
  return {
    socket,
    async request() {
      const headEnd = (await input.positionOf("\r\n\r\n", 0)) + 4;
      const head = input.take(headEnd).toString("latin1");
      const length = /^Transfer-Encoding: chunked\r$/im.test(head)
        ? await endOfChunks(input)
        : Number(/^Content-Length: (\d+)\r$/im.exec(head)?.[1] ?? 0);
      await input.atLeast(length);
      const received = { head, body: input.take(length) };
      requests.push(received);
      return received;
    },
    async write(...pieces) {
      for (const piece of pieces) {
        if (piece.length > 0) socket.write(piece);
        await delay(0);
      }
    },
    end: () => void socket.end(),
    reset: () => void socket.resetAndDestroy(),
  };
}

async function endOfChunks(input: Input): Promise<number> {
  for (let at = 0; ; ) {
    const lineEnd = await input.positionOf("\r\n", at);
    const size = Number.parseInt(input.text(at, lineEnd), 16);
    if (size === 0) return (await input.positionOf("\r\n\r\n", lineEnd)) + 4;
    at = lineEnd + 2 + size + 2;
    await input.atLeast(at);
  }
}

type Input = ReturnType<typeof createInput>;

/** What has come and was not taken. It reads only while somebody asks, so the rest stays unread. */
function createInput(socket: Socket) {
  let bytes = Buffer.alloc(4096);
  let length = 0;
  let wake: () => void = () => {};
  let listening = false;

  function add(piece: Buffer): void {
    if (length + piece.length > bytes.length) {
      bytes = Buffer.concat([bytes], 2 * (length + piece.length));
    }
    piece.copy(bytes, length);
    length += piece.length;
    wake();
  }

  async function more(): Promise<void> {
    if (!listening) {
      listening = true;
      socket.on("data", add);
      socket.on("end", () => wake());
      socket.on("close", () => wake());
    }
    const before = length;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
    if (length === before) throw new Error("the client has closed");
  }

  return {
    async atLeast(wanted: number): Promise<void> {
      while (length < wanted) await more();
    },
    async positionOf(mark: string, from: number): Promise<number> {
      for (;;) {
        const at = bytes.subarray(0, length).indexOf(mark, from);
        if (at !== -1) return at;
        await more();
      }
    },
    text: (from: number, to: number) => bytes.toString("latin1", from, to),
    take(count: number): Buffer {
      const taken = Buffer.from(bytes.subarray(0, count));
      bytes.copyWithin(0, count, length);
      length -= count;
      return taken;
    },
  };
}
