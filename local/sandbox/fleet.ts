// All environments: a pool for each version of each function that was ever invoked.

import { createPool, type Pool } from "./pool.ts";
import type { SandboxOptions } from "./sandbox-options.ts";
import type { SandboxedFunction } from "./sandboxed-function.ts";
import type { EndReason } from "./shutdown.ts";
import { createStartSlots } from "./start-slots.ts";

const idleCheckMs = 60 * 1000;

export interface Fleet {
  /** The pool for this state of the version; one for an older state is retired. */
  poolOf(settings: SandboxedFunction): Pool;
  /** Ends the environments of a function, each when its invocation is over. */
  retire(name: string): void;
  /** Ends the environments of a function except for these versions: the others were deleted. */
  retain(name: string, versions: ReadonlySet<string>): void;
  /** Ends everything at once. */
  close(): Promise<void>;
}

/** `starts`: how many environments may start at the same time. */
export function createFleet(options: SandboxOptions, starts: number): Fleet {
  const slots = createStartSlots(starts);
  const pools = new Map<string, { readonly fingerprint: string; readonly pool: Pool }>();
  const endings = new Set<Promise<void>>();
  const idleCheck = setInterval(() => {
    for (const { pool } of pools.values()) pool.endIdle(performance.now());
  }, idleCheckMs);
  idleCheck.unref();

  function end(key: string, reason: EndReason): void {
    const found = pools.get(key);
    if (found === undefined) return;
    pools.delete(key);
    const ending = found.pool.retire(reason).finally(() => endings.delete(ending));
    endings.add(ending);
  }

  return {
    poolOf(settings) {
      const key = `${settings.name}:${settings.version}`;
      const fingerprint = JSON.stringify(settings);
      const found = pools.get(key);
      if (found?.fingerprint === fingerprint) return found.pool;
      end(key, "spindown");
      const pool = createPool(settings, options, slots);
      pools.set(key, { fingerprint, pool });
      return pool;
    },
    retire(name) {
      for (const key of pools.keys()) if (key.startsWith(`${name}:`)) end(key, "spindown");
    },
    retain(name, versions) {
      for (const [key, { pool }] of pools) {
        const { function: settings } = pool;
        if (settings.name === name && !versions.has(settings.version)) end(key, "spindown");
      }
    },
    async close() {
      clearInterval(idleCheck);
      const closing = [...pools.values()].map(({ pool }) => pool.close());
      pools.clear();
      await Promise.all([...closing, ...endings]);
    },
  };
}
