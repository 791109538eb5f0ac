// What goes through the Runtime API: an invocation on its way in, its result on the way out.
import type { Readable } from "node:stream";

/** What a caller may send beside the event; it reaches the runtime unchanged. */
export interface CallerContext {
  /** X-Ray's trace header, `Root=…;Parent=…;Sampled=…`. */
  readonly traceId?: string | undefined;
  /** JSON, already decoded from the caller's base64. */
  readonly clientContext?: string | undefined;
  readonly tenantId?: string | undefined;
}

/** One event and its context, as the service hands it to a runtime. */
export interface Invocation extends CallerContext {
  /** The event's bytes; passed on unchanged. */
  readonly event: Buffer;
  readonly requestId: string;
  /** When the invocation must have been answered, in epoch milliseconds. */
  readonly deadlineMs: number;
  readonly functionArn: string;
  /** JSON with `cognitoIdentityId` and `cognitoIdentityPoolId`. */
  readonly cognitoIdentity?: string | undefined;
  /** @default "application/json" */
  readonly contentType?: string | undefined;
}

/** What a caller gets instead of a response. */
export interface FunctionError {
  /** The type for logs and metrics; the body may have any `errorType`. */
  readonly errorType: string;
  /** The JSON the caller sees, byte for byte as the runtime posted it. */
  readonly body: Buffer;
  readonly contentType: string;
  /** X-Ray's error cause, when the runtime sent a valid one. */
  readonly cause?: unknown;
}

/** The result of an invocation. For a stream it settles before the first byte comes. */
export type InvocationResult =
  | { readonly kind: "response"; readonly body: Buffer; readonly contentType: string }
  | {
      readonly kind: "stream";
      readonly contentType: string;
      /** Ends in every case, and never fails: `ended` says how it ended. */
      readonly chunks: Readable;
      readonly ended: Promise<FunctionError | undefined>;
    }
  | ({ readonly kind: "error" } & FunctionError);

/** How the process of the environment ended, as Node reports it. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}
