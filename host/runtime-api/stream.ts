// Posts a response while it is written, in chunks, with trailers if it fails midway (AWS: "Building
// a custom runtime", response streaming). It has its own connection, which is closed afterwards.
import { connect } from "node:net";
import type { ErrorReport } from "../answer/error-report.ts";
import { type Address, hostLine } from "./address.ts";
import { errorTrailers } from "./error-trailers.ts";
import { headerValue } from "./header-value.ts";
import { createResponseParser, type Response } from "./response-parser.ts";

export interface StreamedResponse {
  readonly contentType: string;
  /**
   * Passes each piece to `write`, waiting for the promise that it may return (back-pressure), and
   * resolves when there are no more: with the error that cut the response short, or with undefined.
   * `write` returns false when the other side no longer reads.
   */
  pump(write: WriteChunk): Promise<ErrorReport | undefined>;
}

export type WriteChunk = (chunk: Uint8Array) => true | Promise<boolean>;

/** Resolves to the platform's answer, or to undefined when it closed the connection without one. */
export async function streamResponse(
  address: Address,
  path: string,
  response: StreamedResponse,
): Promise<Response | undefined> {
  const socket = connect({ host: address.host, port: address.port, noDelay: true });
  const parser = createResponseParser();
  let over = false;
  let onTaken: ((reading: boolean) => void) | undefined;
  let resolveAnswer: (answer: Response | undefined) => void = () => {};
  const answered = new Promise<Response | undefined>((resolve) => {
    resolveAnswer = resolve;
  });

  // An answer before the body's end means that the platform stops reading.
  function finish(answer: Response | undefined): void {
    if (over) return;
    over = true;
    socket.destroy();
    onTaken?.(false);
    resolveAnswer(answer);
  }

  function receive(bytes: Buffer): void {
    try {
      const answer = parser.push(bytes);
      if (answer !== undefined) finish(answer);
    } catch {
      // An answer that is not HTTP counts as none.
      finish(undefined);
    }
  }

  // Bytes count as taken when the system has them: at most one chunk waits in this process.
  function taken(error?: Error | null): void {
    if (!error && socket.writableLength === 0) onTaken?.(true);
  }

  function write(chunk: Uint8Array): true | Promise<boolean> {
    if (over) return Promise.resolve(false);
    // An empty chunk would end the body (RFC 9112, section 7.1).
    if (chunk.length === 0) return true;
    socket.cork();
    socket.write(`${chunk.length.toString(16)}\r\n`, "latin1");
    socket.write(chunk);
    socket.write("\r\n", "latin1", taken);
    socket.uncork();
    if (socket.writableLength === 0) return true;
    return new Promise((resolve) => {
      onTaken = resolve;
    });
  }

  socket.on("data", receive);
  socket.on("end", () => finish(parser.end()));
  socket.on("error", () => finish(undefined));
  socket.on("close", () => finish(undefined));
  socket.write(requestHead(address, path, response.contentType), "latin1");
  try {
    const error = await response.pump(write);
    if (!over) {
      socket.write(`0\r\n${error === undefined ? "" : errorTrailers(error)}\r\n`, "latin1");
    }
    return await answered;
  } finally {
    socket.destroy();
  }
}

function requestHead(address: Address, path: string, contentType: string): string {
  return (
    `POST ${path} HTTP/1.1\r\n${hostLine(address)}` +
    `Content-Type: ${headerValue(contentType)}\r\n` +
    "Lambda-Runtime-Function-Response-Mode: streaming\r\n" +
    "Transfer-Encoding: chunked\r\n" +
    // Always declared, because only the end shows whether they are needed.
    "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n" +
    "Connection: close\r\n\r\n"
  );
}
