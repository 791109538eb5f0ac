// A server with one function URL, whose function is a handmade outcome.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough, Readable } from "node:stream";
import type { TestContext } from "node:test";
import {
  type FunctionUrlInvokeOptions,
  type FunctionUrlOptions,
  handleFunctionUrl,
} from "../../../local/function-url/handle-function-url.ts";
import type { FunctionError, InvocationResult } from "../../../local/runtime-api/invocation.ts";

/** What the function sees: the event, as it would parse it. */
// biome-ignore lint/suspicious/noExplicitAny: an event is what a test asserts it to be
export type Event = any;

export interface UrlServer {
  /** Ends in the URL's prefix, without a slash. */
  readonly url: string;
  readonly port: number;
  readonly events: readonly Event[];
  readonly invocations: readonly FunctionUrlInvokeOptions[];
  readonly faults: readonly string[];
}

export type Configuration = FunctionUrlOptions["configuration"];

export const prefix = "/lambda-url/hello";

/** `answer` makes the result of each invocation; what it throws, `invoke` throws. */
export async function startUrl(
  t: TestContext,
  answer: () => InvocationResult,
  configuration: Configuration = { AuthType: "NONE", FunctionUrl: undefined },
): Promise<UrlServer> {
  const events: Event[] = [];
  const invocations: FunctionUrlInvokeOptions[] = [];
  const faults: string[] = [];
  const server = createServer(async (request, response) => {
    await handleFunctionUrl(request, response, {
      functionName: "hello",
      qualifier: undefined,
      prefix,
      configuration,
      region: "eu-west-1",
      accountId: "012345678912",
      onFault: (message) => faults.push(message),
      invoke: async (event, options) => {
        events.push(JSON.parse(event.toString()));
        invocations.push(options);
        return {
          requestId: options.requestId,
          traceId: options.traceId,
          executedVersion: "$LATEST",
          result: answer(),
          logTail: async () => Buffer.alloc(0),
        };
      },
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}${prefix}`, port, events, invocations, faults };
}

/** What a function returned, as JSON unless it is bytes. */
export function returned(value: unknown): InvocationResult {
  const body = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value));
  return { kind: "response", body, contentType: "application/json" };
}

export function failed(errorType = "Function.Exit1"): FunctionError {
  const body = Buffer.from(JSON.stringify({ errorType, errorMessage: "exit status 1" }));
  return { errorType, body, contentType: "application/json" };
}

/** Chunks that are all there, and how they end. */
export function streamed(
  contentType: string,
  chunks: readonly (string | Buffer)[],
  error?: FunctionError,
): InvocationResult {
  const readable = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  return { kind: "stream", contentType, chunks: readable, ended: Promise.resolve(error) };
}

/** A stream that the test writes. */
export function openStream(contentType: string) {
  const chunks = new PassThrough();
  const { promise: ended, resolve } = Promise.withResolvers<FunctionError | undefined>();
  const result: InvocationResult = { kind: "stream", contentType, chunks, ended };
  const end = (error?: FunctionError) => {
    chunks.end();
    resolve(error);
  };
  return { result, chunks, end };
}
