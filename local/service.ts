// The local Lambda service: a store, environments, a queue and logs behind one HTTP server.

import { rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { exampleAccountId } from "../lambda/account.ts";
import { type Acquired, createAcquired } from "./acquired.ts";
import type { ServiceContext } from "./http/call.ts";
import { createGuard } from "./http/guard.ts";
import { createListener } from "./http/listener.ts";
import { route } from "./http/router.ts";
import { createConcurrency } from "./invoke/concurrency.ts";
import { openEventQueue } from "./invoke/event-queue.ts";
import { type InvokeContext, warmFunction } from "./invoke/invoke-function.ts";
import { createLogStore, type LogStore } from "./logs/log-store.ts";
import { createFleet } from "./sandbox/fleet.ts";
import type { Isolate } from "./sandbox/isolation.ts";
import { startsPerProcessor } from "./sandbox/start-slots.ts";
import { openStore } from "./store/open-store.ts";
import type { FunctionRecord } from "./store/records.ts";
import type { Store } from "./store/store.ts";

export interface ServiceOptions {
  /** Where functions, layers, queued events and dead letters are stored: `.stdlambda`. */
  readonly directory: string;
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  /** Demanded of every request; needed beyond loopback. */
  readonly token?: string | undefined;
  /** Takes every Host header, see `createGuard`. @default false */
  readonly anyHost?: boolean;
  /** Origins whose pages may call every function URL, `*` for all. @default none */
  readonly allowedOrigins?: readonly string[];
  readonly region: string;
  /** Concurrent executions of the account. */
  readonly concurrency: number;
  readonly isolate: Isolate;
  readonly freeze: boolean;
  readonly hostBootstrap: string;
  readonly runtimeClientFolders: readonly string[];
  /** The service's own variables, of which functions get a few. */
  readonly env: NodeJS.ProcessEnv;
  /** Starts no runtimes; called with how to start one by hand, under a debugger. */
  readonly attach?: (name: string, variables: NodeJS.ProcessEnv) => void;
  readonly onDemand?: (name: string) => Promise<FunctionRecord | undefined>;
  /** Called with a sentence for the person who runs the service. */
  readonly onFault: (message: string) => void;
  readonly onDeadLetter?: (functionName: string, requestId: string, file: string) => void;
}

export interface Service {
  /** `http://127.0.0.1:9000`. */
  readonly url: string;
  readonly store: Store;
  readonly logs: LogStore;
  /** Takes a request that came to another server. */
  answer(request: IncomingMessage, response: ServerResponse): void;
  /** Replaces the environments of a function with the next invocation. */
  retire(name: string): void;
  /** Starts environments before anybody invokes; resolves at once. */
  warm(names: readonly string[]): Promise<void>;
  /**
   * Starts to answer, and to run queued events, once the functions are declared: requests that came
   * earlier have waited, so that no caller gets a 404 for a function that is about to be declared.
   */
  open(): Promise<void>;
  /** Ends everything: the server, the environments, the queue, the store. */
  close(): Promise<void>;
}

/**
 * @throws Error when the port is taken, or another service uses the directory; nothing is left
 * then.
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const acquired = createAcquired();
  try {
    return await start(options, acquired);
  } catch (error) {
    await acquired.release().catch((failure: Error) => options.onFault(failure.message));
    throw error;
  }
}

async function start(options: ServiceOptions, acquired: Acquired): Promise<Service> {
  const { directory, region, onFault } = options;
  const store = await openStore(directory, { onDamage: onFault });
  acquired.add(store.close);
  // Nothing runs yet that could need code which no record mentions.
  await store.collectGarbage();
  const cache = join(directory, "opt");
  const temporary = join(directory, "tmp");
  // A service that was killed left them.
  for (const folder of [cache, temporary]) {
    await rm(folder, { recursive: true, force: true }).catch((error: Error) =>
      onFault(`cannot remove what an earlier service left: ${error.message}`),
    );
  }
  const opened = Promise.withResolvers<ServiceContext>();
  let open: ServiceContext | undefined;
  const answer: Service["answer"] = (request, response) => {
    if (open !== undefined) void route(request, response, open);
    else void opened.promise.then((context) => route(request, response, context));
  };
  const listener = createListener(answer);
  acquired.add(listener.destroy);
  const logs = createLogStore();
  const fleet = createFleet(
    { ...options, logs, service: options.env, cache, temporary },
    options.attach === undefined
      ? startsPerProcessor * availableParallelism()
      : Number.POSITIVE_INFINITY,
  );
  // Before the connections: the callers of what still runs learn of its end.
  acquired.add(fleet.close);
  store.functions.onChange((name, record) => fleet.retain(name, versionsOf(record)));
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
  acquired.add(queue.close);
  const context: ServiceContext = {
    guard: createGuard(options.token, options.anyHost),
    invoke,
    queue,
    logs,
    concurrencyLimit: options.concurrency,
    allowedOrigins: options.allowedOrigins ?? [],
    onFault,
  };
  const port = await listener.listen(options.host, options.port);
  acquired.add(listener.stop);
  const host = options.host.includes(":") ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}`,
    store,
    logs,
    answer,
    retire: fleet.retire,
    async warm(names) {
      for (const name of names) await warmFunction(name, invoke);
    },
    async open() {
      await queue.resume();
      open = context;
      opened.resolve(context);
    },
    close: acquired.release,
  };
}

function versionsOf(record: FunctionRecord | undefined): ReadonlySet<string> {
  if (record === undefined) return new Set();
  const published = record.versions.map(({ configuration }) => configuration.Version ?? "");
  return new Set(["$LATEST", ...published]);
}
