// Declared functions behind plain HTTP, from the start to the end that a signal asks for.
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { DeclaredFunction } from "../../project/declared-function.ts";
import { createAcquired } from "../acquired.ts";
import type { SandboxOptions } from "../sandbox/sandbox-options.ts";
import { passedVariables } from "./passed-variables.ts";
import { type ServeOptions, type Serving, serve } from "./serve.ts";
import { environmentsFor } from "./served.ts";
import { servedFunction } from "./served-function.ts";

export interface ServeDeclaredOptions extends Pick<ServeOptions, "onAccess" | "region" | "host"> {
  readonly port: number;
  readonly concurrency: number | undefined;
  readonly queue: number | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly http: boolean;
  readonly variables: Readonly<Record<string, string>>;
  /** Of the service's own environment, see `passedVariables`. */
  readonly passed: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly isolate: SandboxOptions["isolate"];
  readonly hostBootstrap: string;
  readonly runtimeClientFolders: readonly string[];
  readonly otherwise?: ServeOptions["otherwise"];
  /** A line of a function's log. */
  readonly onLine: (line: string) => void;
  readonly onFault: (message: string) => void;
}

const slotsOfProcessor = 8;
const usualQueue = 100;

/** `drain` also removes what the functions kept. */
export async function serveDeclared(
  functions: readonly DeclaredFunction[],
  options: ServeDeclaredOptions,
): Promise<Serving> {
  const { region, env, http, timeoutSeconds, onLine, onFault } = options;
  const concurrency = options.concurrency ?? slotsOfProcessor * availableParallelism();
  const { variables, service } = passedVariables(env, options.passed);
  const own = { ...variables, ...options.variables };
  const slots = Math.ceil(concurrency / environmentsFor(concurrency));
  const as = { region, slots, http, timeoutSeconds, variables: own, service };
  const served = functions.map((one) => servedFunction(one, as));
  const acquired = createAcquired();
  try {
    const folder = await mkdtemp(join(tmpdir(), "stdlambda-serve-"));
    acquired.add(() => rm(folder, { recursive: true, force: true }));
    const serving = await serve({
      functions: served,
      host: options.host,
      port: options.port,
      region,
      concurrency,
      queue: options.queue ?? usualQueue,
      env,
      onAccess: options.onAccess,
      ...(options.otherwise && { otherwise: options.otherwise }),
      sandbox: {
        isolate: options.isolate,
        logs: { append: (_group, _stream, line) => onLine(line) },
        hostBootstrap: options.hostBootstrap,
        runtimeClientFolders: options.runtimeClientFolders,
        cache: join(folder, "opt"),
        temporary: join(folder, "tmp"),
        service,
        freeze: false,
        limitsMemory: false,
        onFault,
      },
    });
    return {
      ...serving,
      async drain(graceMs) {
        await serving.drain(graceMs);
        await acquired.release();
      },
    };
  } catch (error) {
    await acquired.release();
    throw error;
  }
}
