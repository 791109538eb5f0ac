// The Runtime API of one execution environment: a server on a port of its own.
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setImmediate as afterPendingReads, setTimeout as delay } from "node:timers/promises";
import { createEnvironment, endEnvironment, failPending } from "./environment.ts";
import type { FunctionDescription } from "./extension-register.ts";
import { timeoutError } from "./function-error.ts";
import type { Exit, FunctionError, Invocation, InvocationResult } from "./invocation.ts";
import { idle, invoke } from "./invoke.ts";
import { route } from "./route.ts";

/** Lambda's limit for a request line with its headers; error causes travel in a header. */
const maximumHeaderBytes = 1024 * 1024;

/** How long a dead process's connections may stay open, in milliseconds: a child may hold them. */
const lastWordsMs = 200;

export interface RuntimeApiOptions {
  /** What an extension is told of the function. */
  readonly description?: FunctionDescription;
  /** The runtime posted an init error; it has not exited yet. */
  readonly onInitError?: (error: FunctionError) => void;
  /** The runtime broke the contract: a sentence for its author, beside the answer it got. */
  readonly onFault?: (message: string) => void;
}

export interface RuntimeApi {
  /** `host:port`, for AWS_LAMBDA_RUNTIME_API. */
  readonly address: string;
  /**
   * Hands an event to the runtime as soon as it polls, and settles with the first answer. One
   * invocation at a time: throws while another one has no answer.
   */
  invoke(invocation: Invocation): Promise<InvocationResult>;
  /**
   * Waits until the runtime asks for an event: after its init, and after each answer. Only then is
   * an invocation over. `exited` when the environment ends before.
   */
  idle(): Promise<"ready" | "exited">;
  /** Whether the runtime is to get SIGTERM before SIGKILL: it registered as an extension. */
  wantsSigterm(): boolean;
  /** The deadline has passed: fails what is pending. `seconds` is the function's timeout. */
  timedOut(seconds: number): void;
  /**
   * The process has ended. What it still sent is read; then all that is pending, and whatever is
   * invoked later, gets the init error it posted or the way it ended. A new process needs a new
   * Runtime API.
   */
  environmentExited(exit: Exit): Promise<void>;
  /** Ends every connection; resolves when the port is free. */
  close(): Promise<void>;
}

const unknownFunction: FunctionDescription = {
  functionName: "function",
  functionVersion: "$LATEST",
  handler: "",
  accountId: "012345678912",
};

/** Listens on a free port of 127.0.0.1. */
export async function startRuntimeApi(options: RuntimeApiOptions = {}): Promise<RuntimeApi> {
  const environment = createEnvironment({
    onInitError: options.onInitError ?? (() => {}),
    onFault: options.onFault ?? (() => {}),
  });
  const description = options.description ?? unknownFunction;
  // A poll and a streamed response may take as long as they like: no timeout of Node's applies.
  const server = createServer(
    {
      maxHeaderSize: maximumHeaderBytes,
      requestTimeout: 0,
      headersTimeout: 0,
      keepAliveTimeout: 0,
    },
    (request, response) => void route(environment, description, request, response),
  );
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    invoke: (invocation) => invoke(environment, invocation),
    idle: () => idle(environment),
    wantsSigterm: () => environment.extensions.size > 0,
    timedOut: (seconds) => failPending(environment, (id) => timeoutError(id, seconds)),
    environmentExited: async (exit) => {
      await allClosed(sockets);
      endEnvironment(environment, exit);
      server.closeAllConnections();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
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
    // Aborted below, when the connections were faster; that is no failure.
    delay(lastWordsMs, undefined, { signal: limit.signal }).catch(() => {}),
  ]);
  limit.abort();
}
