// `stdlambda dev` as a user starts it: a process of its own, known by its first screen and its log.
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { execa } from "execa";
import { temporaryFiles } from "../host/temporary-files.ts";

const executable = join(import.meta.dirname, "../../cli/run.ts");

type Files = Readonly<Record<string, string | Buffer>>;

export interface DevOptions {
  /** Of `stdlambda dev`, beside the directory and `--port 0`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A folder that is there, in the place of a fresh one. */
  readonly root?: string;
}

export interface DevProcess {
  readonly root: string;
  readonly url: string;
  readonly pid: number;
  /** Everything printed so far. */
  screen(): string;
  log(): string;
  /** Calls the Invoke API. */
  invoke(name: string, event?: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Sends a signal and gives the exit status, and how long the end took in milliseconds. */
  end(signal?: NodeJS.Signals): Promise<{ exitCode: number | undefined; tookMs: number }>;
}

/** Resolves when the first screen is whole; the process ends with the test. */
export async function startDev(
  t: TestContext,
  files: Files,
  options: DevOptions = {},
): Promise<DevProcess> {
  const root = options.root ?? temporaryFiles(files);
  const { args = [], env = {} } = options;
  const dev = execa(process.execPath, [executable, "dev", root, "--port", "0", ...args], {
    cwd: tmpdir(),
    extendEnv: false,
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "/tmp", ...env },
    reject: false,
    buffer: false,
    stdin: "ignore",
  });
  let screen = "";
  let log = "";
  const url = new Promise<string>((resolve, reject) => {
    dev.stdout.setEncoding("utf8").on("data", (text: string) => {
      screen += text;
      const found = /^stdlambda on (\S+) /.exec(screen)?.[1];
      // Its last line is an empty one.
      if (found !== undefined && screen.endsWith("\n\n")) resolve(found);
    });
    dev.stderr.setEncoding("utf8").on("data", (text: string) => {
      log += text;
    });
    void dev.then(({ exitCode }) =>
      reject(new Error(`stdlambda dev ended with status ${exitCode}: ${log}`)),
    );
  });
  url.catch(() => {});
  const end = async (signal: NodeJS.Signals = "SIGINT") => {
    const startedAt = performance.now();
    dev.kill(signal);
    const { exitCode } = await dev;
    return { exitCode, tookMs: performance.now() - startedAt };
  };
  t.after(() => end("SIGTERM"));
  const endpoint = await url;
  return {
    root,
    url: endpoint,
    pid: dev.pid as number,
    screen: () => screen,
    log: () => log,
    invoke: (name, event = {}, headers = {}) =>
      fetch(`${endpoint}/2015-03-31/functions/${encodeURIComponent(name)}/invocations`, {
        method: "POST",
        body: typeof event === "string" ? event : JSON.stringify(event),
        headers,
      }),
    end,
  };
}

/** Resolves when the condition holds; rejects with what is waited for after twenty seconds. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited for twenty seconds: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
