// Which real-time signal ended a child. Node has no names for those and reports exit status 0. The
// kernel shows the signal as long as nobody has waited for the child, which is the case when its
// outputs have just closed. If the child had closed its outputs before, or left them to another
// process, the end looks like a success.
import { closeSync, openSync, readSync } from "node:fs";
import { statFields } from "./proc.ts";

/**
 * The first signal that the C library leaves to programs (signal(7)); the two below are its own.
 */
const firstRealTime = 34;
const firstOfKernel = 32;

/**
 * A process that has closed its files ends within microseconds, or as soon as a busy machine lets
 * it run.
 */
const mostReads = 1000;
const readsAtOnce = 8;
const pauseMs = 0.1;
const pause = new Int32Array(new SharedArrayBuffer(4));

const exitingFlag = 0x4;

/**
 * `SIGRTMIN6` and the like; undefined for every other end, and for a process that has not ended.
 */
export function realTimeSignal(pid: number): string | undefined {
  for (let reads = 0; reads < mostReads; reads++) {
    const fields = statusFields(pid);
    if (fields === undefined) return undefined;
    const [state, flags, exitCode] = fields;
    if (state === "Z" || state === "X") return nameOf(exitCode & 0x7f);
    if ((flags & exitingFlag) === 0) return undefined;
    if (reads >= readsAtOnce) Atomics.wait(pause, 0, 0, pauseMs);
  }
  return undefined;
}

function nameOf(signal: number): string | undefined {
  if (signal < firstOfKernel || signal === 0x7f) return undefined;
  if (signal < firstRealTime) return `SIG${signal}`;
  return signal === firstRealTime ? "SIGRTMIN" : `SIGRTMIN${signal - firstRealTime}`;
}

const line = Buffer.allocUnsafe(1024);

/** State, flags and exit code. The buffer is reused: this is read at the end of every child. */
function statusFields(pid: number): [string, number, number] | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(`/proc/${pid}/stat`, "r");
    const fields = statFields(line.toString("latin1", 0, readSync(fd, line)));
    return [fields[0] as string, Number(fields[6]), Number(fields[49])];
  } catch {
    // It has been waited for already, or there is no /proc.
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
