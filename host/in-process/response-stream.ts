// `awslambda`, the global by which a function on AWS's Node runtime streams its response.
import { Writable } from "node:stream";
import { bytesContentType, type Pump } from "../answer/outcome.ts";
import { httpContentType, preludeOf } from "../answer/prelude.ts";
import { HostError } from "../errors.ts";

/** The second argument of a streaming function. */
export class ResponseStream extends Writable {
  contentType = bytesContentType;
  /** Set when the first byte is written; resolves the outcome. */
  onFirstByte: () => void = () => {};
  #prelude: Buffer | undefined;
  #begun = false;
  #isWritten = false;
  #write: Parameters<Pump>[0] | undefined;
  #attached: () => void = () => {};
  readonly #reader = new Promise<void>((resolve) => {
    this.#attached = resolve;
  });

  setContentType(contentType: string): void {
    if (this.#isWritten || this.#begun || this.writableEnded) throw tooLate();
    this.contentType = String(contentType);
  }

  /** The metadata that comes before the first byte. */
  setPrelude(metadata: unknown): void {
    this.setContentType(httpContentType);
    this.#prelude = preludeOf(metadata);
  }

  /** Like AWS's stream, which accepts any value and writes anything but text and bytes as JSON. */
  override write(chunk: unknown, ...rest: unknown[]): boolean {
    const isPlain = typeof chunk === "string" || chunk instanceof Uint8Array;
    const data = isPlain || chunk === undefined || chunk === null ? chunk : JSON.stringify(chunk);
    const flowing = super.write(data, ...(rest as []));
    this.#isWritten = true;
    return flowing;
  }

  get begun(): boolean {
    return this.#begun;
  }

  attach(write: Parameters<Pump>[0]): void {
    this.#write = write;
    this.#attached();
  }

  override _write(chunk: Buffer, _: BufferEncoding, callback: (error?: Error) => void): void {
    this.#send(chunk).then(() => callback(), callback);
  }

  override _final(callback: (error?: Error) => void): void {
    this.#send(undefined).then(() => callback(), callback);
  }

  async #send(chunk: Buffer | undefined): Promise<void> {
    if (!this.#begun) {
      this.#begun = true;
      this.onFirstByte();
    }
    await this.#reader;
    const prelude = this.#prelude;
    this.#prelude = undefined;
    if (prelude !== undefined) await this.#pass(prelude);
    if (chunk !== undefined) await this.#pass(chunk);
  }

  async #pass(chunk: Buffer): Promise<void> {
    if (!(await this.#write?.(chunk))) throw new Error("the caller reads no further");
  }
}

function tooLate(): HostError {
  return new HostError(
    "Runtime.InvalidStreamingOperation",
    "Cannot set content-type, too late. Set it, or the metadata of an HTTP response, before the first write.",
  );
}

type StreamingFunction = (event: unknown, stream: ResponseStream, context: unknown) => unknown;

const streaming = Symbol.for("aws.lambda.runtime.handler.streaming");

/** Whether a function was wrapped by awslambda.streamifyResponse. */
export function isStreaming(handler: object): boolean {
  return (handler as Record<symbol, unknown>)[streaming] === "response";
}

/** Sets the global that functions for AWS's Node runtime expect. */
export function provideAwslambda(): void {
  const awslambda = {
    streamifyResponse(handler: StreamingFunction): StreamingFunction {
      return Object.assign(handler, { [streaming]: "response" });
    },
    HttpResponseStream: {
      from(stream: ResponseStream, metadata: unknown): ResponseStream {
        stream.setPrelude(metadata);
        return stream;
      },
    },
  };
  Object.defineProperty(globalThis, "awslambda", {
    value: awslambda,
    configurable: true,
    writable: true,
  });
}
