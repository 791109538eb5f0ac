// A folder of functions, the local service to deploy them to, and the command line between them.
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { main } from "../../cli/main.ts";
import type { ServiceOptions } from "../../local/service.ts";
import { temporaryFiles } from "../host/temporary-files.ts";
import { startTestService, type TestService } from "../local/service/test-service.ts";
import { type Hooks, type LambdaProxy, startProxy } from "./lambda-proxy.ts";

const checkout = join(import.meta.dirname, "../..");

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly input?: string;
  /** Whether stdin and stderr are one. */
  readonly isTerminal?: boolean;
  /** Gets what goes to stderr, also of a run that rejects. */
  readonly onStderr?: (text: string) => void;
}

export interface TestDeployment {
  readonly service: TestService;
  readonly proxy: LambdaProxy;
  /** The test's own view of the service, past the proxy. */
  readonly client: LambdaClient;
  /** The folder of the functions; packages go to `dist` in it. */
  readonly folder: string;
  /** `stdlambda …` with the service's address and region. */
  run(args: readonly string[], options?: RunOptions): Promise<Outcome>;
  /** `run`, which must succeed, with `--json`. */
  json(args: readonly string[], options?: RunOptions): Promise<Record<string, unknown>>;
}

/** Where layers are kept between runs of the tests: a full one takes seconds to build. */
const cache = join(checkout, "node_modules/.cache/stdlambda-tests");

/** Nobody's keys, and no settings from the machine of the test. */
export const testEnvironment = {
  PATH: process.env.PATH ?? "",
  HOME: join(cache, "home"),
  XDG_CACHE_HOME: cache,
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_REGION: "eu-central-1",
  AWS_EC2_METADATA_DISABLED: "true",
} as const;

export async function startDeployment(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  hooks: Hooks = {},
  {
    served = {},
    ...options
  }: Partial<ServiceOptions> & { readonly served?: Readonly<Record<string, string>> } = {},
): Promise<TestDeployment> {
  const service = await startTestService(t, served, options);
  const proxy = await startProxy(t, service.url, hooks);
  const client = new LambdaClient({
    endpoint: service.url,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  t.after(() => client.destroy());
  const folder = temporaryFiles(files);

  async function run(
    args: readonly string[],
    { env, signal, input = "", isTerminal, onStderr }: RunOptions = {},
  ) {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const written = Promise.all([text(stdout), text(stderr)]);
    stderr.on("data", (chunk: Buffer) => onStderr?.(chunk.toString()));
    const terminal = isTerminal ? { isTTY: true } : {};
    const [verb = ""] = args;
    const own = /^(deploy|diff)$/.test(verb)
      ? ["--root", folder, "--out", join(folder, "dist")]
      : [];
    const exitCode = await main([...args, ...own, "--endpoint-url", proxy.url], {
      stdin: Object.assign(Readable.from(input === "" ? [] : [Buffer.from(input)]), terminal),
      stdout,
      stderr: Object.assign(stderr, terminal),
      env: { ...testEnvironment, ...env },
      ...(signal && { signal }),
    }).finally(() => {
      stdout.end();
      stderr.end();
    });
    const [out, error] = await written;
    return { exitCode, stdout: out, stderr: error };
  }

  return {
    service,
    proxy,
    client,
    folder,
    run,
    async json(args, options) {
      const { exitCode, stdout, stderr } = await run([...args, "--json"], options);
      if (exitCode !== 0) throw new Error(`stdlambda ${args.join(" ")}: ${stderr}`);
      return JSON.parse(stdout);
    },
  };
}
