// One program of an environment: the runtime or an extension, its output as lines, its end.
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { createLogLines } from "../logs/log-lines.ts";
import type { Exit } from "../runtime-api/invocation.ts";
import { endWithService } from "./end-with-service.ts";

export interface Program {
  /** Undefined when it could not be started. */
  readonly id: number | undefined;
  /** Resolves when the process is gone. */
  readonly exited: Promise<Exit>;
  /** Resolves when its output is closed. */
  readonly silent: Promise<unknown>;
  /** Gives up output that an escaped process still holds. */
  abandonOutput(): void;
}

export interface ProgramOptions {
  readonly command: readonly string[];
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  /** Whether the command runs under bubblewrap, which reports a signal as a status. */
  readonly isWrapped: boolean;
  /** One message of the log. */
  readonly onLine: (line: string) => void;
  /** The operating system could not start it. */
  readonly onStartError: (error: NodeJS.ErrnoException) => void;
}

/** In a separate session: Ctrl-C at the terminal reaches only the service, which ends it in order. */
export function startProgram(options: ProgramOptions): Program {
  const [program, ...args] = options.command as [string, ...string[]];
  const child = spawn(program, args, {
    cwd: options.directory,
    env: options.env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { stdout, stderr } = child;
  // Bubblewrap ends with the process that started it.
  if (child.pid !== undefined && !options.isWrapped) child.once("exit", endWithService(child.pid));
  return {
    id: child.pid,
    exited: waitForExit(child, options),
    // A runtime's stdout is log too, as on Lambda.
    silent: Promise.all([readLines(stdout, options.onLine), readLines(stderr, options.onLine)]),
    abandonOutput() {
      stdout.destroy();
      stderr.destroy();
    },
  };
}

function waitForExit(
  child: ChildProcess,
  { isWrapped, onStartError }: ProgramOptions,
): Promise<Exit> {
  return new Promise((resolve) => {
    child.once("error", (error) => {
      if (child.pid !== undefined) return;
      onStartError(error);
      resolve({ code: null, signal: null });
    });
    child.once("exit", (code, signal) =>
      resolve(isWrapped ? unwrapExit(code, signal) : { code, signal }),
    );
  });
}

/** Signals by number, as a shell and bubblewrap add them to 128. */
const signals: Partial<Record<number, NodeJS.Signals>> = {
  1: "SIGHUP",
  2: "SIGINT",
  3: "SIGQUIT",
  4: "SIGILL",
  5: "SIGTRAP",
  6: "SIGABRT",
  7: "SIGBUS",
  8: "SIGFPE",
  9: "SIGKILL",
  10: "SIGUSR1",
  11: "SIGSEGV",
  12: "SIGUSR2",
  13: "SIGPIPE",
  14: "SIGALRM",
  15: "SIGTERM",
};

function unwrapExit(code: number | null, signal: NodeJS.Signals | null): Exit {
  const name = code === null ? undefined : signals[code - 128];
  return name === undefined ? { code, signal } : { code: null, signal: name };
}

function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  const lines = createLogLines(onLine);
  stream.on("data", (chunk: Buffer) => lines.push(chunk));
  return new Promise((resolve) => {
    stream.once("close", () => {
      lines.flush();
      resolve();
    });
  });
}
