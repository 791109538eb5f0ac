// The Lambda service of an image that is run locally: on port 8080 as in AWS's base images, for one
// function with any name. build/image/bundle-image-service.ts makes one file of it.

import { randomUUID } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleAccountId } from "../../lambda/account.ts";
import { regionOf } from "../../lambda/defaults.ts";
import { osOnlyRuntime } from "../../lambda/runtimes.ts";
import { declareRecord } from "../../local/directory/declare-record.ts";
import type { Isolation } from "../../local/sandbox/isolation.ts";
import { type Service, startService } from "../../local/service.ts";

/** The defaults of AWS's Runtime Interface Emulator, which the same variables change. */
const defaults = { port: 8080, timeoutSeconds: 300, memoryMB: 3008 } as const;

const environment = process.env;
const say = (message: string) => process.stderr.write(`stdlambda: ${message}\n`);
const region = regionOf(environment);
const taskRoot = environment.LAMBDA_TASK_ROOT || "/var/task";
const name = environment.AWS_LAMBDA_FUNCTION_NAME || "function";

/** Everything is in its place already. */
const isolation: Isolation = {
  taskRoot,
  opt: "/opt",
  runtimeDirectory: "/var/runtime",
  node: process.execPath,
  wrap: (command) => command,
};

async function main(handler: string): Promise<void> {
  const record = declareRecord(
    {
      name,
      handler,
      root: taskRoot,
      runtime: osOnlyRuntime,
      memory: number("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", defaults.memoryMB),
      timeout: number("AWS_LAMBDA_FUNCTION_TIMEOUT", defaults.timeoutSeconds),
      environment: functionVariables(),
      layers: [],
      source: "the image",
    },
    {
      region,
      accountId: exampleAccountId,
      endpoint: `http://localhost:${defaults.port}`,
      layers: [],
      attached: [],
      revision: randomUUID(),
      previous: undefined,
    },
  );
  const directory = mkdtempSync(join(tmpdir(), "stdlambda-service-"));
  const token = environment.LAMBDA_SERVICE_TOKEN || undefined;
  if (token !== undefined && token.length < 16) {
    throw new Error("LAMBDA_SERVICE_TOKEN is too short; use 16 characters or more");
  }
  const service = await startService({
    directory,
    host: "0.0.0.0",
    port: number("PORT", defaults.port),
    token,
    anyHost: true,
    region,
    concurrency: 1000,
    isolate: Object.assign(() => isolation, { kind: "folders" } as const),
    freeze: false,
    hostBootstrap: "/opt/bootstrap",
    runtimeClientFolders: [],
    env: environment,
    onDemand: async () => record,
    onFault: say,
  });
  service.logs.subscribe(({ message }) => process.stderr.write(`${message}\n`));
  await service.open();
  const path = `/2015-03-31/functions/${name}/invocations`;
  say(
    `serving ${handler} on port ${new URL(service.url).port}: curl -d '{}' ${example(service, path)}`,
  );
  for (const signal of ["SIGINT", "SIGTERM"])
    process.once(signal, () => void stop(service, directory));
}

function example({ url }: Service, path: string): string {
  return `http://localhost:${new URL(url).port}${path}`;
}

async function stop(service: Service, directory: string): Promise<void> {
  await service.close();
  await rm(directory, { recursive: true, force: true });
}

/** The function gets the container's variables, except those that the service sets. */
function functionVariables(): Record<string, string> {
  const own =
    /^(?:AWS_|LAMBDA_|_|PATH$|HOME$|PWD$|HOSTNAME$|PORT$|LD_LIBRARY_PATH$|LANG$|TZ$|NODE_)/;
  const entries = Object.entries(environment) as [string, string][];
  return Object.fromEntries(entries.filter(([variable]) => !own.test(variable)));
}

function number(variable: string, otherwise: number): number {
  const text = environment[variable];
  if (text === undefined || text === "") return otherwise;
  if (/^\d+$/.test(text)) return Number(text);
  throw new Error(`${variable}=${text} is not a whole number; correct it or unset it`);
}

const handler = environment._HANDLER;
if (handler === undefined || handler === "") {
  say("the handler is missing; pass it as the command: docker run IMAGE hello.ts");
  process.exitCode = 1;
} else {
  main(handler).catch((error: Error) => {
    say(error.message);
    process.exitCode = 1;
  });
}
