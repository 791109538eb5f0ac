// The command line in this process, with nothing of the machine's own set-up for AWS.
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { main } from "../../cli/main.ts";
import { testCache } from "../helpers/built-layer.ts";

interface Outcome {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** npm needs its registry and proxy. Layers and downloads are kept with the checkout. */
const environment = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^AWS_/.test(name))),
  XDG_CACHE_HOME: testCache,
  AWS_ACCESS_KEY_ID: "any",
  AWS_SECRET_ACCESS_KEY: "any",
  AWS_REGION: "us-east-1",
  AWS_CONFIG_FILE: join(testCache, "no-configuration"),
  AWS_SHARED_CREDENTIALS_FILE: join(testCache, "no-credentials"),
  AWS_EC2_METADATA_DISABLED: "true",
};

export async function stdlambda(...args: readonly string[]): Promise<Outcome> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const written = Promise.all([buffer(stdout), text(stderr)]);
  const exitCode = await main(args, {
    stdin: Readable.from([]),
    stdout,
    stderr,
    env: environment,
  }).finally(() => {
    stdout.end();
    stderr.end();
  });
  const [out, error] = await written;
  return { exitCode, stdout: out, stderr: error };
}

/** What it prints with `--json`. @throws when it fails. */
// biome-ignore lint/suspicious/noExplicitAny: the results of several verbs
export async function stdlambdaJson(...args: readonly string[]): Promise<any> {
  const { exitCode, stdout, stderr } = await stdlambda(...args, "--json", "--quiet");
  if (exitCode !== 0) throw new Error(`stdlambda ${args.join(" ")}: ${stderr}`);
  return JSON.parse(stdout.toString());
}
