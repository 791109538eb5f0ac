// The sandbox's side of SnapStart: when the snapshot may be taken, and when a restore is done.
import type { Environment } from "./environment.ts";
import { extensionsAreReady } from "./extensions/extension.ts";
import { isInitializing } from "./state.ts";
import { until } from "./waiter.ts";

/** A runtime that polls for an event without restore/next has no hooks to run. */
export function snapshotReady(environment: Environment): Promise<"hooks" | "no-hooks" | "exited"> {
  return until(environment, () => {
    if (!extensionsAreReady(environment.extensions)) return undefined;
    if (environment.state === "RestoreReady") return "hooks";
    return hasPolled(environment) ? "no-hooks" : undefined;
  });
}

export function restored(environment: Environment): Promise<"ready" | "exited"> {
  return until(environment, () => (hasPolled(environment) ? "ready" : undefined));
}

/** A runtime that reported a failed init is about to exit, and `until` reports that. */
function hasPolled({ state }: Environment): boolean {
  return !isInitializing(state) && state !== "InitError";
}
