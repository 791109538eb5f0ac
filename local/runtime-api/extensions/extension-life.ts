// The sandbox's side of extensions: how many may start, which are registered, and their shutdown.

import { maximumExtensions } from "../../../lambda/limits.ts";
import type { Environment } from "../environment.ts";
import type { ShutdownReason } from "../extensions/extension.ts";
import { until } from "../waiter.ts";
import { type ExtensionEvent, type ExtensionState, tellOfShutdown } from "./extension.ts";

/** An extension as the log shows it: `EXTENSION Name: … State: … Events: […]`. */
export interface RegisteredExtension {
  readonly name: string;
  /** A program in /opt/extensions; internal ones run inside the runtime. */
  readonly external: boolean;
  readonly state: ExtensionState;
  readonly events: readonly ExtensionEvent[];
}

/** Throws for more programs than Lambda starts. */
export function refuseTooManyExtensions(names: readonly string[]): void {
  if (names.length <= maximumExtensions) return;
  throw new RangeError(
    `${names.length} extensions (${names.join(", ")}); Lambda starts at most ${maximumExtensions}. Remove some from the extensions folder of the layers`,
  );
}

export function extensionsRegistered(environment: Environment): Promise<"ready" | "exited"> {
  return until(environment, () =>
    environment.extensions.some(({ state }) => state === "Started") ? undefined : "ready",
  );
}

export function registeredExtensions(environment: Environment): RegisteredExtension[] {
  return environment.extensions.map(({ name, external, state, events }) => ({
    name,
    external,
    state,
    events,
  }));
}

/** `deadlineMs` in epoch milliseconds; returns the names of those that are told now or later. */
export function shutdown(
  environment: Environment,
  reason: ShutdownReason,
  deadlineMs: number,
): string[] {
  environment.shutdown ??= { reason, deadlineMs };
  const told = environment.extensions.filter(({ events }) => events.includes("SHUTDOWN"));
  for (const extension of told) tellOfShutdown(environment, extension);
  return told.map(({ name }) => name);
}
