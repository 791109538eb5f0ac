// The messages between the host and a worker thread: an event goes in, its outcome comes out.
import type { Failure } from "../answer/failure.ts";
import type { Outcome } from "../answer/outcome.ts";
import type { Environment } from "../event/environment.ts";
import type { Handler } from "../handler/resolve.ts";
import type { Invocation } from "../invocation.ts";
import type { Platform, Settings } from "../settings.ts";
import type { LogTarget } from "./shared-log.ts";

/** Marks the environment of a worker thread; removed before the handler is loaded. */
export const threadMark = "_STDLAMBDA_THREAD";

/** What a thread is started with. */
export interface ThreadData {
  readonly handler: Handler;
  readonly settings: Settings;
  readonly platform: Platform;
  readonly environment: Environment;
  readonly logTarget: LogTarget;
}

/** `key` identifies the event among all that the host has given to threads. */
export type ToThread =
  | { readonly kind: "event"; readonly key: number; readonly invocation: Invocation }
  /** The host is ending. */
  | { readonly kind: "stop" }
  /** The last piece of a stream is written; `goesOn` is false when nobody reads the next one. */
  | { readonly kind: "taken"; readonly key: number; readonly goesOn: boolean };

export type FromThread =
  | { readonly kind: "ready" }
  /** The handler could not be loaded. */
  | { readonly kind: "failed"; readonly failure: Failure }
  /** An exception that belongs to no event: the thread must not serve another. */
  | { readonly kind: "broken" }
  | {
      readonly kind: "outcome";
      readonly key: number;
      readonly outcome: Exclude<Outcome, { kind: "stream" }>;
      /** Nothing is left to do after it, and no message says so. */
      readonly isSettled: boolean;
    }
  | { readonly kind: "stream"; readonly key: number; readonly contentType: string }
  | { readonly kind: "piece"; readonly key: number; readonly bytes: Uint8Array }
  | { readonly kind: "end"; readonly key: number; readonly failure: Failure | undefined }
  /** The work that the event did after its answer is done. */
  | { readonly kind: "settled"; readonly key: number };

/** A copy of its own: bytes beside it in a shared pool would be sent along. */
export function ownBytes(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
}
