// The result of one invocation, as a value: a failing script is not an exception in the host.
import type { Failure } from "./failure.ts";

export type Outcome =
  | { readonly kind: "response"; readonly body: Uint8Array; readonly contentType: string }
  | { readonly kind: "stream"; readonly contentType: string; readonly pump: Pump }
  | {
      readonly kind: "failure";
      readonly failure: Failure;
      /** An exception in the host's own process that nothing caught: the host ends after the answer. */
      readonly hostBroken?: true;
    };

/**
 * Passes the pieces of a response to `write` until there are no more. Resolves with the failure
 * that cut the response short, if any. `write` returns a promise when the reader is behind; it
 * resolves to false when the reader is gone.
 */
export type Pump = (
  write: (piece: Uint8Array) => true | Promise<boolean>,
) => Promise<Failure | undefined>;

/** Lambda looks at the content type only when it streams; stock runtimes send this one. */
const jsonContentType = "application/json";
export const bytesContentType = "application/octet-stream";

export function response(body: Uint8Array, contentType = jsonContentType): Outcome {
  return { kind: "response", body, contentType };
}

export function failed(failure: Failure): Outcome {
  return { kind: "failure", failure };
}
