// A post's body, read whole but never held beyond a limit.
import type { IncomingMessage } from "node:http";

export type Body =
  | { readonly kind: "whole"; readonly bytes: Buffer }
  | { readonly kind: "too-large"; readonly size: number }
  | { readonly kind: "broken" };

/**
 * Reads to the end even if the body is too large, as Lambda does: a runtime that is still writing
 * would not see an answer. `limit` is in bytes.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Body> {
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else chunks = [];
    });
    request.on("end", () => {
      if (size > limit) resolve({ kind: "too-large", size });
      else resolve({ kind: "whole", bytes: Buffer.concat(chunks) });
    });
    // A connection that ends early is told by `error`, `close`, or both; the first counts.
    request.on("error", () => resolve({ kind: "broken" }));
    request.on("close", () => resolve({ kind: "broken" }));
  });
}
