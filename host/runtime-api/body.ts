// Reads the body of one HTTP/1.1 response from the pieces the socket delivers.
import type { ResponseHead } from "./response-head.ts";

/** Takes bytes as they arrive; `consume` says how many it used, and `done` that the body is whole. */
export interface BodyReader {
  readonly done: boolean;
  /** @throws Error when the framing is malformed. */
  consume(bytes: Buffer): number;
  /** The connection ended. True when that is how this body ends. */
  endedByClose(): boolean;
  /** The whole body; call it once, when done. */
  bytes(): Buffer;
}

const empty = Buffer.alloc(0);

export function createBodyReader(framing: ResponseHead["body"]): BodyReader {
  if (framing === "chunked") return chunkedBody();
  if (framing === "until-close") return bodyUntilClose();
  return sizedBody(framing);
}

function sizedBody(length: number): BodyReader {
  // One allocation of the very size, outside the pool: a pooled slice would pin its neighbours.
  const body = length === 0 ? empty : Buffer.allocUnsafeSlow(length);
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
  return {
    done: false,
    consume(bytes) {
      pieces.push(Buffer.from(bytes));
      return bytes.length;
    },
    endedByClose: () => true,
    bytes: () => Buffer.concat(pieces),
  };
}

/** A size line or trailer line longer than this is no line. */
const maximumLineBytes = 64 * 1024;

function chunkedBody(): BodyReader {
  const pieces: Buffer[] = [];
  let line = "";
  let left = 0;
  let expecting: "size" | "data" | "data-end" | "trailer" | "nothing" = "size";

  function takeLine(bytes: Buffer, from: number): number {
    const end = bytes.indexOf(0x0a, from);
    const stop = end === -1 ? bytes.length : end + 1;
    line += bytes.toString("latin1", from, stop);
    if (line.length > maximumLineBytes) throw new Error("a chunk's size line is too long");
    if (end !== -1) {
      if (!line.endsWith("\r\n")) throw new Error("a chunk's line does not end in CRLF");
      finishLine(line.slice(0, -2));
      line = "";
    }
    return stop;
  }

  function finishLine(text: string): void {
    if (expecting === "size") {
      const size = /^([\da-f]{1,8})[ \t]*(?:;.*)?$/i.exec(text);
      if (!size) throw new Error(`malformed chunk size ${JSON.stringify(text.slice(0, 40))}`);
      left = Number.parseInt(size[1] as string, 16);
      expecting = left === 0 ? "trailer" : "data";
    } else if (expecting === "data-end") {
      if (text !== "") throw new Error("a chunk is longer than its size says");
      expecting = "size";
    } else if (text === "") {
      // Trailer fields are read over: the Runtime API gives none to a runtime.
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
