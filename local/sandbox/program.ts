// One program of an environment: the runtime or an extension, its output as lines, its end.
import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
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

/** A shell and bubblewrap report a signal as its number added to 128. */
function unwrapExit(code: number | null, signal: NodeJS.Signals | null): Exit {
  const number = (code ?? 0) - 128;
  // A program that exits with a higher status means just that: later signals hardly ever end one.
  if (number > constants.signals.SIGTERM) return { code, signal };
  const name = signalNames.find((name) => constants.signals[name] === number);
  return name === undefined ? { code, signal } : { code: null, signal: name };
}

const signalNames = Object.keys(constants.signals) as NodeJS.Signals[];

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
