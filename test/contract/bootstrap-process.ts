// A bootstrap started as Lambda starts it, with its log, its end, and all that descends from it.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { delimiter, dirname } from "node:path";
import type { Readable } from "node:stream";
import type { Exit } from "./case.ts";
import { processesWith } from "./processes.ts";

export interface BootstrapOptions {
  /** An executable. */
  bootstrap: string;
  handler: string;
  /** `LAMBDA_TASK_ROOT` and the working directory. */
  root: string;
  /** `AWS_LAMBDA_RUNTIME_API`. */
  address: string;
  env: Record<string, string>;
  telemetry: boolean;
}

export interface BootstrapProcess extends AsyncDisposable {
  pid: number;
  startedAtMs: number;
  log(): string;
  telemetry(): Buffer;
  processes(): { pid: number; command: string }[];
  exited: Promise<Exit>;
}

/** Leaders of process groups, ended with this process so that none outlives an interrupted run. */
const living = new Set<number>();
process.on("exit", () => {
  for (const pid of living) kill(-pid);
});

/** Rejects when the bootstrap cannot be executed. */
export async function startBootstrap(options: BootstrapOptions): Promise<BootstrapProcess> {
  const mark = `CONFORMANCE_RUN=${randomUUID()}`;
  const env = lambdaEnvironment(options);
  const [markName = "", markValue = ""] = mark.split("=");
  const startedAtMs = performance.now();
  const child = spawn(options.bootstrap, [], {
    cwd: options.root,
    detached: true, // A group of its own, which can be ended as a whole.
    env: { ...env, [markName]: markValue },
    stdio: ["ignore", "pipe", "pipe", ...(options.telemetry ? (["pipe"] as const) : [])],
  });
  let log = "";
  const frames: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      log += text;
    });
  }
  const telemetry = child.stdio[3] as Readable | undefined;
  telemetry?.on("data", (bytes: Buffer) => frames.push(bytes));
  const exited = once(child, "exit").then(([code, signal]): Exit => {
    return { code, signal, atMs: performance.now() };
  });
  await Promise.race([once(child, "spawn"), exited]);
  const { pid = -1 } = child;
  living.add(pid);

  return {
    pid,
    startedAtMs,
    log: () => log,
    telemetry: () => Buffer.concat(frames),
    processes: () => processesWith(mark),
    exited,
    async [Symbol.asyncDispose]() {
      living.delete(pid);
      kill(-pid);
      if (process.platform === "linux") for (const left of processesWith(mark)) kill(left.pid);
      await exited;
      child.stdout?.destroy();
      child.stderr?.destroy();
      telemetry?.destroy();
    },
  };
}

function lambdaEnvironment({ handler, root, address, env, telemetry }: BootstrapOptions) {
  // The node of this process comes first, so that `#!/usr/bin/env node` means the same to all.
  const path = [dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(delimiter);
  return {
    PATH: path,
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    _HANDLER: handler,
    LAMBDA_TASK_ROOT: root,
    LAMBDA_RUNTIME_DIR: "/var/runtime",
    AWS_LAMBDA_RUNTIME_API: address,
    AWS_REGION: "eu-central-1",
    AWS_DEFAULT_REGION: "eu-central-1",
    AWS_LAMBDA_FUNCTION_NAME: "conformance",
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
    AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/conformance",
    AWS_LAMBDA_LOG_STREAM_NAME: "2026/11/21/[$LATEST]0123456789abcdef",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_ACCESS_KEY_ID: "an-access-key-id",
    AWS_SECRET_ACCESS_KEY: "a-secret-access-key",
    AWS_SESSION_TOKEN: "a-session-token",
    USER_VARIABLE: "a user's value",
    ...(telemetry ? { _LAMBDA_TELEMETRY_LOG_FD: "3" } : {}),
    ...env,
  };
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended already, which is what is wanted.
  }
}
