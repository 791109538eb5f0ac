// One life of an environment: its Runtime API, its extensions and its runtime, from start to end.

import { randomUUID } from "node:crypto";
import type { Exit, FunctionError } from "../runtime-api/invocation.ts";
import type { PlatformErrorType } from "../runtime-api/platform-error-types.ts";
import { type RuntimeApi, startRuntimeApi } from "../runtime-api/server.ts";
import { environmentVariables, lifeVariable } from "./environment-variables.ts";
import { executable } from "./executable.ts";
import { findExtensions } from "./find-extensions.ts";
import type { Isolation } from "./isolation.ts";
import { killProcessTree, processTree, signalAll } from "./process-tree.ts";
import { type Program, startProgram } from "./program.ts";
import { type RuntimeCommand, runtimeCommand } from "./runtime-command.ts";
import type { SandboxedFunction } from "./sandboxed-function.ts";
import { settledWithin } from "./settled-within.ts";
import { type EndReason, shutdown } from "./shutdown.ts";

/** How long the log may stay open when the processes are gone, in milliseconds. */
const lastLogMs = 500;

export interface LifeOptions {
  readonly function: SandboxedFunction;
  readonly isolation: Isolation;
  readonly isWrapped: boolean;
  /** The merged layers, on this machine. */
  readonly opt: string;
  readonly hostBootstrap: string;
  /** The runtime, whatever is in the function and its layers. */
  readonly bootstrap?: string;
  readonly runtimeClientFolders: readonly string[];
  readonly logStream: string;
  readonly service: NodeJS.ProcessEnv;
  /** Starts nothing; called with the variables for a runtime that is started by hand. */
  readonly attach?: ((name: string, variables: NodeJS.ProcessEnv) => void) | undefined;
  readonly onLine: (line: string) => void;
  readonly onFault: (message: string) => void;
}

export interface Life {
  readonly api: RuntimeApi;
  /** The runtime's end, or that of an extension, which ends the rest. */
  readonly exited: Promise<Exit>;
  /** Every process, the runtime's wrapper first. */
  processes(): number[];
  /** What the runtime posted at init, or why it could not start, as the invocation's error. */
  initError(requestId: string): FunctionError | undefined;
  freeze(): void;
  thaw(): void;
  /** Out of memory: no grace, no shutdown phase. */
  kill(): void;
  /** Ends all processes, in Lambda's order; resolves when nothing is left and the log is complete. */
  end(reason: EndReason): Promise<void>;
}

