// The Runtime API of one execution environment: a server on a port of its own.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setImmediate as afterPendingReads, setTimeout as delay } from "node:timers/promises";
import { exampleAccountId } from "../../lambda/account.ts";
import { maximumHeadBytes } from "../../lambda/limits.ts";
import { countFree } from "./deliver.ts";
import { createEnvironment, endEnvironment } from "./environment.ts";
import { extensionExitReason, runtimeExitReason } from "./exit-reason.ts";
import type { ShutdownReason } from "./extensions/extension.ts";
import {
  extensionsRegistered,
  type RegisteredExtension,
  refuseTooManyExtensions,
  registeredExtensions,
  shutdown,
} from "./extensions/extension-life.ts";
import type { FunctionDescription } from "./extensions/extension-register.ts";
import type { Exit, FunctionError, Invocation, InvocationResult } from "./invocation.ts";
import { idle, invoke, timedOut } from "./invoke.ts";
import { restore } from "./restore-next.ts";
import { route } from "./route.ts";
import { restored, snapshotReady } from "./snapshot.ts";

/** How long a dead process's connections may stay open, in milliseconds: a child may hold them. */
const lastWordsMs = 200;

export interface RuntimeApiOptions {
  /** What a registering extension learns about the function. */
  readonly description?: FunctionDescription;
  /**
   * File names of the programs in /opt/extensions that the sandbox starts; at most 10. An extension
   * that registers under one of these names is external; every other one runs inside the runtime.
   */
  readonly externalExtensions?: readonly string[];
  /**
   * Lambda Managed Instances: how many invocations may run at the same time. Undefined: classic, one
   * at a time, with the strict order of calls.
   */
  readonly maxConcurrency?: number;
  /** Serves `/runtime/restore/*`; without it they are 404, as on Lambda. */
  readonly snapStart?: boolean;
  /** The runtime is started by hand, and may be again: an event waits for the next one. */
  readonly toleratesRestarts?: boolean;
  /** The runtime posted an init error, or a restore error; it has not exited yet. */
  readonly onInitError?: (error: FunctionError) => void;
  /**
   * An extension posted an init or exit error of this type, and is about to exit: pending
   * invocations fail with `Extension.InitError` or `Extension.ExitError` when its process, or the
   * runtime's, has ended.
   */
  readonly onExtensionError?: (name: string, errorType: string) => void;
  /** The runtime broke the contract: a sentence for its author, beside the answer that it got. */
  readonly onFault?: (message: string) => void;
}

export interface RuntimeApi {
  /** `host:port`, for AWS_LAMBDA_RUNTIME_API. */
  readonly address: string;
  /**
   * Gives an event to the runtime as soon as it polls, and settles with the first answer; it never
   * rejects. Throws while there is no room: another invocation has no answer yet (classic),
   * `maxConcurrency` have none, or one has the same request id.
   */
  invoke(invocation: Invocation): Promise<InvocationResult>;
  /**
   * Waits until a new event would be given out at once: the runtime polls (and, classic, has
   * thereby ended its last invocation) and every extension waits. `exited` when the environment
   * ends before.
   */
  idle(): Promise<"ready" | "exited">;
  /** How many new events would be given out at once; classic: 0 or 1. */
  free(): number;
  /**
   * Whether the runtime should get SIGTERM before SIGKILL: if there are extensions of either kind.
   */
  wantsSigterm(): boolean;
  /**
   * The deadline of one invocation has passed: fails it, or the rest of its stream. Nothing happens
   * for an id that has its complete answer. `seconds` is the function's timeout.
   */
  timedOut(requestId: string, seconds: number): void;
  /**
   * The process has ended. What it still sent is read; then everything pending, and whatever is
   * invoked later, gets the init error that it posted or the way it ended. A new process needs a
   * new Runtime API.
   */
  environmentExited(exit: Exit): Promise<void>;

  /** Settles when every external extension has registered; Lambda starts the runtime only then. */
  extensionsRegistered(): Promise<"ready" | "exited">;
  /**
   * The process of an external extension has ended, which is fatal for the environment: what is
   * pending, and whatever is invoked later, gets `Extension.Crash`, or the kind of error that an
   * extension posted before. Nothing happens after `shutdown`.
   */
  extensionExited(name: string, exit: Exit): void;
  /** The program of an external extension could not be started: fatal, `Extension.LaunchError`. */
  extensionNotStarted(name: string, reason: string): void;
  /** The external ones, registered or not, then the internal ones; for the log. */
  extensions(): readonly RegisteredExtension[];
  /**
   * Tells the external extensions that registered for SHUTDOWN, now or when they poll next, and
   * gives their names: the sandbox lets their processes live until `deadlineMs` (epoch
   * milliseconds), and kills the other ones at once. No event is given out any more.
   */
  shutdown(reason: ShutdownReason, deadlineMs: number): readonly string[];

