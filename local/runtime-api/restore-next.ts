// GET /runtime/restore/next: SnapStart's snapshot is taken here, and each restore answers it.
import { invalidStateTransition, refuse } from "./api-error.ts";
import { become, type Environment } from "./environment.ts";
import type { Reply } from "./reply.ts";
import { wake } from "./waiter.ts";

export function restoreNext(environment: Environment, reply: Reply): void {
  if (!become(environment, "RestoreReady")) {
    refuse(environment, reply, invalidStateTransition(environment.state, "RestoreReady"));
    return;
  }
  environment.snapshot = reply;
  wake(environment);
}

/**
 * The environment comes out of its snapshot; without a call of restore/next there is nothing to do.
 */
export function restore(environment: Environment): void {
  const { snapshot } = environment;
  if (snapshot === undefined) return;
  environment.snapshot = undefined;
  if (!become(environment, "Restoring")) return;
  if (snapshot.isGone()) {
    environment.onFault(
      "The runtime closed the connection of its GET restore/next: it does not learn of the restore. Never abort or time out that call",
    );
    return;
  }
  snapshot.send(200, [], Buffer.alloc(0));
}