/** Resolves as soon as the Runtime API listens and the programs are on their way. */
export async function startLife(options: LifeOptions): Promise<Life> {
  const { isolation } = options;
  // The next life has another marker, so what is found by it belongs to this life only.
  const lifeId = randomUUID();
  const settings = options.function;
  const extensions = options.attach ? [] : findExtensions(options.opt);
  let posted: FunctionError | undefined;
  let notStarted: string | undefined;
  let isEnding = false;
  let ending: Promise<void> | undefined;
  const exit = Promise.withResolvers<Exit>();
  const extensionPrograms = new Map<string, Program>();
  let runtime: Program | undefined;
  const api = await startRuntimeApi({
    description: {
      functionName: settings.name,
      functionVersion: settings.version,
      handler: settings.handler,
      accountId: settings.accountId,
    },
    externalExtensions: extensions,
    snapStart: settings.snapStart,
    toleratesRestarts: options.attach !== undefined,
    ...(settings.maxConcurrency !== undefined && { maxConcurrency: settings.maxConcurrency }),
    onInitError: (error) => {
      posted = error;
    },
    // What programs do while they are killed does not break the contract.
    onFault: (message) => {
      if (!isEnding) options.onFault(message);
    },
    // It has reported its error; its end is what fails the environment.
    onExtensionError: (name) => {
      const { id } = extensionPrograms.get(name) ?? {};
      if (id !== undefined) signalAll(processTree(id), "SIGKILL");
    },
  });
  const env = environmentVariables({ ...options, runtimeApi: api.address, lifeId });
  const start = (
    command: readonly string[],
    variables: NodeJS.ProcessEnv,
    onStartError: (reason: string) => void,
  ) =>
    startProgram({
      command: isolation.wrap(command),
      directory: options.isWrapped ? "/" : settings.taskRoot,
      env: { ...env, ...variables },
      isWrapped: options.isWrapped,
      onLine: options.onLine,
      onStartError: (error) => onStartError(`fork/exec ${command[0]}: ${error.message}`),
    });
  const over = async (how: Exit) => {
    await api.environmentExited(how);
    exit.resolve(how);
  };

  function startExtension(name: string): void {
    // AWS: an extension gets the function's variables; the handler is the runtime's own.
    const path = `/opt/extensions/${name}`;
    const found = executable(path, { ...settings, opt: options.opt, seen: isolation });
    // The system reports what cannot be started.
    const command = "why" in found ? [path] : found.command;
    const program = start(command, { _HANDLER: undefined }, (reason) =>
      api.extensionNotStarted(name, reason),
    );
    extensionPrograms.set(name, program);
    void program.exited.then((how) => {
      if (isEnding) return;
      api.extensionExited(name, how);
      void over(how);
    });
  }

  function startRuntime(found: RuntimeCommand): void {
    if ("missing" in found) {
      notStarted = found.missing;
      void over({ code: null, signal: null });
      return;
    }
    if (found.note !== undefined) options.onFault(found.note);
    runtime = start(found.command, found.variables ?? {}, (reason) => {
      notStarted = reason;
    });
    void runtime.exited.then(over);
  }

  if (options.attach) {
    options.attach(settings.name, env);
  } else {
    const found = await runtimeCommand(settings, { ...options, seen: isolation, env });
    for (const name of extensions) startExtension(name);
    if (extensions.length === 0) startRuntime(found);
    else {
      void api.extensionsRegistered().then((how) => {
        if (how === "ready" && !isEnding) startRuntime(found);
      });
    }
  }

  const programs = () => [...(runtime ? [runtime] : []), ...extensionPrograms.values()];
  const processes = () => programs().flatMap(({ id }) => (id === undefined ? [] : processTree(id)));
  let frozen: readonly number[] = [];
  const thaw = () => {
    // Children before parents: a parent must not find a child still stopped.
    signalAll(frozen.toReversed(), "SIGCONT");
    frozen = [];
  };
  return {
    api,
    exited: exit.promise,
    processes,
    initError: (requestId) =>
      notStarted === undefined ? posted : invalidEntrypoint(requestId, notStarted),
    freeze() {
      frozen = processes();
      signalAll(frozen, "SIGSTOP");
    },
    thaw,
    kill: () => signalAll(processes(), "SIGKILL"),
    async end(reason) {
      ending ??= end(reason);
      await ending;
    },
  };

  async function end(reason: EndReason): Promise<void> {
    isEnding = true;
    thaw();
    await shutdown({
      api,
      runtime,
      extensions: [...extensionPrograms.values()],
      isWrapped: options.isWrapped,
      reason,
    });
    await Promise.all(
      programs().map(({ id }) =>
        id === undefined ? undefined : killProcessTree(id, `${lifeVariable}=${lifeId}`),
      ),
    );
    await settledWithin(lastLogMs, Promise.all(programs().map(({ silent }) => silent)));
    for (const program of programs()) program.abandonOutput();
    // A runtime that was never started does not end by itself.
    await over({ code: null, signal: "SIGKILL" });
    await api.close();
  }
}

function invalidEntrypoint(requestId: string, why: string): FunctionError {
  const errorType: PlatformErrorType = "Runtime.InvalidEntrypoint";
  const errorMessage = `RequestId: ${requestId} Error: ${why}`;
  const body = Buffer.from(JSON.stringify({ errorType, errorMessage }));
  return { errorType, body, contentType: "application/json" };
}
