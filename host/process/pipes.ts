// Real pipes for a child's standard streams. Node gives children socket pairs, and those cannot be
// opened by name: `echo oops >/dev/stderr` and `cat /dev/stdin` fail on them with ENXIO (open(2)),
// and `bash -c` takes a socket for a remote shell. Node cannot make a pipe, but a shell makes one
// for each small here-document: a shell that waits makes some on request, and the host opens them
// through /proc. (A named pipe would not do: opened by name after its writer has closed, it blocks;
// fifo(7).) A whole spawn of `cat` takes within 5 % of the time with socket pairs.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { type Output, outputOfPipe } from "./output.ts";

const { O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** The three streams on the host's side, and their descriptors on the child's. */
export interface StandardPipes {
  /** A descriptor to write to, without blocking. */
  readonly stdin: number;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Descriptors 0, 1 and 2 of the child. */
  readonly child: readonly [number, number, number];
}

/**
 * dash lets a script name descriptors of one digit: that is enough for two children in one turn.
 */
const descriptors = [3, 4, 5, 6, 7, 8];

// A here-document must not be empty, or bash opens /dev/null for it.
const pipeMaker = [
  "while read -r _; do",
  `exec ${redirections("<<X")}`,
  ...descriptors.map(() => "x\nX"),
  "echo; read -r _",
  `exec ${redirections("<&-")}`,
  "done",
].join("\n");

function redirections(operator: string): string {
  return descriptors.map((fd) => `${fd}${operator}`).join(" ");
}

/** Enough for a child that must be started again while its event waits. */
const wanted = 2;

const ready: StandardPipes[] = [];
let maker: ChildProcess | undefined;

/**
 * A shell that was killed, or a moment without free descriptors, is no reason to give up for good.
 */
const mostFailures = 3;
let failures = 0;

/** Three new pipes; undefined when none are ready, and the child gets socket pairs. */
export function takeStandardPipes(): StandardPipes | undefined {
  return ready.pop();
}

/** One pipe to a child, as the host's descriptor and the child's; undefined when none are ready. */
export function takePipeToChild(): { readonly host: number; readonly child: number } | undefined {
  const pipes = ready.pop();
  if (pipes === undefined) return undefined;
  const [stdin, ...outputs] = pipes.child;
  for (const fd of outputs) closeSync(fd);
  pipes.stdout.destroy();
  pipes.stderr.destroy();
  return { host: pipes.stdin, child: stdin };
}

/**
 * The number of descriptors is limited: the sandbox may have 4,096 for many slots, and a set takes
 * six.
 */
const mostReady = 192;

let users = 1;

/** Says how many runners take pipes at the same time. */
export function sharePipes(among: number): void {
  users = among;
}

let making: Promise<void> | undefined;

/**
 * Makes pipes when fewer than this many sets are left for each user; call it when no event is
 * waiting.
 */
export async function replenishPipes(sets = wanted): Promise<void> {
  while (failures < mostFailures && ready.length < Math.min(sets * users, mostReady)) {
    making ??= makePipes().finally(() => {
      making = undefined;
    });
    await making;
  }
}

async function makePipes(): Promise<void> {
  maker ??= startMaker();
  const shell = maker;
  shell.stdin?.write("\n");
  if (!(await made(shell))) {
    failures++;
    maker = undefined;
    return;
  }
  try {
    const ends = descriptors.map((fd) => `/proc/${shell.pid}/fd/${fd}`);
    for (let at = 0; at < ends.length; at += 3) {
      ready.push(openThree(ends[at] as string, ends[at + 1] as string, ends[at + 2] as string));
    }
    failures = 0;
  } catch {
    // There is no /proc, no descriptor is left, or the shell makes files: socket pairs are enough
    // for most scripts.
    failures++;
  }
  shell.stdin?.write("\n");
}

function startMaker(): ChildProcess {
  const shell = spawn("/bin/sh", ["-c", pipeMaker], {
    env: {},
    stdio: ["pipe", "pipe", "ignore"],
    detached: true,
  });
  shell.stdin?.on("error", () => {});
  shell.once("exit", () => {
    if (maker === shell) maker = undefined;
  });
  return shell;
}

/** Whether the shell has answered. */
function made(shell: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (answer: boolean) => () => {
      shell.stdout?.off("data", yes);
      shell.off("exit", no);
      shell.off("error", no);
      resolve(answer);
    };
    const yes = settle(true);
    const no = settle(false);
    shell.stdout?.once("data", yes);
    shell.once("exit", no);
    shell.once("error", no);
  });
}

function openThree(stdin: string, stdout: string, stderr: string): StandardPipes {
  const opened: number[] = [];
  const open = (path: string, flags: number): number => {
    const fd = openSync(path, flags);
    opened.push(fd);
    return fd;
  };
  try {
    for (const path of [stdin, stdout, stderr]) empty(path);
    const child = [open(stdin, O_RDONLY), open(stdout, O_WRONLY), open(stderr, O_WRONLY)] as const;
    const host = [
      open(stdin, O_WRONLY | O_NONBLOCK),
      open(stdout, O_RDONLY | O_NONBLOCK),
      open(stderr, O_RDONLY | O_NONBLOCK),
    ] as const;
    return {
      stdin: host[0],
      stdout: outputOfPipe(host[1]),
      stderr: outputOfPipe(host[2]),
      child,
    };
  } catch (error) {
    for (const fd of opened) closeSync(fd);
    throw error;
  }
}

const scrap = Buffer.allocUnsafe(16);

/** Reads the here-document out of its pipe. @throws Error when it is not a pipe. */
function empty(path: string): void {
  const fd = openSync(path, O_RDONLY | O_NONBLOCK);
  try {
    if (!fstatSync(fd).isFIFO()) throw new Error(`${path} is not a pipe`);
    readSync(fd, scrap);
  } finally {
    closeSync(fd);
  }
}
