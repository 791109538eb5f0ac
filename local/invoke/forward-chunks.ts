// A stream of bytes to an HTTP client that may be slow, or gone before the end.
import type { ServerResponse } from "node:http";
import type { Readable } from "node:stream";

/** The parts of an outgoing message; one chunk may become several. */
type Encode = (chunk: Buffer) => Iterable<Uint8Array>;

/**
 * Writes chunks no faster than the client reads them, each as soon as it comes. If the client is
 * gone, the rest is read and dropped: the function that writes it runs to its end, as on AWS.
 * Returns whether the client got everything.
 */
export async function forwardChunks(
  chunks: Readable | AsyncIterable<Buffer>,
  response: ServerResponse,
  encode: Encode = (chunk) => [chunk],
): Promise<boolean> {
  // A write to a closing connection is reported by this event, now or after the last chunk. Nothing
  // can be done about it, but without a listener it would end the service.
  response.on("error", () => {});
  for await (const chunk of chunks) {
    for (const part of encode(chunk)) {
      if (response.destroyed) break;
      if (!response.write(part)) await drained(response);
    }
  }
  return !response.destroyed;
}

/** Settles when the client has read what was written, or never will. */
function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed || !response.writableNeedDrain) return Promise.resolve();
  return new Promise((resolve) => {
    const settle = () => {
      response.off("drain", settle);
      response.off("close", settle);
      resolve();
    };
    response.on("drain", settle);
    response.on("close", settle);
  });
}
