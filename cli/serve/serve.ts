// `stdlambda serve`: the functions of a directory over plain HTTP, until a signal comes.

import { delimiter, dirname, resolve } from "node:path";
import { hostBootstrap } from "../../build/release/host-location.ts";
import { ExpectedError, incorrectUsage } from "../../host/expected-error.ts";
import { regionOf } from "../../lambda/defaults.ts";
import { reservedVariables } from "../../lambda/reserved-variables.ts";
import { byFolders } from "../../local/sandbox/isolation.ts";
import { ownPaths, type Serving } from "../../local/serve/serve.ts";
import { serveDeclared } from "../../local/serve/serve-declared.ts";
import {
  listenAddress,
  passedNames,
  refuseUnknownSettings,
  serveHttp,
  serveNumber,
  usualGraceSeconds,
} from "../../local/serve/settings.ts";
import { declareFunctions } from "../../project/declare-functions.ts";
import type { DeclaredFunctions } from "../../project/declared-function.ts";
import { requireDirectory } from "../options/require-directory.ts";
import { projectOptions, type TemplateOptions } from "../options/template-options.ts";
import { logStream } from "../terminal/log-text.ts";
import { createPalette, hasCode } from "../terminal/output.ts";
import type { Surroundings } from "../terminal/surroundings.ts";
import { untilAborted } from "../terminal/until-aborted.ts";

export interface ServeVerbOptions extends TemplateOptions {
  readonly http?: boolean;
  readonly env?: readonly string[];
  /** Seconds. */
  readonly timeout?: number;
  readonly concurrency?: number;
  readonly queue?: number;
  /** Seconds. */
  readonly grace?: number;
  readonly accessLog: boolean;
}

/** The exit status is 0 after a signal, for that is how a container is told to end. */
export async function serve(
  directory: string,
  options: ServeVerbOptions,
  { stdout, stderr, env, signal }: Surroundings,
): Promise<number> {
  const folder = await requireDirectory(resolve(directory), "argument");
  const settings = readSettings(options, env);
  const palette = createPalette(stderr, env);
  const warn = (message: string) => stderr.write(`${palette.yellow(`warning: ${message}`)}\n`);
  const declared = await declareFunctions(
    folder,
    env,
    { ...projectOptions(options), command: "dev" },
    signal,
  );
  const names = servedNames(declared);
  for (const message of declared.warnings) warn(message);
  const log = logStream(stderr);
  const serving = await start(declared, {
    ...settings,
    region: regionOf(env),
    env,
    isolate: byFolders,
    hostBootstrap: hostBootstrap(),
    runtimeClientFolders: [
      folder,
      ...(env.NODE_PATH ?? "").split(delimiter).filter(Boolean).map(dirname),
    ],
    onAccess: options.accessLog ? (lines) => void stdout.write(lines) : undefined,
    onLine: (line) => log.write(`${line}\n`),
    onFault: warn,
  });
  const { host = "0.0.0.0" } = settings;
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${serving.port}`;
  stderr.write(`serving ${names.join(", ")} on ${url}\n`);
  void serving.ready.then(() => stderr.write("ready\n"));
  try {
    return await untilAborted(new Promise<never>(() => {}), signal);
  } catch (error) {
    if (!signal?.aborted) throw error;
    return 0;
  } finally {
    await serving.drain(settings.graceSeconds * 1000);
  }
}

function readSettings(options: ServeVerbOptions, env: NodeJS.ProcessEnv) {
  const given = options.env ?? [];
  const assigned = given.filter((one) => one.includes("="));
  const passed = given.filter((one) => !one.includes("="));
  const variables = Object.fromEntries(
    assigned.map((one) => [one.slice(0, one.indexOf("=")), one.slice(one.indexOf("=") + 1)]),
  );
  for (const [name, hint] of Object.entries(reservedVariables)) {
    if (name in variables) throw incorrectUsage(`${name} cannot be set; ${hint}`);
  }
  try {
    refuseUnknownSettings(env);
    return {
      ...listenAddress(env),
      http: options.http ?? serveHttp(env),
      timeoutSeconds: options.timeout ?? serveNumber("STDLAMBDA_SERVE_TIMEOUT", env),
      concurrency: options.concurrency ?? serveNumber("STDLAMBDA_SERVE_CONCURRENCY", env),
      queue: options.queue ?? serveNumber("STDLAMBDA_SERVE_QUEUE", env),
      graceSeconds: options.grace ?? serveNumber("STDLAMBDA_SERVE_GRACE", env) ?? usualGraceSeconds,
      variables,
      passed: [...passed, ...passedNames(env)],
    };
  } catch (error) {
    throw incorrectUsage((error as Error).message);
  }
}

/** A function that is declared and cannot be served ends it all: nobody would miss it before a request. */
function servedNames({ functions, faults, source }: DeclaredFunctions): readonly string[] {
  if (faults.length > 0) throw new ExpectedError(faults.map(({ message }) => message));
  const names = functions.map(({ name }) => name);
  if (names.length === 0) {
    throw incorrectUsage(`${source} has no functions`, {
      remedy: "Give the folder of your scripts, or declare functions in stdlambda.config.json",
    });
  }
  const taken = names.find((name) => ownPaths.some((own) => own === name));
  if (taken !== undefined) {
    throw incorrectUsage(
      `the function ${taken} cannot be served: /${taken} is a path of serve's own`,
      {
        remedy: "Rename the function",
      },
    );
  }
  return names;
}

async function start(
  { functions }: DeclaredFunctions,
  options: Parameters<typeof serveDeclared>[1],
): Promise<Serving> {
  try {
    return await serveDeclared(functions, options);
  } catch (error) {
    const { host = "all addresses", port } = options;
    if (hasCode(error, "EADDRINUSE")) {
      throw incorrectUsage(`port ${port} of ${host} is in use`, {
        remedy: "Choose another port: PORT=9000 stdlambda serve",
      });
    }
    if (["EADDRNOTAVAIL", "ENOTFOUND", "EACCES"].some((code) => hasCode(error, code))) {
      throw incorrectUsage(`cannot listen on ${host}:${port}: ${(error as Error).message}`);
    }
    throw error;
  }
}
