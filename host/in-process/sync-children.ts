// spawnSync, execFileSync and execSync with inherited stdio: what the child writes goes to a file, and is
// handed on when it has ended.
import { currentScope } from "./event-scope.ts";
import { lendStdin } from "./lent-stdin.ts";
import { ownStdio, sharedStdio } from "./shared-stdio.ts";
import type { Standard } from "./standard-files.ts";
import { write } from "./standard-io.ts";
import { openTemporaryFile } from "./temporary-file.ts";

type Call = (...args: unknown[]) => unknown;
type Options = Record<string, unknown>;

// Taken before mode `main` binds them.
const { closeSync, readSync } = process.getBuiltinModule("node:fs");

export function bindSyncChildren(): void {
  const calls = process.getBuiltinModule("node:child_process") as unknown as Record<string, Call>;
  for (const name of ["spawnSync", "execFileSync", "execSync"]) {
    const original = calls[name] as Call;
    calls[name] = (...args) => {
      const last = args.at(-1);
      const options = isOptions(last) ? last : undefined;
      const shared = sharedStdio(options?.stdio);
      if (options === undefined || shared === undefined || currentScope() === undefined) {
        return original(...args);
      }
      return withFiles(options, shared, (stdio) =>
        original(...args.slice(0, -1), { ...options, stdio }),
      );
    };
  }
}

function isOptions(value: unknown): value is Options {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function withFiles(
  options: Options,
  shared: readonly (Standard | undefined)[],
  run: (stdio: unknown[]) => unknown,
): unknown {
  // Given input takes the place of stdin.
  const reads = shared.includes(0) && options.input === undefined;
  const stdin = reads ? lendStdin() : undefined;
  const files = new Map<1 | 2, number>();

  function fileFor(standard: 1 | 2): number {
    const fd = files.get(standard) ?? openTemporaryFile();
    files.set(standard, fd);
    return fd;
  }

  try {
    const stdio = ownStdio(options.stdio, shared, (standard) =>
      standard === 0 ? (stdin?.fd ?? "pipe") : fileFor(standard),
    );
    return run(stdio);
  } finally {
    stdin?.giveBack();
    try {
      for (const [standard, fd] of files) handOn(standard, fd);
    } finally {
      for (const fd of files.values()) closeSync(fd);
    }
  }
}

function handOn(standard: 1 | 2, fd: number): void {
  for (let at = 0; ; ) {
    const piece = Buffer.allocUnsafeSlow(64 * 1024);
    const size = readSync(fd, piece, 0, piece.length, at);
    if (size === 0) return;
    write(standard, piece.subarray(0, size));
    at += size;
  }
}
