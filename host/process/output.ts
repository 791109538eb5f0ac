// One output of a child, read into a buffer that all outputs share: reading by the socket itself
// would allocate 64 KB for each piece, which is garbage on the hot path. It can be made before its
// child.
import { Socket } from "node:net";
import type { Readable } from "node:stream";

/** Takes a piece of output; a promise holds the child back until it resolves. */
export type Sink = (piece: Buffer) => Promise<unknown> | undefined;

export interface Output {
  /**
   * Starts to pass on what comes and what has come; call it once. `onEnd` is called as soon as no
   * process holds the other end, `onClose` after the last piece.
   */
  read(sink: Sink, onEnd: () => void, onClose: () => void): void;
  destroy(): void;
}

// libuv asks for the buffer, reads and calls back in one step, so everybody can use the same one.
const shared = Buffer.allocUnsafeSlow(64 * 1024);

/** The output of a pipe; the descriptor belongs to the output from now on. */
export function outputOfPipe(fd: number): Output {
  let sink: Sink | undefined;
  let early: Buffer | undefined;
  let closed = false;
  let onEnd: (() => void) | undefined;
  let onClose: (() => void) | undefined;
  const socket = new Socket({
    fd,
    readable: true,
    writable: false,
    onread: { buffer: shared, callback: take },
  });
  socket.on("error", ignoreBrokenPipe);
  socket.once("end", () => onEnd?.());
  socket.once("close", () => {
    closed = true;
    // What came before the first read is passed on first.
    if (early === undefined) onClose?.();
  });

  function take(length: number): boolean {
    const piece = Buffer.from(shared.subarray(0, length));
    if (sink !== undefined) return hand(piece);
    // Nobody reads yet: one piece is kept, the rest stays in the pipe.
    early = piece;
    return false;
  }

  function hand(piece: Buffer): boolean {
    const wait = sink?.(piece);
    if (wait === undefined) return true;
    void wait.then(() => socket.resume());
    return false;
  }

  return {
    read(newSink, newOnEnd, newOnClose) {
      sink = newSink;
      onEnd = newOnEnd;
      onClose = newOnClose;
      const first = early;
      early = undefined;
      if (first !== undefined && hand(first)) socket.resume();
      if (closed) newOnClose();
    },
    destroy: () => void socket.destroy(),
  };
}

/** The output of a child that has socket pairs. */
export function outputOfStream(stream: Readable): Output {
  stream.on("error", ignoreBrokenPipe);
  return {
    read(sink, onEnd, onClose) {
      stream.once("end", onEnd);
      if (stream.closed) onClose();
      else stream.once("close", onClose);
      stream.on("data", (piece: Buffer) => {
        const wait = sink(piece);
        if (wait === undefined) return;
        stream.pause();
        void wait.then(() => stream.resume());
      });
    },
    destroy: () => void stream.destroy(),
  };
}

// A child may end without reading, or while the host writes; its status says so, the pipe need not.
export function ignoreBrokenPipe(): void {}