  /**
   * SnapStart: settles when the snapshot may be taken. `hooks`: the runtime waits in restore/next
   * until `restore()`; `no-hooks`: it polls for an event already.
   */
  snapshotReady(): Promise<"hooks" | "no-hooks" | "exited">;
  /** Answers the pending restore/next; does nothing without one. */
  restore(): void;
  /** Settles when the restored runtime polls; `exited` too when it posts a restore error. */
  restored(): Promise<"ready" | "exited">;

  /** Ends every connection; resolves when the port is free. */
  close(): Promise<void>;
}

const unknownFunction: FunctionDescription = {
  functionName: "function",
  functionVersion: "$LATEST",
  handler: "",
  accountId: exampleAccountId,
};

/** Listens on a free port of 127.0.0.1. */
export async function startRuntimeApi(options: RuntimeApiOptions = {}): Promise<RuntimeApi> {
  const externalExtensions = options.externalExtensions ?? [];
  refuseTooManyExtensions(externalExtensions);
  const environment = createEnvironment(
    {
      maxConcurrency: options.maxConcurrency,
      snapStart: options.snapStart ?? false,
      toleratesRestarts: options.toleratesRestarts ?? false,
      onInitError: options.onInitError ?? (() => {}),
      onExtensionError: options.onExtensionError ?? (() => {}),
      onFault: options.onFault ?? (() => {}),
    },
    externalExtensions,
  );
  const description = options.description ?? unknownFunction;
  // A poll and a streamed response may take as long as they like: no timeout of Node's applies.
  const server = createServer(
    {
      maxHeaderSize: maximumHeadBytes,
      requestTimeout: 0,
      headersTimeout: 0,
      keepAliveTimeout: 0,
    },
    inOrder((request, response) => void route(environment, description, request, response)),
  );
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  const closeConnections = () => {
    for (const socket of sockets) socket.destroy();
  };
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  // Too many open files, for one: that connection is lost, the others go on.
  server.on("error", ({ message }) =>
    environment.onFault(`A connection could not be accepted: ${message}`),
  );
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    invoke: (invocation) => invoke(environment, invocation),
    idle: () => idle(environment),
    free: () => countFree(environment),
    wantsSigterm: () => environment.extensions.length > 0,
    timedOut: (requestId, seconds) => timedOut(environment, requestId, seconds),
    async environmentExited(exit) {
      await allClosed(sockets);
      endEnvironment(environment, "Runtime.ExitError", runtimeExitReason(exit));
      closeConnections();
    },
    extensionsRegistered: () => extensionsRegistered(environment),
    extensionExited(_name, exit) {
      if (environment.shutdown !== undefined) return;
      endEnvironment(environment, "Extension.Crash", extensionExitReason(exit));
    },
    extensionNotStarted: (_name, reason) =>
      endEnvironment(environment, "Extension.LaunchError", reason),
    extensions: () => registeredExtensions(environment),
    shutdown: (reason, deadlineMs) => shutdown(environment, reason, deadlineMs),
    snapshotReady: () => snapshotReady(environment),
    restore: () => restore(environment),
    restored: () => restored(environment),
    close: () =>
      new Promise((resolve) => {
        endEnvironment(environment, "Sandbox.Failure", "The execution environment was closed");
        server.close(() => resolve());
        closeConnections();
      }),
  };
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A call that comes before the one ahead of it on its connection is answered waits its turn. */
function inOrder(answer: Answer): Answer {
  const last = new WeakMap<Socket, ServerResponse>();
  return (request, response) => {
    const ahead = last.get(request.socket);
    last.set(request.socket, response);
    if (ahead === undefined || ahead.writableFinished) {
      answer(request, response);
      return;
    }
    ahead.once("close", () => {
      if (!request.socket.destroyed) answer(request, response);
    });
  };
}

/** The end of a process is often known before its last bytes have been read. */
async function allClosed(sockets: ReadonlySet<Socket>): Promise<void> {
  await afterPendingReads();
  const closed = [...sockets].map(
    (socket) => new Promise<void>((resolve) => socket.once("close", () => resolve())),
  );
  const limit = new AbortController();
  await Promise.race([
    Promise.all(closed),
    // Aborted below when the connections closed first; that is not a failure.
    delay(lastWordsMs, undefined, { signal: limit.signal }).catch(() => {}),
  ]);
  limit.abort();
}
