// One child process: its own process group, real pipes, and a bounded wait for what it leaves
// behind.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync } from "node:fs";
import type { Duplex, Readable, Writable } from "node:stream";
import type { Ending } from "../answer/script-failure.ts";
import type { Environment } from "../event/environment.ts";
import { ignoreBrokenPipe, type Output, outputOfStream, type Sink } from "./output.ts";
import { type StandardPipes, takePipeToChild, takeStandardPipes } from "./pipes.ts";
import { keepsProcessFacts, peakBytesOf } from "./process-facts.ts";
import { realTimeSignal } from "./real-time-signal.ts";
import { type Stdin, stdinOfPipe, stdinOfStream } from "./stdin.ts";

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

export interface ChildOptions {
  readonly environment: Environment;
  readonly directory: string;
  /**
   * Descriptor 3: a channel in both directions, or a pipe to the child that can be opened by name.
   */
  readonly extra?: "channel" | "pipe";
  /** Its standard streams; by default pipes that are ready, else socket pairs. */
  readonly pipes?: StandardPipes;
}

export interface Child {
  /** What it was started as. */
  readonly command: Command;
  /** Undefined when it could not be started. */
  readonly pid: number | undefined;
  /** Descriptor 3, when a channel was asked for and the child started. */
  readonly channel: Duplex | undefined;
  /** Descriptor 3, when a pipe was asked for and the child started. */
  readonly pipe: Stdin | undefined;
  /** The most memory that it had when it last wrote, where that is kept. */
  readonly peakBytes?: number | undefined;
  /** The main process ended, whoever still holds its output. Never rejects. */
  readonly ended: Promise<Ending>;
  readonly running: boolean;
  /**
   * Writes to stdin; it is not an error if the script does not read it. False when it is already
   * known that nobody ever will, because no process holds the other end.
   */
  write(bytes: Uint8Array): boolean;
  /** Writes the last bytes and closes stdin. */
  end(bytes: Uint8Array): void;
  /** How many of the written bytes no process has read; undefined if the system does not tell. */
  unread(): number | undefined;
  /** Starts to read both outputs; until then the child writes into its pipes. */
  read(stdout: Sink, stderr: Sink): void;
  /** Waits for the main process and its output, then kills the rest of its group. */
  finish(): Promise<Ending>;
  /** Sends a signal to the whole process group. */
  signal(name: "SIGTERM" | "SIGKILL"): void;
}

/** How long output of an ended process may still come from processes that it started. */
const drainMs = 50;

/** The time during which our own reader holds them back does not count, up to this. */
const longestDrainMs = 1000;

/**
 * How long the pipes may take to close after the group was killed; an escaped process that holds
 * them is not waited for.
 */
const closeMs = 100;

/** When we stopped the script, the deadline is near: both steps together fit in its margin. */
const stoppedMs = 15;

/**
 * The most that two pipes can hold (/proc/sys/fs/pipe-max-size); anything more comes from an
 * escaped writer.
 */
const unreadBytes = 2 * 1024 * 1024;

/**
 * Starts a program in its own process group. If it cannot be started, that is an ending, not an
 * exception.
 */
export function startChild(command: Command, options: ChildOptions): Child {
  let pipes: StandardPipes | undefined;
  let extra: ReturnType<typeof takePipeToChild>;
  let child: ChildProcess;
  try {
    pipes = options.pipes ?? takeStandardPipes();
    if (options.extra === "pipe") extra = takePipeToChild();
    child = spawn(command.program, command.args, {
      cwd: options.directory,
      env: options.environment,
      // Its own group, so that everything it starts can be ended with it.
      detached: true,
      stdio: [
        ...(pipes?.child ?? (["pipe", "pipe", "pipe"] as const)),
        ...(options.extra === undefined ? [] : [extra?.child ?? ("pipe" as const)]),
      ],
    });
  } catch (error) {
    if (pipes !== undefined) closeHostEnds(pipes);
    if (extra !== undefined) closeSync(extra.host);
    return neverStarted(command, Promise.resolve(notStarted(command, options, error as Error)));
  } finally {
    for (const fd of pipes?.child ?? []) closeSync(fd);
    if (extra !== undefined) closeSync(extra.child);
  }
  if (child.pid === undefined) {
    if (pipes !== undefined) closeHostEnds(pipes);
    if (extra !== undefined) closeSync(extra.host);
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
    return neverStarted(
      command,
      new Promise((resolve) => {
        child.once("error", (error) => resolve(notStarted(command, options, error)));
      }),
    );
  }
  const pipe = extra === undefined ? undefined : stdinOfPipe(extra.host);
  return superviseChild(command, child, child.pid, pipes, pipe);
}

