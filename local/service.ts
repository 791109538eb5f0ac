// The local Lambda service: a store, environments, a queue and logs behind one HTTP server.

import { rm } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { exampleAccountId } from "../lambda/account.ts";
import { maximumHeadBytes } from "../lambda/limits.ts";
import { createGuard } from "./http/guard.ts";
import { type RouterContext, route, routeConnection } from "./http/router.ts";
import { createConcurrency } from "./invoke/concurrency.ts";
import { openEventQueue } from "./invoke/event-queue.ts";
import { type InvokeContext, warmFunction } from "./invoke/invoke-function.ts";
import { createLogStore, type LogStore } from "./logs/log-store.ts";
import { createFleet } from "./sandbox/fleet.ts";
import type { Isolate } from "./sandbox/isolation.ts";
import { openStore } from "./store/open-store.ts";
import type { FunctionRecord } from "./store/records.ts";
import type { Store } from "./store/store.ts";

export interface ServiceOptions {
  /** Where functions, layers, queued events and dead letters are kept: `.stdlambda`. */
  readonly directory: string;
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  /** Demanded of every request; needed beyond loopback. */
  readonly token?: string | undefined;
  /** Takes every Host header, see `createGuard`. @default false */
  readonly anyHost?: boolean;
  readonly region: string;
  /** Concurrent executions of the account. */
  readonly concurrency: number;
  readonly isolate: Isolate;
  readonly freeze: boolean;
  readonly hostBootstrap: string;
  readonly runtimeClientFolders: readonly string[];
  /** The service's own variables, of which functions get a few. */
  readonly env: NodeJS.ProcessEnv;
  /** Starts no runtimes: told how to start one for a function by hand, under a debugger. */
  readonly attach?: (name: string, variables: NodeJS.ProcessEnv) => void;
  readonly onDemand?: (name: string) => Promise<FunctionRecord | undefined>;
  /** A sentence for whoever runs the service. */
  readonly onFault: (message: string) => void;
  readonly onDeadLetter?: (functionName: string, requestId: string, file: string) => void;
}

export interface Service {
  /** `http://127.0.0.1:9000`. */
  readonly url: string;
  readonly store: Store;
  readonly logs: LogStore;
  /** Replaces the environments of a function with the next invocation. */
  retire(name: string): void;
  /** Makes environments before anybody invokes; resolves at once. */
  warm(names: readonly string[]): Promise<void>;
  /** Ends everything: the server, the environments, the queue, the store. */
  close(): Promise<void>;
}

/** @throws Error when the port is taken, or another service has the directory. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { directory, region, onFault } = options;
  const store = await openStore(directory, { onDamage: onFault });
  // Nothing runs yet that could need what no record mentions.
  await store.collectGarbage();
  const cache = join(directory, "opt");
  const temporary = join(directory, "tmp");
  // A service that was killed left them.
  for (const folder of [cache, temporary]) {
    await rm(folder, { recursive: true, force: true }).catch((error: Error) =>
      onFault(`What an earlier service left cannot be removed: ${error.message}`),
    );
  }
  const logs = createLogStore();
  const fleet = createFleet(
    { ...options, logs, service: options.env, cache, temporary },
    options.attach === undefined ? 2 * availableParallelism() : Number.POSITIVE_INFINITY,
  );
  const invoke: InvokeContext = {
    store,
    region,
    accountId: exampleAccountId,
    fleet,
    concurrency: createConcurrency(options.concurrency),
    onDemand: options.onDemand ?? (async () => undefined),
    pools: new WeakMap(),
  };
  const queue = await openEventQueue({
    context: invoke,
    directory,
    onDeadLetter: options.onDeadLetter ?? (() => {}),
    onFault,
  });
  const context: RouterContext = {
    guard: createGuard(options.token, options.anyHost),
    invoke,
    queue,
    logs,
    concurrencyLimit: options.concurrency,
    onFault,
  };
  // An invocation may take 15 minutes, and an upload its time: no timeout of Node's applies.
  const http = createHttpServer(
    { maxHeaderSize: maximumHeadBytes, requestTimeout: 0, keepAliveTimeout: 60_000 },
    (request, response) => void route(request, response, context),
  );
  const sockets = new Set<Socket>();
  // Half-open, as Node's HTTP server wants the connections it is handed.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    routeConnection(socket, http, context);
  });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(options.port, options.host, resolve);
    });
  } catch (error) {
    await store.close();
    throw error;
  }
  await queue.resume();
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(":") ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}`,
    store,
    logs,
    retire: fleet.retire,
    async warm(names) {
      for (const name of names) await warmFunction(name, invoke);
    },
    async close() {
      queue.close();
      server.close();
      await fleet.close();
      for (const socket of sockets) socket.destroy();
      await store.close();
    },
  };
}
