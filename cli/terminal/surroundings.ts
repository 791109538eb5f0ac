// What the command line gets from outside: a process's own streams and variables, or a test's.
import type { Readable, Writable } from "node:stream";

export interface Surroundings {
  readonly stdin: Readable & { isTTY?: boolean };
  readonly stdout: Writable & Terminal;
  readonly stderr: Writable & Terminal;
  readonly env: NodeJS.ProcessEnv;
  /**
   * Aborted when the user wants to stop (Ctrl-C, SIGTERM); everything that was started is ended
   * first.
   */
  readonly signal?: AbortSignal;
}

/** The properties of a terminal that decide on colours and line widths; absent on a pipe. */
export interface Terminal {
  isTTY?: boolean;
  columns?: number;
  getColorDepth?(env?: object): number;
}
