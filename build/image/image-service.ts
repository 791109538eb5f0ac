// What an image does when it is not on Lambda: it serves its one function over HTTP, and answers
// Lambda's Invoke API as AWS's base images do. build/image/bundle-image-service.ts makes one file of it.

import { randomUUID } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleAccountId } from "../../lambda/account.ts";
import { regionOf } from "../../lambda/defaults.ts";
import { osOnlyRuntime } from "../../lambda/runtimes.ts";
import { declareRecord } from "../../local/directory/declare-record.ts";
import type { Isolation } from "../../local/sandbox/isolation.ts";
import { serveDeclared } from "../../local/serve/serve-declared.ts";
import {
  listenAddress,
  passedNames,
  refuseUnknownSettings,
  serveHttp,
  serveNumber,
  usualGraceSeconds,
} from "../../local/serve/settings.ts";
import { type Service, startService } from "../../local/service.ts";
import type { DeclaredFunction } from "../../project/declared-function.ts";

/** The defaults of AWS's Runtime Interface Emulator, which the same variables change. */
const defaults = { timeoutSeconds: 300, memoryMB: 3008 } as const;

const environment = process.env;
const say = (message: string) => process.stderr.write(`stdlambda: ${message}\n`);
const region = regionOf(environment);
const taskRoot = environment.LAMBDA_TASK_ROOT || "/var/task";
const name = environment.AWS_LAMBDA_FUNCTION_NAME || "function";
const hostBootstrap = "/opt/bootstrap";

/** Everything is in its place already. */
const isolation: Isolation = {
  taskRoot,
  opt: "/opt",
  runtimeDirectory: "/var/runtime",
  node: process.execPath,
  wrap: (command) => command,
};
const isolate = Object.assign(() => isolation, { kind: "folders" } as const);

const invokePath =
  /^\/(?:2015-03-31\/functions\/[^/]+\/invocations|2021-11-15\/functions\/[^/]+\/response-streaming-invocations|2014-11-13\/functions\/[^/]+\/invoke-async)\/?(?:\?|$)/;

async function main(handler: string): Promise<void> {
  const declared: DeclaredFunction = {
    name,
    handler,
    root: taskRoot,
    runtime: osOnlyRuntime,
    memory: number("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", defaults.memoryMB),
    timeout: number("AWS_LAMBDA_FUNCTION_TIMEOUT", defaults.timeoutSeconds),
    environment: {},
    layers: [],
    source: "the image",
  };
  const token = environment.LAMBDA_SERVICE_TOKEN || undefined;
  if (token !== undefined && token.length < 16) {
    throw new Error("LAMBDA_SERVICE_TOKEN is too short; use 16 characters or more");
  }
  refuseUnknownSettings(environment);
  const invokeApi = createInvokeApi(declared, token);
  const graceSeconds = serveNumber("STDLAMBDA_SERVE_GRACE", environment) ?? usualGraceSeconds;
  const serving = await serveDeclared([declared], {
    ...listenAddress(environment),
    region,
    concurrency: serveNumber("STDLAMBDA_SERVE_CONCURRENCY", environment),
    queue: serveNumber("STDLAMBDA_SERVE_QUEUE", environment),
    timeoutSeconds: serveNumber("STDLAMBDA_SERVE_TIMEOUT", environment),
    http: serveHttp(environment),
    variables: {},
    passed: passedNames(environment),
    env: environment,
    isolate,
    hostBootstrap,
    runtimeClientFolders: [],
    otherwise: invokeApi.answer,
    onAccess: (lines) => void process.stdout.write(lines),
    onLine: (line) => void process.stderr.write(`${line}\n`),
    onFault: say,
  });
  say(`serving ${handler} on port ${serving.port}: curl -d '{}' http://localhost:${serving.port}/`);
  let isStopping = false;
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    await serving.drain(graceSeconds * 1000);
    await invokeApi.close();
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => void stop());
}

interface InvokeApi {
  /** True for a request of that API, which it answers then. */
  answer(request: IncomingMessage, response: ServerResponse): boolean;
  close(): Promise<void>;
}

/** The service behind Lambda's Invoke API, started by the first request for it. */
function createInvokeApi(declared: DeclaredFunction, token: string | undefined): InvokeApi {
  let started: Promise<Service> | undefined;
  const directory = () => mkdtempSync(join(tmpdir(), "stdlambda-service-"));
  let folder: string | undefined;
  return {
    answer(request, response) {
      if (!invokePath.test(request.url ?? "")) return false;
      if (started === undefined) {
        folder = directory();
        started = startInvokeService(folder, declared, token);
      }
      started.then(
        (service) => service.answer(request, response),
        (error: Error) => {
          say(error.message);
          response.destroy();
        },
      );
      return true;
    },
    async close() {
      const service = await started?.catch(() => undefined);
      await service?.close();
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startInvokeService(
  directory: string,
  declared: DeclaredFunction,
  token: string | undefined,
): Promise<Service> {
  const service = await startService({
    directory,
    host: "127.0.0.1",
    port: 0,
    token,
    anyHost: true,
    region,
    concurrency: 1000,
    isolate,
    freeze: false,
    hostBootstrap,
    runtimeClientFolders: [],
    env: environment,
    onDemand: async () => record,
    onFault: say,
  });
  const record = declareRecord(
    { ...declared, environment: functionVariables() },
    {
      region,
      accountId: exampleAccountId,
      endpoint: service.url,
      layers: [],
      attached: [],
      revision: randomUUID(),
      previous: undefined,
    },
  );
  service.logs.subscribe(({ message }) => process.stderr.write(`${message}\n`));
  await service.open();
  return service;
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
