// The extensions of an environment: which events each registered for, and which wait for the next
// one.
import type { Invocation } from "../invocation.ts";
import { type Reply, sendJson } from "../reply.ts";

export type ShutdownReason = "spindown" | "timeout" | "failure";

/** Why the environment ends, and by when. */
export interface Shutdown {
  readonly reason: ShutdownReason;
  readonly deadlineMs: number;
}

export type ExtensionEvent = "INVOKE" | "SHUTDOWN";

/** AWS's names: `Ready` waits for an event, `Running` has one. */
export type ExtensionState =
  | "Started"
  | "Registered"
  | "Ready"
  | "Running"
  | "InitError"
  | "ExitError";

export interface Extension {
  readonly id: string;
  readonly name: string;
  /** Has its own process; internal extensions run inside the runtime's. */
  readonly external: boolean;
  /** An extension may register for no event at all, only to get SIGTERM. */
  events: readonly ExtensionEvent[];
  state: ExtensionState;
  poll: Reply | undefined;
}

/** An external extension whose process has not registered yet. */
export function startedExtension(name: string): Extension {
  return {
    id: crypto.randomUUID(),
    name,
    external: true,
    events: [],
    state: "Started",
    poll: undefined,
  };
}

/** Whether every extension has asked for its next event; until then Lambda holds the event back. */
export function extensionsAreReady(extensions: readonly Extension[]): boolean {
  return extensions.every((extension) => extension.state === "Ready");
}

/** Tells subscribed extensions that an event is given out; they must poll again. */
export function tellOfInvocation(
  extensions: readonly Extension[],
  { deadlineMs, requestId, functionArn, traceId }: Invocation,
): void {
  for (const extension of extensions) {
    if (!extension.events.includes("INVOKE")) continue;
    sendExtensionEvent(extension, {
      eventType: "INVOKE",
      deadlineMs,
      requestId,
      invokedFunctionArn: functionArn,
      ...(traceId && { tracing: { type: "X-Amzn-Trace-Id", value: traceId } }),
    });
  }
}

/** Sends SHUTDOWN to an extension that subscribed to it and is polling. */
export function tellOfShutdown(
  { shutdown }: { readonly shutdown: Shutdown | undefined },
  extension: Extension,
): void {
  if (shutdown === undefined || !extension.events.includes("SHUTDOWN")) return;
  const { reason, deadlineMs } = shutdown;
  sendExtensionEvent(extension, { eventType: "SHUTDOWN", deadlineMs, shutdownReason: reason });
}

function sendExtensionEvent(extension: Extension, event: object): void {
  const { id, poll } = extension;
  if (poll === undefined) return;
  extension.poll = undefined;
  extension.state = "Running";
  sendJson(poll, 200, event, [
    "Lambda-Extension-Identifier",
    id,
    "Lambda-Extension-Event-Identifier",
    crypto.randomUUID(),
  ]);
}
