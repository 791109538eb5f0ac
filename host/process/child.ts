// One child process: its own process group, real pipes, bounded waiting for what it leaves behind.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, writeSync } from "node:fs";
import { Socket } from "node:net";
import type { Duplex, Readable, Writable } from "node:stream";
import type { Ending } from "../answer/script-failure.ts";
import type { Environment } from "../event/environment.ts";
import { type PipeEnds, type StandardPipes, takeStandardPipes } from "./pipes.ts";

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

export interface ChildOptions {
  readonly environment: Environment;
  readonly directory: string;
  /** Whether descriptor 3 is a channel between host and child. */
  readonly channel?: boolean;
}

/** Takes a piece of output; a promise holds the child back until it resolves. */
export type Sink = (piece: Buffer) => Promise<unknown> | undefined;

export interface Child {
  /** Descriptor 3, when it was asked for and the child started. */
  readonly channel: Duplex | undefined;
  /** The main process ended, whoever still holds its output. Never rejects. */
  readonly ended: Promise<Ending>;
  readonly running: boolean;
  /** Writes to stdin; a script that does not read it is no error. */
  write(bytes: Uint8Array): void;
  /** Writes the last bytes and closes stdin. */
  end(bytes: Uint8Array): void;
  /** Begins to read both outputs; until then the child writes into its pipes. */
  read(stdout: Sink, stderr: Sink): void;
  /** Waits for the main process and its output, then kills the rest of its group. */
  finish(): Promise<Ending>;
  /** Sends a signal to the whole process group. */
  signal(name: "SIGTERM" | "SIGKILL"): void;
}

/** How long output of a process that has ended may still come from those it started. */
const drainMs = 50;

/** How long the pipes may take to close after the group was killed; an escaped holder is not waited for. */
const closeMs = 100;

/** Starts a program in a group of its own. A program that cannot be started is an ending, no exception. */
export function startChild(command: Command, options: ChildOptions): Child {
  let pipes: StandardPipes | undefined;
  let child: ChildProcess;
  try {
    pipes = takeStandardPipes();
    child = spawn(command.program, command.args, {
      cwd: options.directory,
      env: options.environment,
      // A group of its own, so that all it started can be ended with it.
      detached: true,
      stdio: [
        pipes?.stdin.child ?? "pipe",
        pipes?.stdout.child ?? "pipe",
        pipes?.stderr.child ?? "pipe",
        ...(options.channel ? (["pipe"] as const) : []),
      ],
    });
  } catch (error) {
    if (pipes !== undefined) closeAll(pipes, "host");
    return neverStarted(notStarted(command, error as Error));
  } finally {
    if (pipes !== undefined) closeAll(pipes, "child");
  }
  return superviseChild(command, child, pipes);
}

function superviseChild(
  command: Command,
  child: ChildProcess,
  pipes: StandardPipes | undefined,
): Child {
  const stdin = openStdin(pipes, child);
  let outputs: Readable[] | undefined;
  let openOutputs = 2;
  let held = 0;
  let onOutputsClosed: (() => void) | undefined;
  let running = true;

  const ended = new Promise<Ending>((resolve) => {
    // Emitted without an "exit" when the program could not be started.
    child.once("error", (error) => {
      running = false;
      resolve(notStarted(command, error));
    });
    child.once("exit", (status, signal) => {
      running = false;
      resolve(
        signal === null ? { kind: "exit", status: status as number } : { kind: "signal", signal },
      );
    });
  });
  const channel = child.stdio[3] as Duplex | undefined;
  channel?.on("error", ignoreBrokenPipe);

  function open(): Readable[] {
    return pipes === undefined
      ? [child.stdout as Readable, child.stderr as Readable]
      : [readFrom(pipes.stdout), readFrom(pipes.stderr)];
  }

  function connect(output: Readable, sink: Sink | undefined): void {
    output.on("error", ignoreBrokenPipe);
    output.once("close", () => {
      openOutputs--;
      if (openOutputs === 0) onOutputsClosed?.();
    });
    if (sink === undefined) {
      output.resume();
      return;
    }
    output.on("data", (piece: Buffer) => {
      const wait = sink(piece);
      if (wait === undefined) return;
      held++;
      output.pause();
      void wait.then(() => {
        held--;
        output.resume();
      });
    });
  }

  function read(stdout: Sink | undefined, stderr: Sink | undefined): void {
    outputs = open();
    connect(outputs[0] as Readable, stdout);
    connect(outputs[1] as Readable, stderr);
  }

  function outputsClosed(withinMs: number): Promise<void> {
    if (openOutputs === 0) return Promise.resolve();
    return new Promise((resolve) => {
      // Output that our own reader holds back is on its way, so its time does not count.
      const timer = setInterval(() => {
        if (held > 0) return;
        clearInterval(timer);
        resolve();
      }, withinMs);
      onOutputsClosed = () => {
        clearInterval(timer);
        resolve();
      };
    });
  }

  function signal(name: "SIGTERM" | "SIGKILL"): void {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, name);
    } catch {
      // ESRCH: nothing of the group is left, which is what was wanted.
    }
  }

  async function finish(): Promise<Ending> {
    const ending = await ended;
    stdin.close();
    if (outputs === undefined) read(undefined, undefined);
    if (openOutputs > 0) await outputsClosed(drainMs);
    signal("SIGKILL");
    if (openOutputs > 0) await outputsClosed(closeMs);
    for (const output of outputs as unknown as Readable[]) output.destroy();
    channel?.destroy();
    return ending;
  }

  return {
    channel,
    ended,
    get running() {
      return running;
    },
    write: stdin.write,
    end(bytes) {
      stdin.write(bytes);
      stdin.close();
    },
    read,
    finish,
    signal,
  };
}

