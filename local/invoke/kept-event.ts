// A queued event as it is stored on disk until it has been processed.
import type { CallerContext } from "../runtime-api/invocation.ts";

export interface KeptEvent extends CallerContext {
  readonly requestId: string;
  /** A name without qualifier. */
  readonly functionName: string;
  readonly qualifier?: string | undefined;
  /** Epoch milliseconds. */
  readonly receivedMs: number;
  /** JSON, in base64. */
  readonly event: string;
}

/** @throws Error saying why it is not an event of that id. */
export function parseKeptEvent(text: string, requestId: string): KeptEvent {
  const value = JSON.parse(text) as Partial<Record<keyof KeptEvent, unknown>> | null;
  if (typeof value !== "object" || value === null) throw new Error("it is not an object");
  for (const name of ["requestId", "functionName", "event"] as const) {
    if (typeof value[name] !== "string") throw new Error(`it has no ${name}`);
  }
  for (const name of ["qualifier", "clientContext", "tenantId", "traceId"] as const) {
    if (!["string", "undefined"].includes(typeof value[name])) {
      throw new Error(`its ${name} is not a string`);
    }
  }
  if (typeof value.receivedMs !== "number") throw new Error("it has no receivedMs");
  const kept = value as KeptEvent;
  if (kept.requestId !== requestId) throw new Error(`it is the event ${kept.requestId}`);
  JSON.parse(Buffer.from(kept.event, "base64").toString());
  return kept;
}