function superviseChild(
  command: Command,
  child: ChildProcess,
  group: number,
  pipes: StandardPipes | undefined,
  namedPipe: Stdin | undefined,
): Child {
  const stdin =
    pipes === undefined ? stdinOfStream(child.stdin as Writable) : stdinOfPipe(pipes.stdin);
  const outputs: readonly [Output, Output] =
    pipes === undefined
      ? [outputOfStream(child.stdout as Readable), outputOfStream(child.stderr as Readable)]
      : [pipes.stdout, pipes.stderr];
  let reading = false;
  let openOutputs = 2;
  let received = 0;
  let held = 0;
  let onOutputsClosed: (() => void) | undefined;
  let running = true;
  let stopped = false;
  let realTime: string | undefined;
  let peakBytes: number | undefined;

  const ended = new Promise<Ending>((resolve) => {
    child.once("exit", (status, signal) => {
      running = false;
      const by = signal ?? realTime;
      resolve(
        by === undefined
          ? { kind: "exit", status: status as number }
          : { kind: "signal", signal: by },
      );
    });
  });
  const channel = (child.stdio[3] ?? undefined) as Duplex | undefined;
  channel?.on("error", ignoreBrokenPipe);
  // If there are no pipes, the channel serves as one.
  const pipe = namedPipe ?? (channel === undefined ? undefined : stdinOfStream(channel));

  // Checked with each piece: the end of an output is read a turn after its last piece, which may be
  // too late.
  function lookForRealTimeSignal(): void {
    if (running) realTime ??= realTimeSignal(group);
  }

  function connect(output: Output, sink: Sink | undefined): void {
    output.read(
      (piece) => {
        received += piece.length;
        if (keepsProcessFacts() && running) peakBytes = peakBytesOf(group) ?? peakBytes;
        lookForRealTimeSignal();
        const wait = sink?.(piece);
        if (wait === undefined) return undefined;
        held++;
        return wait.then(() => {
          held--;
        });
      },
      lookForRealTimeSignal,
      () => {
        openOutputs--;
        if (openOutputs === 0) onOutputsClosed?.();
      },
    );
  }

  function read(stdout: Sink | undefined, stderr: Sink | undefined): void {
    reading = true;
    connect(outputs[0], stdout);
    connect(outputs[1], stderr);
  }

  /**
   * Checks again each time after this long; resolves when both are closed or there is no reason to
   * go on.
   */
  function outputsClosed(everyMs: number, goesOn: () => Promise<boolean> | boolean): Promise<void> {
    if (openOutputs === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const settle = () => {
        clearInterval(timer);
        resolve();
      };
      const timer = setInterval(async () => {
        if (!(await goesOn())) settle();
      }, everyMs);
      onOutputsClosed = settle;
    });
  }

  function signal(name: "SIGTERM" | "SIGKILL"): void {
    stopped ||= running;
    // After most scripts there is nothing left to kill, and an exception would collect a stack only
    // to say so.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      process.kill(-group, name);
    } catch {
      // ESRCH: nothing of the group is left, which is the goal.
    }
    Error.stackTraceLimit = stackTraceLimit;
  }

  async function finish(): Promise<Ending> {
    const ending = await ended;
    stdin.close();
    if (!reading) read(undefined, undefined);
    const longest = Date.now() + longestDrainMs;
    await outputsClosed(stopped ? stoppedMs : drainMs, () => held > 0 && Date.now() < longest);
    signal("SIGKILL");
    // What is in the pipes comes from the script, however long our reader takes. A busy host finds
    // its timer due before it has read them; one turn of the event loop shows which it is.
    const most = received + unreadBytes;
    await outputsClosed(stopped ? stoppedMs : closeMs, async () => {
      const before = received;
      await new Promise(setImmediate);
      return received < most && (held > 0 || received > before);
    });
    for (const output of outputs) output.destroy();
    stdin.destroy();
    channel?.destroy();
    pipe?.destroy();
    return ending;
  }

  return {
    command,
    pid: group,
    channel,
    pipe,
    ended,
    get running() {
      return running;
    },
    get peakBytes() {
      return peakBytes;
    },
    write: stdin.write,
    end(bytes) {
      stdin.write(bytes);
      stdin.close();
    },
    unread: stdin.unread,
    read,
    finish,
    signal,
  };
}

function closeHostEnds({ stdin, stdout, stderr }: StandardPipes): void {
  closeSync(stdin);
  stdout.destroy();
  stderr.destroy();
}

function notStarted(command: Command, { directory }: ChildOptions, error: Error): Ending {
  const code = (error as NodeJS.ErrnoException).code;
  // The system blames the program even if something else is missing.
  if (code === "ENOENT" && !existsSync(directory)) {
    return {
      kind: "not-started",
      reason: `${command.program} could not be started: the working directory ${directory} (LAMBDA_TASK_ROOT) is no longer there. An earlier event has deleted or renamed it; write to /tmp only.`,
    };
  }
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

function neverStarted(command: Command, ended: Promise<Ending>): Child {
  return {
    command,
    pid: undefined,
    channel: undefined,
    pipe: undefined,
    ended,
    running: false,
    write: () => false,
    end() {},
    unread: () => undefined,
    read() {},
    finish: () => ended,
    signal() {},
  };
}