interface Stdin {
  write(bytes: Uint8Array): void;
  close(): void;
}

function openStdin(pipes: StandardPipes | undefined, child: ChildProcess): Stdin {
  return pipes === undefined ? streamStdin(child.stdin as Writable) : pipeStdin(pipes.stdin);
}

// An event of up to a pipe's 64 KiB is written at once, by one system call; the rest of a larger one
// is left to a socket, which waits for the reader.
function pipeStdin({ host }: PipeEnds): Stdin {
  let closed = false;
  let socket: Socket | undefined;
  return {
    write(bytes) {
      if (closed || bytes.length === 0) return;
      const written = socket === undefined ? writeAtOnce(host, bytes) : 0;
      if (written === bytes.length) return;
      if (socket === undefined) {
        socket = new Socket({ fd: host, readable: false, writable: true });
        socket.on("error", ignoreBrokenPipe);
      }
      socket.write(bytes.subarray(written));
    },
    close() {
      if (closed) return;
      closed = true;
      if (socket === undefined) closeSync(host);
      else socket.end();
    },
  };
}

/** How many bytes the pipe took; all of them when nobody will ever read (EPIPE). */
function writeAtOnce(fd: number, bytes: Uint8Array): number {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EAGAIN" ? 0 : bytes.length;
  }
}

function streamStdin(stream: Writable | null): Stdin {
  stream?.on("error", ignoreBrokenPipe);
  return {
    write: (bytes) => void stream?.write(bytes),
    close: () => void stream?.end(),
  };
}

function readFrom({ host }: PipeEnds): Readable {
  return new Socket({ fd: host, readable: true, writable: false });
}

function closeAll(pipes: StandardPipes, side: keyof PipeEnds): void {
  for (const ends of [pipes.stdin, pipes.stdout, pipes.stderr]) closeSync(ends[side]);
}

// A child may end without reading or while it writes; its status tells, the pipe need not.
function ignoreBrokenPipe(): void {}

function notStarted(command: Command, error: Error): Ending {
  const code = (error as NodeJS.ErrnoException).code;
  const reason =
    code === "E2BIG"
      ? "the environment and arguments are larger than the system allows (128 KiB for one variable); the headers of this event are too large"
      : code === "EMFILE" || code === "EAGAIN" || code === "ENOMEM"
        ? "the sandbox has no room for another process (descriptors, processes or memory); what earlier events left open, or the memory size, is too much"
        : "check that the file is still there and can be executed";
  return {
    kind: "not-started",
    reason: `${command.program} could not be started (${error.message}): ${reason}.`,
  };
}

function neverStarted(ending: Ending): Child {
  return {
    channel: undefined,
    ended: Promise.resolve(ending),
    running: false,
    write: ignoreBrokenPipe,
    end: ignoreBrokenPipe,
    read: ignoreBrokenPipe,
    finish: () => Promise.resolve(ending),
    signal: ignoreBrokenPipe,
  };
}
