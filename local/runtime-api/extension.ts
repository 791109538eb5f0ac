// Internal extensions: who registered, who waits for the next lifecycle event.
import type { ServerResponse } from "node:http";
import type { Invocation } from "./invocation.ts";

export interface Extension {
  readonly name: string;
  /** An extension may register for no event at all, for the sake of SIGTERM. */
  readonly wantsInvoke: boolean;
  poll: ServerResponse | undefined;
}

/** Whether every extension has asked for its next event; until then Lambda holds the event back. */
export function extensionsAreWaiting(extensions: ReadonlyMap<string, Extension>): boolean {
  return [...extensions.values()].every((extension) => extension.poll !== undefined);
}

/** Tells those that want to know that an event is given out; they must poll again. */
export function tellExtensions(
  extensions: ReadonlyMap<string, Extension>,
  invocation: Invocation,
): void {
  for (const [id, extension] of extensions) {
    if (!extension.wantsInvoke || extension.poll === undefined) continue;
    const { deadlineMs, requestId, functionArn, traceId } = invocation;
    const event = {
      eventType: "INVOKE",
      deadlineMs,
      requestId,
      invokedFunctionArn: functionArn,
      ...(traceId && { tracing: { type: "X-Amzn-Trace-Id", value: traceId } }),
    };
    const body = JSON.stringify(event);
    extension.poll.writeHead(200, {
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(body),
      "Lambda-Extension-Identifier": id,
      "Lambda-Extension-Event-Identifier": crypto.randomUUID(),
    });
    extension.poll.end(body);
    extension.poll = undefined;
  }
}
