// A bootstrap as a process against a Runtime API of the test's own, with what Lambda tells it.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Address } from "../../host/runtime-api/address.ts";

export interface BootstrapOptions {
  /** AWS_LAMBDA_RUNTIME_API, or where it listens; undefined leaves the variable unset. */
  readonly runtimeApi: string | Address | undefined;
  readonly handler?: string;
  readonly root?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** The program and its arguments; default the checkout's bootstrap. */
  readonly command?: readonly [string, ...string[]];
}

export interface BootstrapExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** When it was noticed, as performance.now() says. */
  readonly at: number;
}

export interface Bootstrap extends AsyncDisposable {
  readonly pid: number;
  readonly startedAt: number;
  readonly exited: Promise<BootstrapExit>;
  /** All that it has written, on both outputs. */
  log(): string;
}

export const checkoutBootstrap = join(import.meta.dirname, "../../host/bootstrap");

export function startBootstrap(options: BootstrapOptions): Bootstrap {
  const { runtimeApi, handler = "x", root = tmpdir(), env, cwd = root } = options;
  const [program, ...args] = options.command ?? [checkoutBootstrap];
  const api = typeof runtimeApi === "object" ? `${runtimeApi.host}:${runtimeApi.port}` : runtimeApi;
  const startedAt = performance.now();
  const child = spawn(program, args, {
    cwd,
    detached: true,
    env: {
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      LAMBDA_TASK_ROOT: root,
      _HANDLER: handler,
      ...(api === undefined ? {} : { AWS_LAMBDA_RUNTIME_API: api }),
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      log += text;
    });
  }
  const exited = new Promise<BootstrapExit>((resolve, reject) => {
    child.on("error", reject);
    let exit: BootstrapExit | undefined;
    child.on("exit", (code, signal) => {
      exit = { code, signal, at: performance.now() };
    });
    child.on("close", () => resolve(exit as BootstrapExit));
  });
  const kill = () => {
    try {
      process.kill(-(child.pid as number), "SIGKILL");
    } catch {
      // ESRCH: it has ended already.
    }
  };
  process.once("exit", kill);
  return {
    pid: child.pid as number,
    startedAt,
    exited,
    log: () => log,
    async [Symbol.asyncDispose]() {
      kill();
      await exited;
      process.off("exit", kill);
    },
  };
}

/** A folder with these files, executable ones where they begin with a shebang. */
export function taskRoot(files: Record<string, string>): { root: string } & Disposable {
  const root = mkdtempSync(join(tmpdir(), "stdlambda-host-"));
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(root, name), text, { mode: text.startsWith("#!") ? 0o755 : 0o644 });
  }
  return { root, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
}
