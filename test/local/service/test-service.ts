// A local service for one test: a folder of scripts behind the real server, gone when the test ends.
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { exampleAccountId } from "../../../lambda/account.ts";
import { type ServedDirectory, serveDirectory } from "../../../local/directory/serve-directory.ts";
import { byFolders, type Isolate, probeBubblewrap } from "../../../local/sandbox/isolation.ts";
import { type Service, type ServiceOptions, startService } from "../../../local/service.ts";
import { temporaryFiles } from "../../host/temporary-files.ts";

const checkout = join(import.meta.dirname, "../../..");
export const peers = join(checkout, "node_modules/.cache/peers");

export interface TestService extends Service {
  /** The folder of the scripts. */
  readonly root: string;
  readonly served: ServedDirectory;
  readonly faults: string[];
  readonly news: string[];
  readonly deadLetters: string[];
  /** Calls the Invoke API. */
  invoke(name: string, event?: unknown, headers?: Record<string, string>): Promise<Response>;
  /** All messages of a function's log. */
  log(name: string): string[];
}

/** The isolation by bubblewrap, asked once; undefined where it is not to be had. */
export const bubblewrap: Isolate | undefined = await probeBubblewrap(process.env.PATH ?? "", [
  checkout,
]).then((found) => ("isolate" in found ? found.isolate : undefined));

export async function startTestService(
  t: TestContext,
  files: Readonly<Record<string, string | Buffer>>,
  options: Partial<ServiceOptions> & { readonly watch?: boolean } = {},
): Promise<TestService> {
  const root = temporaryFiles(files);
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "stdlambda-state-")));
  const faults: string[] = [];
  const news: string[] = [];
  const deadLetters: string[] = [];
  const slot: { served?: ServedDirectory } = {};
  const service = await startService({
    directory,
    host: "127.0.0.1",
    port: 0,
    region: "eu-central-1",
    concurrency: 1000,
    isolate: byFolders,
    freeze: true,
    hostBootstrap: join(checkout, "host/bootstrap"),
    runtimeClientFolders: [peers],
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
    onDemand: async (name) => slot.served?.onDemand(name),
    onFault: (message) => faults.push(message),
    onDeadLetter: (_name, _requestId, file) => deadLetters.push(file),
    ...options,
  });
  const served = await serveDirectory(service, {
    directory: root,
    region: "eu-central-1",
    accountId: exampleAccountId,
    env: process.env,
    watch: options.watch ?? false,
    override: {},
    onNews: (_kind, message) => news.push(message),
  });
  slot.served = served;
  await service.open();
  t.after(async () => {
    served.close();
    await service.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return {
    ...service,
    root,
    served,
    faults,
    news,
    deadLetters,
    invoke: (name, event = {}, headers = {}) =>
      fetch(`${service.url}/2015-03-31/functions/${encodeURIComponent(name)}/invocations`, {
        method: "POST",
        body: typeof event === "string" ? event : JSON.stringify(event),
        headers,
      }),
    log: (name) =>
      service.logs.events({ group: `/aws/lambda/${name}` }).map(({ message }) => message),
  };
}

/** How many processes have this text in their command. */
export function processesOf(text: string): number {
  return readdirSync("/proc").filter((id) => {
    try {
      return readFileSync(`/proc/${Number(id)}/cmdline`, "latin1").includes(text);
    } catch {
      return false; // It has ended.
    }
  }).length;
}

/** Resolves when the condition holds; rejects with what it was after ten seconds. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited for ten seconds: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
