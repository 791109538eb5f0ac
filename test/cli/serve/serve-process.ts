// `stdlambda serve` as a user starts it: a process of its own on a free port.
import { tmpdir } from "node:os";
import type { TestContext } from "node:test";
import { execa } from "execa";
import { temporaryFiles } from "../../host/temporary-files.ts";
import { executable } from "../command-line.ts";

export interface ServeProcess {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** The lines of the access log so far. */
  access(): Record<string, unknown>[];
  log(): string;
  kill(signal: NodeJS.Signals): void;
  /** The exit status, when it has ended. */
  readonly ended: Promise<number | undefined>;
  post(path: string, body?: string | Buffer, headers?: Record<string, string>): Promise<Response>;
}

/** Resolves when it is ready, or with `waitFor: "listening"` as soon as it listens. */
export async function startServe(
  t: TestContext,
  files: Readonly<Record<string, string | Buffer>>,
  options: {
    readonly args?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly waitFor?: "ready" | "listening";
  } = {},
): Promise<ServeProcess> {
  const { args = [], env = {}, waitFor = "ready" } = options;
  const child = execa(process.execPath, [executable, "serve", temporaryFiles(files), ...args], {
    cwd: tmpdir(),
    extendEnv: false,
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "/tmp", PORT: "0", ...env },
    reject: false,
    buffer: false,
    stdin: "ignore",
  });
  let out = "";
  let log = "";
  const ended = child.then(({ exitCode }) => exitCode);
  const port = new Promise<number>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      log += text;
      const found = /^serving .* on \S+:(\d+)$/m.exec(log)?.[1];
      if (found && (waitFor === "listening" || /^ready$/m.test(log))) resolve(Number(found));
    });
    void ended.then((status) =>
      reject(new Error(`stdlambda serve ended with status ${status}: ${log}`)),
    );
  });
  t.after(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  const url = `http://127.0.0.1:${await port}`;
  return {
    url,
    port: await port,
    pid: child.pid as number,
    access: () =>
      out
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    log: () => log,
    kill: (signal) => void child.kill(signal),
    ended,
    post: (path, body = "", headers = {}) =>
      fetch(`${url}${path}`, {
        method: "POST",
        body: typeof body === "string" ? body : new Uint8Array(body),
        headers,
      }),
  };
}
