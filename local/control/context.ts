// What the operations of the control plane work on.
import type { Store } from "../store/store.ts";

export interface ControlContext {
  readonly store: Store;
  readonly region: string;
  readonly accountId: string;
  /** Base URL of this service as the caller reached it, without a slash at its end. */
  readonly endpoint: string;
  /** Concurrent executions of the whole account. */
  readonly concurrencyLimit: number;
}
