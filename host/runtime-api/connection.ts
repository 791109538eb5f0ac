// One keep-alive HTTP/1.1 connection to the Runtime API over node:net, one request at a time. It is
// our own code, because undici more than doubles the cold start and node:http the latency
// (docs/performance.md).
import { connect, type Socket } from "node:net";
import { withoutControlCharacters } from "../control-characters.ts";
import type { Address } from "./address.ts";
import { createResponseParser, type Response } from "./response-parser.ts";

/** The connection broke, or what came was not HTTP. */
export class ConnectionError extends Error {
  override name = "ConnectionError";
  /** Whether a part of the answer had come. */
  readonly answerBegan: boolean;

  constructor(message: string, answerBegan: boolean, options: ErrorOptions) {
    super(message, options);
    this.answerBegan = answerBegan;
  }
}

export interface Connection {
  /**
   * Sends one request and resolves with the whole response. It never times out: a poll may wait for
   * as long as the sandbox is frozen. `head` is the request line and fields up to the empty line.
   * @throws ConnectionError when the connection ends before the response does.
   */
  request(head: string, body?: Uint8Array): Promise<Response>;
  /** Does not keep the process alive any longer, until the next request. */
  release(): void;
  close(): void;
}

/** Bodies up to this size are copied behind their head, so that both are sent in one write. */
const copiedBodyBytes = 16 * 1024;

// Each socket reads into one buffer forever (`onread`), so an idle host holds no garbage. Node asks
// for the buffer, reads and calls back in one step, so all connections can share it.
const readBuffer = Buffer.allocUnsafeSlow(64 * 1024);

/** Connects with the first request, and again with the one that follows a failure or a close. */
export function openConnection(address: Address): Connection {
  let socket: Socket | undefined;
  let isReleased = false;
  let parser = createResponseParser();
  let answerBegan = false;
  let pending: { resolve(response: Response): void; reject(error: Error): void } | undefined;

  function open(): Socket {
    parser = createResponseParser();
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
    opened.on("error", (error) => {
      if (opened === socket) fail(error.message, error);
    });
    // "end" and not "close": data that we still have to write would delay that one, forever if the
    // other side does not read.
    opened.on("end", () => {
      if (opened === socket) endOfInput();
    });
    opened.on("close", () => {
      if (opened === socket) fail("the connection was closed");
    });
    return opened;
  }

  function receive(bytes: Buffer): void {
    // Bytes that no request asked for would be taken for the answer to the next one.
    if (pending === undefined) {
      discard();
      return;
    }
    answerBegan = true;
    try {
      const response = parser.push(bytes);
      if (response !== undefined) succeed(response);
    } catch (error) {
      fail(`the Runtime API's answer is not HTTP: ${(error as Error).message}`, error);
    }
  }

  function endOfInput(): void {
    const response = parser.end();
    if (response === undefined) fail("the Runtime API closed the connection");
    else succeed(response);
  }

  function succeed(response: Response): void {
    // The answer came before the whole request was sent: its rest would come before the next one.
    const sent = socket?.writableLength === 0;
    if (!response.reusable || !sent) discard();
    const answered = pending;
    pending = undefined;
    answered?.resolve(response);
  }

  function fail(message: string, cause?: unknown): void {
    discard();
    const failed = pending;
    pending = undefined;
    failed?.reject(new ConnectionError(withoutControlCharacters(message), answerBegan, { cause }));
  }

  function discard(): void {
    const old = socket;
    socket = undefined;
    old?.destroy();
  }

  return {
    request(requestHead, requestBody) {
      return new Promise((resolve, reject) => {
        pending = { resolve, reject };
        answerBegan = false;
        socket ??= open();
        if (isReleased) socket.ref();
        isReleased = false;
        send(socket, requestHead, requestBody);
      });
    },
    release() {
      isReleased = true;
      socket?.unref();
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
