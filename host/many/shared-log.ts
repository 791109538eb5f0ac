// The log of a host with worker threads, which never mixes the lines of two threads. Lines go to
// the socket that the platform names, or to stderr.
import { createLog, type Log, writeWhole } from "../log.ts";
import type { Platform } from "../settings.ts";
import { connectLogSocket } from "./log-socket.ts";

/** Where all threads write, and the lock that orders them. */
export interface LogTarget {
  readonly fd: number;
  readonly lock: SharedArrayBuffer;
}

const stderr = 2;

/** A thread that was ended while it wrote will not release the lock. */
const longestWaitMs = 2000;

export function createSharedLog(platform: Platform, { fd, lock }: LogTarget): Log {
  const turn = new Int32Array(lock);
  return createLog(platform, (bytes) => {
    while (Atomics.compareExchange(turn, 0, 0, 1) !== 0) {
      if (Atomics.wait(turn, 0, 1, longestWaitMs) === "timed-out") break;
    }
    writeWhole(fd, bytes);
    Atomics.store(turn, 0, 0);
    Atomics.notify(turn, 0, 1);
  });
}

/** Connects to `_LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET`: each connection is a stream of JSON lines. */
export async function openSharedLog(platform: Platform): Promise<{ log: Log; target: LogTarget }> {
  const { logSocket } = platform;
  const fd = logSocket === undefined ? stderr : await connectLogSocket(logSocket);
  const target = { fd: fd ?? stderr, lock: new SharedArrayBuffer(4) };
  const log = createSharedLog(platform, target);
  if (fd === undefined) {
    log.warn(
      `nobody listens at ${logSocket} (_LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET); the log goes to stderr`,
    );
  }
  return { log, target };
}
