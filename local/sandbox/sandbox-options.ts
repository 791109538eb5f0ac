// What all environments of a service have in common.
import type { LogStore } from "../logs/log-store.ts";
import type { Isolate } from "./isolation.ts";

export interface SandboxOptions {
  readonly isolate: Isolate;
  readonly logs: Pick<LogStore, "append">;
  /** Our own `bootstrap`, for functions that are served in place. */
  readonly hostBootstrap: string;
  readonly runtimeClientFolders: readonly string[];
  /** Where merged layers are kept. */
  readonly cache: string;
  /** Where each environment has the folder that becomes its /tmp. */
  readonly temporary: string;
  /** The environment variables of the service. */
  readonly service: NodeJS.ProcessEnv;
  readonly freeze: boolean;
  /** False where a container has the limit: the function's memory is only what it is told. @default true */
  readonly limitsMemory?: boolean;
  /** At most so many environments of a version; who finds none free waits. @default no limit */
  readonly maximumEnvironments?: number;
  /** Called with the function's name when a runtime starts, and with what came of it. */
  readonly onStart?: (name: string, how: "started" | "ready" | "failed") => void;
  /**
   * Starts no program; called with the variables for one that is started by hand. A function then
   * has one environment, without deadlines and limits, because its author may be looking at a
   * breakpoint.
   */
  readonly attach?: (name: string, variables: NodeJS.ProcessEnv) => void;
  /** A sentence for the author of a runtime that breaks the contract. */
  readonly onFault: (message: string) => void;
}
