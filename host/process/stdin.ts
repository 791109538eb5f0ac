// The input of a child: an event of any size, for a script that may read it slowly, in part or not
// at all.
import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { Socket } from "node:net";
import type { Writable } from "node:stream";
import { ignoreBrokenPipe } from "./output.ts";

export interface Stdin {
  write(bytes: Uint8Array): boolean;
  unread(): number | undefined;
  /** Nothing more is written; what was written can still be read. */
  close(): void;
  /** Drops what was not read: its reader may be a process that escaped and never reads. */
  destroy(): void;
}

// An event that fits in a pipe (64 KiB) is written at once, with one system call; the rest of a
// larger one is left to a socket, which waits for the reader.
export function stdinOfPipe(host: number): Stdin {
  let closed = false;
  let socket: Socket | undefined;
  return {
    write(bytes) {
      if (closed) return false;
      const written = socket === undefined ? writeAtOnce(host, bytes) : 0;
      if (written === undefined) return false;
      if (written === bytes.length) return true;
      if (socket === undefined) {
        socket = new Socket({ fd: host, readable: false, writable: true });
        socket.on("error", ignoreBrokenPipe);
      }
      socket.write(bytes.subarray(written));
      return !socket.destroyed;
    },
    unread() {
      const inPipe = closed ? undefined : countUnread(host);
      return inPipe === undefined ? undefined : inPipe + (socket?.writableLength ?? 0);
    },
    close() {
      if (closed) return;
      closed = true;
      if (socket === undefined) closeSync(host);
      else socket.end();
    },
    destroy() {
      this.close();
      socket?.destroy();
    },
  };
}

/** How many bytes the pipe took; undefined when nobody will ever read (EPIPE). */
function writeAtOnce(fd: number, bytes: Uint8Array): number | undefined {
  if (bytes.length === 0) return 0;
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EAGAIN" ? 0 : undefined;
  }
}

/**
 * Empties a pipe from its other end, when its reader is gone. Undefined without /proc or a
 * descriptor.
 */
function countUnread(host: number): number | undefined {
  let count: number | undefined;
  let fd: number | undefined;
  try {
    fd = openSync(`/proc/self/fd/${host}`, constants.O_RDONLY | constants.O_NONBLOCK);
    count = 0;
    const scrap = Buffer.allocUnsafe(64 * 1024);
    for (;;) count += readSync(fd, scrap);
  } catch {
    // It ends with EAGAIN, because our own end is still open for writing.
    return count;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** The input of a child that has socket pairs. */
export function stdinOfStream(stream: Writable): Stdin {
  stream.on("error", ignoreBrokenPipe);
  return {
    write(bytes) {
      stream.write(bytes);
      return !stream.destroyed;
    },
    unread: () => undefined,
    close: () => void stream.end(),
    destroy: () => void stream.destroy(),
  };
}
