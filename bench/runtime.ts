// One runtime of the bench as a process: started with Lambda's variables and none of the caller's,
// observed through /proc, ended with everything it started.

import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lambdaDefaults } from "../lambda/defaults.ts";
import { peakMemoryOf } from "../local/sandbox/memory.ts";
import type { Row } from "./rows.ts";
import { type Command, taskRoot } from "./runtimes.ts";

// SIGTERM's grace on Lambda is 500 ms; a busy machine gets more before it counts as a fault.
const graceMs = 3000;

export type Runtime = {
  pid: number;
  /** process.hrtime.bigint() just before the process was started. */
  startedAt: bigint;
  /** Settles when the process has ended, and says how. */
  exited: Promise<string>;
  /** The end of its log. */
  logTail: () => string;
  /** The greatest resident memory so far, in bytes; 0 when it has ended. */
  peakMemory: () => number;
  /** Ends the process, by force when it does not end by itself. */
  stop: () => Promise<void>;
};

/** Starts a row's runtime; `address` is the Runtime API's host and port, of a service undefined. */
export function startRuntime(row: Row, command: Command, address: string | undefined): Runtime {
  const logFile = join(tmpdir(), `stdlambda-bench-${process.pid}-${row.name}.log`);
  const log = openSync(logFile, "w");
  const startedAt = process.hrtime.bigint();
  const child = spawn(command.program, command.parameters, {
    cwd: taskRoot,
    env: environment(row, address),
    // A file, not a pipe: reading a log would use the one CPU that is being measured.
    stdio: ["ignore", log, log],
    detached: true,
  });
  closeSync(log);
  const exited = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(signal ?? `exit status ${code}`));
  });
  const pid = child.pid ?? 0;
  return {
    pid,
    startedAt,
    exited,
    logTail: () => readFileSync(logFile, "utf8").slice(-2000),
    peakMemory: () => peakMemoryOf(pid),
    stop: async () => {
      await stop(child, exited);
      rmSync(logFile, { force: true });
    },
  };
}

function environment(row: Row, address: string | undefined): Record<string, string> {
  const common = {
    PATH: [dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(delimiter),
    HOME: tmpdir(),
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
  };
  if (address === undefined) return { ...common, ...row.settings };
  return {
    ...common,
    AWS_LAMBDA_RUNTIME_API: address,
    AWS_REGION: lambdaDefaults.region,
    AWS_DEFAULT_REGION: lambdaDefaults.region,
    AWS_LAMBDA_FUNCTION_NAME: "bench",
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "1769",
    AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/bench",
    AWS_LAMBDA_LOG_STREAM_NAME: "bench",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    LAMBDA_TASK_ROOT: taskRoot,
    _HANDLER: row.handler ?? "none",
    ...row.settings,
  };
}

async function stop(child: ChildProcess, exited: Promise<string>): Promise<void> {
  child.kill("SIGTERM");
  const grace = new AbortController();
  const late = sleep(graceMs, true, { signal: grace.signal }).catch(() => false);
  if (await Promise.race([exited.then(() => false), late])) child.kill("SIGKILL");
  grace.abort();
  await exited;
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    // Nothing was left in its process group, which is as it should be.
  }
}
