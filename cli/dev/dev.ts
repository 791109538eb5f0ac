// `stdlambda dev`: a Lambda service on this machine for the functions of a directory.

import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, resolve } from "node:path";
import { hostBootstrap } from "../../build/release/host-location.ts";
import { incorrectUsage } from "../../host/expected-error.ts";
import { exampleAccountId } from "../../lambda/account.ts";
import { regionOf } from "../../lambda/defaults.ts";
import { timeout } from "../../lambda/limits.ts";
import { type ServedDirectory, serveDirectory } from "../../local/directory/serve-directory.ts";
import { isLoopback } from "../../local/http/loopback.ts";
import { byFolders, type Isolate, probeBubblewrap } from "../../local/sandbox/isolation.ts";
import { type Service, startService } from "../../local/service.ts";
import type { DeclaredFunctions } from "../../project/declared-function.ts";
import { requireDirectory } from "../options/require-directory.ts";
import { projectOptions, type TemplateOptions } from "../options/template-options.ts";
import { readFunctionVariables } from "../options/variables.ts";
import { createPalette, hasCode } from "../terminal/output.ts";
import { shellQuote } from "../terminal/shell-quote.ts";
import type { Surroundings } from "../terminal/surroundings.ts";
import { untilAborted } from "../terminal/until-aborted.ts";
import { devScreen } from "./dev-screen.ts";
import { hasCredentials } from "./has-credentials.ts";
import { createLogPrinter } from "./log-printer.ts";
import { rememberOutput } from "./own-output.ts";
import { stateFolder } from "./state-folder.ts";

export interface DevOptions extends TemplateOptions {
  readonly port: number;
  readonly host: string;
  readonly token?: string;
  readonly allowOrigin?: readonly string[];
  readonly concurrency: number;
  readonly env?: readonly string[];
  readonly envFile?: string;
  /** Seconds. */
  readonly timeout?: number;
  /** Megabytes. */
  readonly memory?: number;
  readonly watch: boolean;
  readonly freeze: boolean;
  readonly bubblewrap: boolean;
  readonly logFormat: "text" | "json";
  readonly apisOnly?: boolean;
  readonly inspect?: boolean;
}

/** A person who debugs is slower than any function: Lambda's own greatest timeout. */
const debuggingTimeoutSeconds = timeout.maximum;

/** Serves until the signal comes, and then rejects with its reason. */
export async function dev(
  directory: string,
  options: DevOptions,
  { stdout, stderr, env, signal }: Surroundings,
): Promise<number> {
  const folder = await requireDirectory(resolve(directory), "argument");
  const isOwnOutput = rememberOutput([stdout, stderr]);
  const environment = await readFunctionVariables(options);
  const token = tokenFor(options);
  const palette = createPalette(stderr, env);
  const say = (kind: "change" | "warning", message: string) =>
    stderr.write(`${kind === "warning" ? palette.yellow(message) : palette.dim(message)}\n`);
  const warn = (message: string) => say("warning", `warning: ${message}`);
  const isDebugging = options.inspect === true || options.apisOnly === true;
  const region = regionOf(env);
  const bootstrap = hostBootstrap();
  const clientFolders = [
    folder,
    ...(env.NODE_PATH ?? "").split(delimiter).filter(Boolean).map(dirname),
  ];

  const state = await stateFolder(folder);
  if (state.isTemporary) {
    warn(
      `${folder} cannot be written: what is created through the API is gone when the service ends`,
    );
  }
  let served: ServedDirectory | undefined;
  const service = await start({
    directory: state.path,
    host: options.host,
    port: options.port,
    token,
    allowedOrigins: options.allowOrigin ?? [],
    region,
    concurrency: options.concurrency,
    isolate: await chooseIsolation(
      options,
      env,
      [dirname(dirname(bootstrap)), ...tsxFolders(bootstrap), ...clientFolders],
      warn,
    ),
    freeze: options.freeze && !isDebugging,
    hostBootstrap: bootstrap,
    runtimeClientFolders: clientFolders,
    env,
    ...(options.apisOnly && {
      attach: (name: string, variables: NodeJS.ProcessEnv) =>
        stderr.write(`${attachLine(name, variables)}\n`),
    }),
    onDemand: async (name) => served?.onDemand(name),
    onFault: warn,
    onDeadLetter: (name, requestId, file) =>
      warn(`the event ${requestId} for ${name} failed permanently; saved to ${file}`),
  }).catch(async (error) => {
    await state.remove();
    throw error;
  });
  try {
    service.logs.subscribe(createLogPrinter(stderr, options.logFormat, palette));
    served = await serveDirectory(service, {
      directory: folder,
      project: { ...projectOptions(options), command: "dev" },
      region,
      accountId: exampleAccountId,
      env,
      watch: options.watch,
      isOwnOutput,
      signal,
      override: {
        memory: options.memory,
        timeout: options.timeout ?? (isDebugging ? debuggingTimeoutSeconds : undefined),
        environment: {
          ...environment,
          ...(options.inspect && { NODE_OPTIONS: "--inspect=127.0.0.1:0" }),
        },
      },
      onNews: (kind, message) => (kind === "warning" ? warn(message) : say(kind, message)),
    });
    await service.open();
    const declared: DeclaredFunctions = served.declared();
    stdout.write(
      devScreen(
        { url: service.url, declared, token, region, hasCredentials: hasCredentials(env) },
        createPalette(stdout, env),
      ),
    );
    if (options.apisOnly) await service.warm(declared.functions.map(({ name }) => name));
    return await untilAborted(new Promise<never>(() => {}), signal);
  } finally {
    served?.close();
    await service.close();
    await state.remove();
  }
}

