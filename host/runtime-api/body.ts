// Reads the body of one HTTP/1.1 response from the pieces the socket delivers.
import type { ResponseHead } from "./response-head.ts";

/**
 * Takes bytes as they arrive; `consume` returns how many it used, and `done` that the body is
 * complete.
 */
export interface BodyReader {
  readonly done: boolean;
  /** @throws Error when the framing is malformed. */
  consume(bytes: Buffer): number;
  /** The connection ended. True if that is how this body ends. */
  endedByClose(): boolean;
  /** The whole body; call it once, when done. */
  bytes(): Buffer;
}

const empty = Buffer.alloc(0);

/** No event is this large: Lambda's limit is 6 MB, and local services may allow more. */
const maximumBodyBytes = 256 * 1024 * 1024;

/** @throws Error when a sized body is too large. */
export function createBodyReader(framing: ResponseHead["body"]): BodyReader {
  if (framing === "chunked") return chunkedBody();
  if (framing === "until-close") return bodyUntilClose();
  return sizedBody(framing);
}

function sizedBody(length: number): BodyReader {
  refuseTooLarge(length);
  // One allocation of the exact size; from 4 KB on Node makes it outside its pool.
  const body = length === 0 ? empty : Buffer.allocUnsafe(length);
  let filled = 0;
  return {
    get done() {
      return filled === length;
    },
    consume(bytes) {
      const taken = bytes.copy(body, filled, 0, Math.min(bytes.length, length - filled));
      filled += taken;
      return taken;
    },
    endedByClose: () => false,
    bytes: () => body,
  };
}

function bodyUntilClose(): BodyReader {
  const pieces: Buffer[] = [];
  let length = 0;
  return {
    done: false,
    consume(bytes) {
      length += bytes.length;
      refuseTooLarge(length);
      // Copied, because the socket reuses its buffer.
      pieces.push(Buffer.from(bytes));
      return bytes.length;
    },
    endedByClose: () => true,
    bytes: () => Buffer.concat(pieces),
  };
}

/** The longest line for a chunk's size or a trailer. */
const maximumLineBytes = 64 * 1024;

function chunkedBody(): BodyReader {
  const pieces: Buffer[] = [];
  let line = "";
  let length = 0;
  let left = 0;
  let expecting: "size" | "data" | "data-end" | "trailer" | "nothing" = "size";

  function takeLine(bytes: Buffer, from: number): number {
    const end = bytes.indexOf(0x0a, from);
    const stop = end === -1 ? bytes.length : end + 1;
    line += bytes.toString("latin1", from, stop);
    if (line.length > maximumLineBytes) throw new Error("a line between chunks is too long");
    if (end === -1) {
      refuseUnlessBegun();
      return stop;
    }
    if (!line.endsWith("\r\n")) throw new Error("a line between chunks does not end in CRLF");
    finishLine(line.slice(0, -2));
    line = "";
    return stop;
  }

  // Bytes that can never become the line are refused at once, because its end may never come.
  function refuseUnlessBegun(): void {
    if (expecting === "data-end" && line !== "\r") finishLine(line);
    if (expecting === "size" && !/^[\da-f]{0,8}[ \t]*(?:;|\r?$)/i.test(line)) finishLine(line);
  }

  function finishLine(text: string): void {
    if (expecting === "size") {
      const size = /^([\da-f]{1,8})[ \t]*(?:;.*)?$/i.exec(text);
      if (!size) throw new Error(`malformed chunk size ${JSON.stringify(text.slice(0, 40))}`);
      left = Number.parseInt(size[1] as string, 16);
      length += left;
      refuseTooLarge(length);
      expecting = left === 0 ? "trailer" : "data";
    } else if (expecting === "data-end") {
      if (text !== "") throw new Error("a chunk is longer than its size says");
      expecting = "size";
    } else if (text === "") {
      // Trailer fields are skipped: the Runtime API sends none to a runtime.
      expecting = "nothing";
    }
  }

  return {
    get done() {
      return expecting === "nothing";
    },
    consume(bytes) {
      let at = 0;
      while (at < bytes.length && expecting !== "nothing") {
        if (expecting !== "data") {
          at = takeLine(bytes, at);
          continue;
        }
        const stop = Math.min(bytes.length, at + left);
        // Copied, because the socket reuses its buffer.
        pieces.push(Buffer.from(bytes.subarray(at, stop)));
        left -= stop - at;
        at = stop;
        if (left === 0) expecting = "data-end";
      }
      return at;
    },
    endedByClose: () => false,
    bytes: () => Buffer.concat(pieces),
  };
}

function refuseTooLarge(length: number): void {
  if (length > maximumBodyBytes) throw new Error(`a body of ${length} bytes is too large`);
}
