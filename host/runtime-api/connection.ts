// One keep-alive HTTP/1.1 connection to the Runtime API over node:net, one request at a time.
// Own code, because undici more than doubles the cold start and node:http the latency (docs/performance.md).
import { connect, type Socket } from "node:net";
import { type BodyReader, createBodyReader } from "./body.ts";
import { maximumHeadBytes, parseResponseHead, type ResponseHead } from "./response-head.ts";

export interface Response {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** The connection broke, or what came was no HTTP; `reused` says it had served a request before. */
export class ConnectionError extends Error {
  override name = "ConnectionError";
  readonly reused: boolean;

  constructor(message: string, reused: boolean, options?: ErrorOptions) {
    super(message, options);
    this.reused = reused;
  }
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface Connection {
  /**
   * Sends one request and resolves with the whole response. It never times out: a poll may wait for
   * as long as the sandbox is frozen. `head` is the request line and fields up to the empty line.
   * @throws ConnectionError when the connection ends before the response does.
   */
  request(head: string, body?: Uint8Array): Promise<Response>;
  close(): void;
}

/** Bodies up to this size are copied behind their head, so that both leave in one write. */
const copiedBodyBytes = 16 * 1024;

export function openConnection(address: Address): Connection {
  // The socket reads into one buffer for ever (`onread`), so an idle host holds no garbage.
  const readBuffer = Buffer.allocUnsafeSlow(64 * 1024);
  let socket: Socket | undefined;
  let served = 0;
  let pending: { resolve(response: Response): void; reject(error: Error): void } | undefined;
  let unparsed: Buffer | undefined;
  let head: ResponseHead | undefined;
  let body: BodyReader | undefined;

  function open(): Socket {
    served = 0;
    const opened = connect({
      host: address.host,
      port: address.port,
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (length) => {
          if (opened === socket) receive(readBuffer.subarray(0, length));
          return true;
        },
      },
    });
    opened.on("error", (error) => lose(opened, error));
    opened.on("close", () => lose(opened, undefined));
    return opened;
  }

  function receive(bytes: Buffer): void {
    try {
      parse(bytes);
    } catch (error) {
      discard();
      fail(`the Runtime API's answer is no HTTP: ${(error as Error).message}`, error);
    }
  }

  function parse(bytes: Buffer): void {
    let rest = unparsed === undefined ? bytes : Buffer.concat([unparsed, bytes]);
    unparsed = undefined;
    while (rest.length > 0) {
      if (pending === undefined) throw new Error("bytes came that no request asked for");
      if (body === undefined) {
        const end = rest.indexOf("\r\n\r\n");
        if (end > maximumHeadBytes || (end === -1 && rest.length > maximumHeadBytes)) {
          throw new Error(`its head is larger than ${maximumHeadBytes} bytes`);
        }
        if (end === -1) {
          unparsed = Buffer.from(rest);
          return;
        }
        head = parseResponseHead(rest.subarray(0, end));
        rest = rest.subarray(end + 4);
        // 1xx answers are interim: the real one follows (RFC 9110, section 15.2).
        if (head.status < 200) continue;
        body = createBodyReader(head.body);
      }
      rest = rest.subarray(body.consume(rest));
      if (body.done) finish();
    }
    if (body?.done) finish();
  }

  function finish(): void {
    const { status, headers, keepAlive } = head as ResponseHead;
    const response = { status, headers, body: (body as BodyReader).bytes() };
    const { resolve } = pending as NonNullable<typeof pending>;
    pending = undefined;
    body = undefined;
    served++;
    if (!keepAlive) discard();
    resolve(response);
  }

  function lose(lost: Socket, error: Error | undefined): void {
    if (lost !== socket) return;
    if (body?.endedByClose() && error === undefined) {
      socket = undefined;
      finish();
      return;
    }
    discard();
    fail(error?.message ?? "the Runtime API closed the connection", error);
  }

  function discard(): void {
    const old = socket;
    socket = undefined;
    unparsed = undefined;
    body = undefined;
    old?.destroy();
  }

  function fail(message: string, cause: unknown): void {
    const failed = pending;
    pending = undefined;
    failed?.reject(new ConnectionError(message, served > 0, { cause }));
  }

  return {
    request(requestHead, requestBody) {
      return new Promise((resolve, reject) => {
        pending = { resolve, reject };
        socket ??= open();
        send(socket, requestHead, requestBody);
      });
    },
    close: discard,
  };
}

function send(socket: Socket, head: string, body: Uint8Array | undefined): void {
  if (body === undefined || body.length === 0) {
    socket.write(`${head}\r\n`, "latin1");
  } else if (body.length <= copiedBodyBytes) {
    const message = Buffer.allocUnsafe(head.length + 2 + body.length);
    message.write(head, 0, "latin1");
    message.write("\r\n", head.length, "latin1");
    message.set(body, head.length + 2);
    socket.write(message);
  } else {
    socket.cork();
    socket.write(`${head}\r\n`, "latin1");
    socket.write(body);
    socket.uncork();
  }
}

/**
 * Reads `host:port`, `[::1]:port` or a bare host (port 80).
 * @returns undefined when it is none of them.
 */
export function parseAddress(text: string): Address | undefined {
  const parts = /^(?:\[([\da-f:.]+)\]|([^\s:/[\]]+))(?::(\d{1,5}))?$/i.exec(text);
  if (!parts) return undefined;
  const port = parts[3] === undefined ? 80 : Number(parts[3]);
  if (port < 1 || port > 65535) return undefined;
  return { host: (parts[1] ?? parts[2]) as string, port };
}
