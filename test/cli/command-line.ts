// The command line as a test runs it: as a process, or as a function with streams of the test's own.
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { execa, type Options } from "execa";
import { main } from "../../cli/main.ts";

export const checkout = join(import.meta.dirname, "../..");
export const fixtures = join(checkout, "test/fixtures/cli");
export const executable = join(checkout, "cli/run.ts");

export interface Outcome {
  exitCode: number | undefined;
  stdout: Buffer;
  stderr: string;
}

/** Starts `stdlambda …` in the folder of the fixtures. */
export function start<const Extra extends Options>(args: readonly string[], extra: Extra) {
  return execa(process.execPath, [executable, ...args], {
    cwd: fixtures,
    encoding: "buffer",
    reject: false,
    stripFinalNewline: false,
    ...extra,
  });
}

/** Runs `stdlambda …` as a process; without input its stdin is empty. */
export async function run(
  args: readonly string[],
  options: { input?: string | Uint8Array; env?: Record<string, string> } = {},
): Promise<Outcome> {
  const { input = "", env = {} } = options;
  const { exitCode, stdout, stderr } = await start(args, { input, env });
  return {
    exitCode,
    stdout: Buffer.from(stdout as Uint8Array),
    stderr: Buffer.from(stderr as Uint8Array).toString(),
  };
}

/** Calls `main` in this process, which is enough where no script is run. */
export async function callMain(
  args: readonly string[],
  options: { input?: string | Uint8Array; terminal?: object } = {},
): Promise<Outcome> {
  const { input, terminal = {} } = options;
  const stdin = Object.assign(
    Readable.from(input === undefined ? [] : [Buffer.from(input)]),
    input === undefined && { isTTY: true },
  );
  const stdout = Object.assign(new PassThrough(), terminal);
  const stderr = Object.assign(new PassThrough(), terminal);
  const written = Promise.all([buffer(stdout), text(stderr)]);
  try {
    const { PATH } = process.env;
    const exitCode = await main(args, { stdin, stdout, stderr, env: { PATH } });
    stdout.end();
    stderr.end();
    const [out, error] = await written;
    return { exitCode, stdout: out, stderr: error };
  } finally {
    stdout.end();
    stderr.end();
  }
}
