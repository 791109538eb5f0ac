// `stdlambda invoke` against a fake of Lambda's Invoke API, in this process.
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { after } from "node:test";
import { main } from "../../cli/main.ts";
import type { Outcome } from "./command-line.ts";
import { type Reply, startFakeInvokeApi } from "./invoke/fake-invoke-api.ts";

export interface CallOptions {
  readonly env?: Record<string, string>;
  readonly input?: string;
}

/**
 * Nobody's home: no profile, no keys, no region and no address of a service from the machine of the
 * test, until its file ends. The variables are for processes, too.
 */
export function isolate(): Record<string, string> {
  const home = mkdtempSync(join(tmpdir(), "stdlambda-home-"));
  const inherited = { ...process.env };
  const isolated = {
    AWS_CONFIG_FILE: join(home, "config"),
    AWS_SHARED_CREDENTIALS_FILE: join(home, "credentials"),
    AWS_EC2_METADATA_DISABLED: "true",
  };
  for (const name of Object.keys(process.env)) {
    if (name.startsWith("AWS_")) delete process.env[name];
  }
  Object.assign(process.env, isolated);
  after(() => {
    for (const name of Object.keys(isolated)) delete process.env[name];
    Object.assign(process.env, inherited);
    rmSync(home, { recursive: true });
  });
  return isolated;
}

/** `stdlambda invoke …`, in the folder the tests run in. */
export async function invoke(
  args: readonly string[],
  { env = {}, input = "" }: CallOptions = {},
): Promise<Outcome> {
  const stdin = Readable.from(input === "" ? [] : [Buffer.from(input)]);
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const written = Promise.all([buffer(stdout), text(stderr)]);
  const { PATH } = process.env;
  const surroundings = { stdin, stdout, stderr, env: { PATH, ...env } };
  const exitCode = await main(["invoke", ...args], surroundings).finally(() => {
    stdout.end();
    stderr.end();
  });
  const [out, error] = await written;
  return { exitCode, stdout: out, stderr: error };
}

/** Invokes through a fake that gives one reply, and tells what that got to see. */
export async function through(reply: Reply, args: readonly string[], options: CallOptions = {}) {
  await using api = await startFakeInvokeApi(reply);
  const outcome = await invoke([...args, "--endpoint-url", api.url], options);
  return { ...outcome, seen: api.seen, url: api.url };
}

/** A function that answers `{}`. */
export const ok: Reply = (response) => void response.end("{}");

/** A port on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
