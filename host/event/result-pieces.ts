// A result that comes in pieces: a Blob, a stream of Node's or of the web, or any other async
// iterable.
import { createCollector } from "../process/collector.ts";
import { bytesOf } from "./convention.ts";

/** Undefined for a value that is there at once. */
export function piecesOf(value: unknown): AsyncIterable<unknown> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (/^\[object (?:Blob|File)\]$/.test(Object.prototype.toString.call(value))) {
    return (value as Blob).stream();
  }
  if (Symbol.asyncIterator in value) return value as AsyncIterable<unknown>;
  return "getReader" in value ? piecesOfReader(value as ReadableStream) : undefined;
}

async function* piecesOfReader(stream: ReadableStream): AsyncGenerator<unknown> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}

/** Undefined when it is larger than a response may be; the rest is then not read. */
export async function collectPieces(
  pieces: AsyncIterable<unknown>,
  encode: (text: string) => Uint8Array,
): Promise<Uint8Array | undefined> {
  const collected = createCollector();
  for await (const piece of pieces) {
    const bytes = typeof piece === "string" ? encode(piece) : bytesOf(piece);
    if (bytes === undefined) {
      throw new TypeError(
        `The function's result is a stream of ${piece === null ? "null" : typeof piece}, which is neither text nor bytes. Write text or bytes into it, or return plain data.`,
      );
    }
    // Copied: a stream may use its buffer again.
    if (!collected.push(Buffer.from(bytes))) return undefined;
  }
  return collected.bytes();
}
