// A bootstrap under test: started as Lambda starts it, against a small Runtime API of the test's own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { setImmediate as afterPendingReads, setTimeout as delay } from "node:timers/promises";
import {
  type Answer,
  type Event,
  type InvokeOptions,
  type Post,
  startRuntimeApiServer,
} from "./runtime-api-server.ts";

export interface HostOptions {
  /** The handler setting, `_HANDLER`. */
  handler: string;
  /** `LAMBDA_TASK_ROOT`, and the working directory. */
  root: string;
  env?: Record<string, string>;
  /** Default: the checkout's `host/bootstrap`. */
  bootstrap?: string;
}

export interface Host extends AsyncDisposable {
  pid: number;
  /**
   * Rejects when the host ends without an answer; it is killed 30 s after the deadline.
   * Events may be queued; each is one invocation.
   */
  invoke(event: Event, options?: InvokeOptions): Promise<Answer>;
  /** All that the host has written so far. */
  log(): string;
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** The posted init error; `undefined` once the host polled or ended without one. */
  initError: Promise<Post | undefined>;
  /** SIGTERM, then SIGKILL to the process group; closes the Runtime API. */
  stop(): Promise<void>;
}

const checkout = join(import.meta.dirname, "../..");

/** Starts a bootstrap; it need not have polled yet when this resolves. */
export async function startHost(options: HostOptions): Promise<Host> {
  let log = "";
  const api = await startRuntimeApiServer(async () => {
    await afterPendingReads();
    return log;
  });
  const child = spawn(options.bootstrap ?? join(checkout, "host/bootstrap"), [], {
    cwd: options.root,
    detached: true,
    env: lambdaEnvironment(options, api.address),
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      log += text;
    });
  }
  await once(child, "spawn").catch((error) => {
    api.close();
    throw error;
  });
  const { pid } = child as { pid: number };
  const exited = once(child, "exit").then(([code, signal]) => ({ code, signal }));
  exited.then(({ code, signal }) => api.hostEnded(signal ?? `exit status ${code}`));

  // Nothing of a test outlives the test's own process.
  const killNow = () => signalGroup(pid, "SIGKILL");
  process.once("exit", killNow);

  async function stop(): Promise<void> {
    signalGroup(pid, "SIGTERM");
    await Promise.race([exited, delay(1000, undefined, { ref: false })]);
    signalGroup(pid, "SIGKILL");
    await exited;
    process.off("exit", killNow);
    api.close();
  }

  async function invoke(event: Event, invokeOptions: InvokeOptions = {}): Promise<Answer> {
    // Lambda ends what does not answer; a host that hangs must not hang the tests.
    const remaining = (invokeOptions.deadlineMs ?? 0) - Date.now();
    const patience = Math.min(Math.max(0, remaining) + 30_000, 2 ** 31 - 1);
    const timer = setTimeout(killNow, patience);
    try {
      return await api.invoke(event, invokeOptions);
    } finally {
      clearTimeout(timer);
    }
  }

  const { initError } = api;
  return { pid, invoke, log: () => log, exited, initError, stop, [Symbol.asyncDispose]: stop };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // ESRCH: the whole group has ended already.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

// Only what Lambda gives: a test's own variables must not reach the function.
function lambdaEnvironment({ handler, root, env }: HostOptions, runtimeApi: string) {
  return {
    _HANDLER: handler,
    LAMBDA_TASK_ROOT: root,
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    AWS_LAMBDA_FUNCTION_NAME: "test",
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
    AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/test",
    AWS_LAMBDA_LOG_STREAM_NAME: "2026/01/01/[$LATEST]test",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_REGION: "eu-central-1",
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    ...env,
  };
}