async function start(options: Parameters<typeof startService>[0]): Promise<Service> {
  try {
    return await startService(options);
  } catch (error) {
    const { host, port } = options;
    if (hasCode(error, "EADDRINUSE")) {
      throw incorrectUsage(`port ${port} of ${host} is in use`, {
        remedy: `Is another stdlambda dev running? Choose another port: --port ${port + 1}`,
      });
    }
    if (
      hasCode(error, "EADDRNOTAVAIL") ||
      hasCode(error, "ENOTFOUND") ||
      hasCode(error, "EACCES")
    ) {
      throw incorrectUsage(`cannot listen on ${host}:${port}: ${(error as Error).message}`);
    }
    throw error;
  }
}

/** Where the host looks for tsx, and where that is; both may be anywhere, even below /tmp. */
function tsxFolders(bootstrap: string): string[] {
  const require = createRequire(bootstrap);
  const looked = (require.resolve.paths("tsx") ?? []).filter((folder) => existsSync(folder));
  try {
    const tsx = require.resolve("tsx");
    // The outermost one, because pnpm keeps packages in folders inside it.
    return [...looked, tsx.slice(0, tsx.indexOf("/node_modules/") + "/node_modules".length)];
  } catch {
    return looked;
  }
}

async function chooseIsolation(
  { bubblewrap, inspect, apisOnly }: DevOptions,
  env: NodeJS.ProcessEnv,
  needed: readonly string[],
  warn: (message: string) => void,
): Promise<Isolate> {
  // A debugger looks for the files at their real paths.
  if (!bubblewrap || inspect || apisOnly) return byFolders;
  const found = await probeBubblewrap(env.PATH ?? "", needed);
  if ("isolate" in found) return found.isolate;
  warn(
    `${found.why}: functions run in their own folders, so /var/task, /opt and /tmp are not Lambda's, and the function's folder is writable`,
  );
  return byFolders;
}

/** Beyond loopback everybody on the network could run code here, so a token is required. */
function tokenFor({ host, token: given }: DevOptions): string | undefined {
  // AWS's clients send it as their access key id, between `=` and `/`.
  if (given !== undefined && !/^[\w.-]{16,128}$/.test(given)) {
    const fault = given.length < 16 ? "is too short" : "cannot be used";
    throw incorrectUsage(
      `the token ${fault}: give 16 to 128 letters, digits, "_", "." or "-", or leave --token out`,
    );
  }
  if (given !== undefined || isLoopback(host)) return given;
  return randomBytes(16).toString("hex");
}

function attachLine(name: string, variables: NodeJS.ProcessEnv): string {
  const shown = [
    "AWS_LAMBDA_RUNTIME_API",
    "_HANDLER",
    "LAMBDA_TASK_ROOT",
    "AWS_LAMBDA_FUNCTION_NAME",
  ];
  const assignments = shown.map(
    (variable) => `${variable}=${shellQuote(variables[variable] ?? "")}`,
  );
  return `${name} waits for a runtime: ${assignments.join(" ")}`;
}
