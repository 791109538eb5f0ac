// What all environments of a service have in common.
import type { LogStore } from "../logs/log-store.ts";
import type { Isolate } from "./isolation.ts";

export interface SandboxOptions {
  readonly isolate: Isolate;
  readonly logs: LogStore;
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
  /**
   * Starts no program; called with the variables for one that is started by hand. A function then
   * has one environment, without deadlines and limits, because its author may be looking at a
   * breakpoint.
   */
  readonly attach?: (name: string, variables: NodeJS.ProcessEnv) => void;
  /** A sentence for the author of a runtime that breaks the contract. */
  readonly onFault: (message: string) => void;
}
