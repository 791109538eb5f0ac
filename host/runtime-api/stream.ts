// Posts a response while it is written: chunks, and trailers when it fails midway
// (AWS: "Building a custom runtime", response streaming). A connection of its own, closed after.
import { connect } from "node:net";
import type { ErrorReport } from "../answer/error-report.ts";
import { createBodyReader } from "./body.ts";
import type { Address, Response } from "./connection.ts";
import { parseResponseHead } from "./response-head.ts";

export interface StreamedResponse {
  readonly contentType: string;
  /**
   * Hands each piece to `write`, waiting for the promise it may return (back-pressure), and resolves
   * when there are no more: with the error that cut the response short, or with undefined.
   * `write` returns false when nobody reads any longer.
   */
  pump(write: WriteChunk): Promise<ErrorReport | undefined>;
}

export type WriteChunk = (chunk: Uint8Array) => true | Promise<boolean>;

/** Resolves with the platform's answer, or with undefined when it closed the connection without one. */
export async function streamResponse(
  address: Address,
  path: string,
  response: StreamedResponse,
): Promise<Response | undefined> {
  const socket = connect({ host: address.host, port: address.port, noDelay: true });
  const received: Buffer[] = [];
  let open = true;
  const closed = new Promise<void>((resolve) => {
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      open = false;
      resolve();
    });
  });
  socket.on("data", (bytes) => {
    received.push(bytes);
    // An answer before the body's end: the platform reads no further.
    open = false;
  });
  socket.write(requestHead(address, path, response.contentType), "latin1");

  const error = await response.pump((chunk) => {
    // An empty chunk would end the body (RFC 9112, section 7.1).
    if (chunk.length === 0) return true;
    if (!open) return Promise.resolve(false);
    socket.cork();
    socket.write(`${chunk.length.toString(16)}\r\n`, "latin1");
    socket.write(chunk);
    const flowing = socket.write("\r\n", "latin1");
    socket.uncork();
    if (flowing) return true;
    return Promise.race([drained(socket), closed.then(() => false)]);
  });
  if (open) socket.write(`0\r\n${error === undefined ? "" : trailers(error)}\r\n`, "latin1");
  await Promise.race([closed, wholeAnswer(socket, received)]);
  const answer = readAnswer(received);
  socket.destroy();
  return answer;
}

function requestHead(address: Address, path: string, contentType: string): string {
  return [
    `POST ${path} HTTP/1.1`,
    `Host: ${address.host}:${address.port}`,
    `Content-Type: ${contentType.replaceAll(/[^\x20-\x7e]/g, "?")}`,
    "Lambda-Runtime-Function-Response-Mode: streaming",
    "Transfer-Encoding: chunked",
    // Declared always: whether they are needed is known only at the end.
    "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body",
    "Connection: close",
    "\r\n",
  ].join("\r\n");
}

function trailers(error: ErrorReport): string {
  return (
    `Lambda-Runtime-Function-Error-Type: ${error.headerType}\r\n` +
    `Lambda-Runtime-Function-Error-Body: ${error.body.toString("base64")}\r\n`
  );
}

function drained(socket: import("node:net").Socket): Promise<boolean> {
  return new Promise((resolve) => {
    socket.once("drain", () => resolve(true));
  });
}

function wholeAnswer(
  socket: import("node:net").Socket,
  received: readonly Buffer[],
): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (readAnswer(received) !== undefined) resolve();
    };
    check();
    socket.on("data", check);
  });
}

function readAnswer(received: readonly Buffer[]): Response | undefined {
  const bytes = Buffer.concat(received);
  const end = bytes.indexOf("\r\n\r\n");
  if (end === -1) return undefined;
  try {
    const head = parseResponseHead(bytes.subarray(0, end));
    const body = createBodyReader(head.body);
    body.consume(bytes.subarray(end + 4));
    if (!body.done && !body.endedByClose()) return undefined;
    return { status: head.status, headers: head.headers, body: body.bytes() };
  } catch {
    // An answer that is no HTTP says nothing: the same as none.
    return undefined;
  }
}
