// Pipes that a child opens by name. No descriptor is inherited, so none has to be hidden from what
// the child starts, and languages that cannot open a descriptor by its number can use them.
import { spawnSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Output, outputOfPipe } from "./output.ts";
import { type StandardPipes, takeStandardPipes } from "./pipes.ts";

const { O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

interface NamedPipe {
  /** The path that the child opens. */
  readonly path: string;
  /** The host closes its copy of the child's end, and with it the name. */
  closeName(): void;
}

/** The child writes, the host reads. */
export interface NamedOutput extends NamedPipe {
  readonly output: Output;
}

/** The host writes to the descriptor, the child reads. */
export interface NamedInput extends NamedPipe {
  readonly fd: number;
}

/** A child gets pipes in threes, of which one is often left over. */
const spare: NamedOutput[] = [];

/** Runners that take only pairs never need the rest. */
const mostSpare = 4;

function keep(pipe: NamedOutput): void {
  if (spare.length < mostSpare) {
    spare.push(pipe);
    return;
  }
  pipe.closeName();
  pipe.output.destroy();
}

/**
 * Both ends stay open here until the name is closed, so that opening it never blocks.
 * `withoutLinks` is for a child that cannot open a link to a pipe.
 */
export function takeNamedOutput(withoutLinks = false): NamedOutput {
  if (withoutLinks) return makeOutput();
  const kept = spare.pop();
  if (kept !== undefined) return kept;
  const pipes = takeStandardPipes();
  if (pipes === undefined) return makeOutput();
  const [stdin, stdout, stderr] = pipes.child;
  closeSync(stdin);
  closeSync(pipes.stdin);
  keep(namedOutput(stderr, pipes.stderr));
  return namedOutput(stdout, pipes.stdout);
}

/** A pipe in each direction. */
export function takeNamedPair(withoutLinks = false): {
  toChild: NamedInput;
  fromChild: NamedOutput;
} {
  const pipes = withoutLinks ? undefined : takeStandardPipes();
  if (pipes === undefined) return { toChild: makeInput(), fromChild: makeOutput() };
  const [stdin, stdout, stderr] = pipes.child;
  keep(namedOutput(stderr, pipes.stderr));
  return {
    toChild: { fd: pipes.stdin, path: nameOf(stdin), closeName: () => closeSync(stdin) },
    fromChild: namedOutput(stdout, pipes.stdout),
  };
}

/**
 * Real pipes, whatever else is ready: an interpreter that stays may remember that its output was a
 * socket (PHP does), and then not write to the pipe that replaces it for an event.
 */
export function standardPipes(): StandardPipes {
  return takeStandardPipes() ?? makeStandardPipes();
}

function makeStandardPipes(): StandardPipes {
  const { path, remove } = makeFifos("stdin", "stdout", "stderr");
  const [stdin, stdout, stderr] = ["stdin", "stdout", "stderr"].map((name) => join(path, name)) as [
    string,
    string,
    string,
  ];
  // Without a reader it could not be opened for writing.
  const reader = openSync(stdin, O_RDONLY | O_NONBLOCK);
  const input = openSync(stdin, O_WRONLY | O_NONBLOCK);
  const outputs = [stdout, stderr].map((name) => openSync(name, O_RDONLY | O_NONBLOCK));
  const child = [
    openSync(stdin, O_RDONLY),
    openSync(stdout, O_WRONLY),
    openSync(stderr, O_WRONLY),
  ] as const;
  closeSync(reader);
  remove();
  const [output, errors] = outputs.map(outputOfPipe) as [Output, Output];
  return { stdin: input, stdout: output, stderr: errors, child };
}

function namedOutput(fd: number, output: Output): NamedOutput {
  return { output, path: nameOf(fd), closeName: () => closeSync(fd) };
}

function nameOf(fd: number): string {
  return `/proc/${process.pid}/fd/${fd}`;
}

// Named pipes in a folder, for systems without /proc and for when no descriptor was left to make
// pipes.
function makeOutput(): NamedOutput {
  const { path, remove } = makeFifo();
  const reader = openSync(path, O_RDONLY | O_NONBLOCK);
  const writer = openSync(path, O_WRONLY | O_NONBLOCK);
  return {
    output: outputOfPipe(reader),
    path,
    closeName() {
      closeSync(writer);
      remove();
    },
  };
}

function makeInput(): NamedInput {
  const { path, remove } = makeFifo();
  const reader = openSync(path, O_RDONLY | O_NONBLOCK);
  const fd = openSync(path, O_WRONLY | O_NONBLOCK);
  return {
    fd,
    path,
    closeName() {
      closeSync(reader);
      remove();
    },
  };
}

function makeFifo(): { path: string; remove(): void } {
  const { path, remove } = makeFifos("pipe");
  return { path: join(path, "pipe"), remove };
}

/** A folder for named pipes. */
function makeFifos(...names: string[]): { path: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "stdlambda-pipe-"));
  const paths = names.map((name) => join(folder, name));
  const { status, error } = spawnSync("mkfifo", ["-m", "600", ...paths]);
  if (status !== 0) {
    const reason = error?.message ?? `exit status ${status}`;
    throw new Error(`mkfifo ${paths.join(" ")} failed: ${reason}`);
  }
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
