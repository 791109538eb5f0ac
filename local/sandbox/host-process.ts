// The host as a process of its own, with everything it starts.
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { execa } from "execa";
import type { Exit } from "../runtime-api/invocation.ts";
import { killProcessTree } from "./process-tree.ts";
import { within } from "./within.ts";

/** What Lambda grants a runtime that registered as an extension, in milliseconds. */
const sigtermGraceMs = 500;
/** How long the log may stay open when the processes are gone, in milliseconds. */
const lastLogMs = 500;

export interface HostProcess {
  readonly exited: Promise<Exit>;
  /** Ends the host and all it started; resolves when the log is complete. */
  stop(options: { sigterm: boolean }): Promise<void>;
}

/** Starts a bootstrap in a session of its own, so that no Ctrl-C reaches it but ours. */
export function startHostProcess(
  bootstrap: string,
  env: NodeJS.ProcessEnv,
  log: Writable,
): HostProcess {
  const { AWS_LAMBDA_LOG_STREAM_NAME: logStream } = env;
  const host = spawnHost(bootstrap, env);
  // A runtime's stdout is log too, as on Lambda.
  const streams = [host.stdout, host.stderr];
  for (const stream of streams) stream.pipe(log, { end: false });
  const logComplete = Promise.all(streams.map(ended));
  const exited = waitForExit(host);
  return {
    exited,
    async stop({ sigterm }) {
      if (sigterm && host.pid !== undefined) {
        host.kill("SIGTERM");
        await within(sigtermGraceMs, exited);
      }
      if (host.pid !== undefined) {
        await killProcessTree(host.pid, `AWS_LAMBDA_LOG_STREAM_NAME=${logStream}`);
      }
      // What could not be started has ended; the invocation says why.
      await exited.catch(() => {});
      // A process that escaped the look may hold the log open.
      await within(lastLogMs, logComplete);
      for (const stream of streams) stream.destroy();
    },
  };
}

function spawnHost(bootstrap: string, env: NodeJS.ProcessEnv) {
  return execa(bootstrap, {
    cwd: env.LAMBDA_TASK_ROOT as string,
    env,
    extendEnv: false,
    detached: true,
    cleanup: false,
    buffer: false,
    reject: false,
    stdin: "ignore",
  });
}

/** Rejects when the host could not be started at all. */
async function waitForExit(host: ReturnType<typeof spawnHost>): Promise<Exit> {
  if (host.pid === undefined) {
    const { originalMessage } = await host;
    throw new Error(`the host could not be started: ${originalMessage}`);
  }
  const [code, signal] = (await once(host.nodeChildProcess, "exit")) as [
    number | null,
    NodeJS.Signals | null,
  ];
  return { code, signal };
}

function ended(stream: Readable): Promise<void> {
  return new Promise((resolve) => stream.once("close", () => resolve()));
}
