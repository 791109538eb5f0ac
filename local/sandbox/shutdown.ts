// The shutdown phase (AWS: "Lambda execution environment lifecycle"): programs are told that their
// environment ends; those that remain are killed.
import type { RuntimeApi } from "../runtime-api/server.ts";
import { processTree, signalAll } from "./process-tree.ts";
import type { Program } from "./program.ts";
import { settledWithin } from "./settled-within.ts";

/** In milliseconds. */
export const shutdownMs = {
  internalExtension: 500,
  externalExtensions: 2000,
  runtime: 300,
} as const;

export type EndReason = "spindown" | "timeout" | "failure";

export interface ShutdownOptions {
  readonly api: RuntimeApi;
  readonly runtime: Program | undefined;
  readonly extensions: readonly Program[];
  readonly isWrapped: boolean;
  readonly reason: EndReason;
}

/** An environment without extensions gets no SIGTERM: it is killed at once. */
export async function shutdown(options: ShutdownOptions): Promise<void> {
  const { api, runtime, extensions, isWrapped, reason } = options;
  if (!api.wantsSigterm()) return;
  const hasExternal = api.extensions().some(({ external }) => external);
  if (runtime?.id !== undefined) {
    // To the group, as Lambda's agent does. Under bubblewrap its leader is the first process of the
    // name space, which no SIGTERM ends.
    const leader = isWrapped ? processTree(runtime.id)[1] : runtime.id;
    if (leader !== undefined) signalAll([-leader], "SIGTERM");
    await settledWithin(
      hasExternal ? shutdownMs.runtime : shutdownMs.internalExtension,
      runtime.exited,
    );
  }
  if (!hasExternal) return;
  const told = api.shutdown(reason, Date.now() + shutdownMs.externalExtensions);
  if (told.length === 0) return;
  const gone = Promise.all(extensions.map(({ exited }) => exited));
  await settledWithin(shutdownMs.externalExtensions - shutdownMs.runtime, gone);
}
