// An event that a function of the `fetch` convention answers: (Request) => Response.

import { failureFromThrown } from "../answer/failure.ts";
import { bufferedAnswer, headOf, requireResponse } from "../answer/fetch-answer.ts";
import { type Outcome, type Pump, response } from "../answer/outcome.ts";
import { httpContentType, preludeOf } from "../answer/prelude.ts";
import { proxyHead } from "../answer/proxy-answer.ts";
import { HostError } from "../errors.ts";
import { functionContext, parseEvent } from "../event/convention.ts";
import { fetchRequest } from "../event/fetch-request.ts";
import { type HttpRequest, readHttpRequest, takesStream } from "../event/http-request.ts";
import type { Invocation } from "../invocation.ts";
import type { Surroundings } from "../runners/runner.ts";
import { InProcessEvent } from "./in-process-event.ts";

type FetchFunction = (request: Request, more: FetchExtras) => unknown;

/** The second argument of the function. */
interface FetchExtras {
  /** As Lambda sent it. */
  readonly event: unknown;
  readonly context: ReturnType<typeof functionContext>;
  /** The next event waits for the promise; the answer does not. */
  waitUntil(work: unknown): void;
}

export class FetchEvent extends InProcessEvent {
  readonly #userFunction: FetchFunction;
  readonly #surroundings: Surroundings;
  readonly #onWork: (work: Promise<unknown>) => void;
  readonly #resolve: (outcome: Outcome) => void;
  readonly #settled: Promise<Outcome>;
  readonly #exited: (status: number, stderr: string) => Outcome;
  readonly #abort = new AbortController();
  #request: HttpRequest | undefined = undefined;
  #begun = false;

  constructor(
    invocation: Invocation,
    userFunction: (...args: unknown[]) => unknown,
    surroundings: Surroundings,
    more: {
      resolve(outcome: Outcome): void;
      /** Takes the promise that the function gave to waitUntil; it never rejects. */
      onWork(work: Promise<unknown>): void;
      exited(status: number, stderr: string): Outcome;
    },
  ) {
    const settled = Promise.withResolvers<Outcome>();
    super(invocation, surroundings.log, settled.resolve);
    this.#userFunction = userFunction as FetchFunction;
    this.#surroundings = surroundings;
    this.#resolve = more.resolve;
    this.#onWork = more.onWork;
    this.#exited = more.exited;
    this.#settled = settled.promise;
    void settled.promise.then((outcome) => {
      const isLate = outcome.kind === "failure" && outcome.failure.errorType === "Function.Timeout";
      if (isLate) this.#abort.abort(new DOMException("The deadline has come", "TimeoutError"));
      if (!this.#begun) more.resolve(outcome);
    });
  }

  protected override call(): unknown {
    // Called without a receiver, whose class would appear in the stack.
    const userFunction = this.#userFunction;
    const { invocation } = this;
    this.#request = readHttpRequest(invocation.event);
    if (this.#request === undefined) throw notHttp();
    const request = fetchRequest(this.#request, this.#abort.signal);
    if (request === undefined) return new Response("Method Not Allowed", { status: 405 });
    return userFunction(request, {
      event: parseEvent(invocation.event),
      context: functionContext(invocation, this.#surroundings.platform),
      waitUntil: (work) => this.#keep(work),
    });
  }

  #keep(work: unknown): void {
    const { log } = this.#surroundings;
    const kept = Promise.resolve(work).catch((error: unknown) =>
      log.failure(failureFromThrown(error), this.invocation),
    );
    this.#onWork(kept);
  }

  protected override stdout(piece: Buffer): boolean {
    return this.logStdout(piece);
  }

  protected override returned(value: unknown): Promise<Outcome> | Outcome {
    const answer = requireResponse(value);
    const request = this.#request as HttpRequest;
    const wantsStream =
      this.#surroundings.settings.stdout === "stream" && takesStream(request.source);
    if (!wantsStream) return bufferedAnswer(answer, request);
    return this.#streamed(answer, request);
  }

  /** Starts the answer at once; the event is over when the body is. */
  #streamed(answer: Response, { source, method }: HttpRequest): Promise<Outcome> {
    const reader = method === "HEAD" ? undefined : readerOf(answer);
    // Whatever ends the event (its deadline, process.exit) ends the reading.
    void this.#settled.then(() => reader?.cancel().catch(() => {}));
    return new Promise((end, fail) => {
      this.#begun = true;
      this.#resolve({
        kind: "stream",
        contentType: httpContentType,
        pump: async (write) => {
          const prelude = preludeOf(proxyHead(headOf(answer), source));
          passOn(reader, prelude, write).then(() => end(response(Buffer.alloc(0))), fail);
          const outcome = await this.#settled;
          return outcome.kind === "failure" ? outcome.failure : undefined;
        },
      });
    });
  }

  protected override exited(status: number): Outcome {
    return this.#exited(status, this.stderrTail());
  }
}

/** A polyfill's body may be a stream of Node. */
function readerOf({ body }: Response): ReadableStreamDefaultReader<Uint8Array> | undefined {
  if (body === null) return undefined;
  const stream = body instanceof ReadableStream ? body : ReadableStream.from(body);
  return (stream as ReadableStream<Uint8Array>).getReader();
}

async function passOn(
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
  prelude: Buffer,
  write: Parameters<Pump>[0],
): Promise<void> {
  let isRead = await write(prelude);
  while (isRead && reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) return;
    isRead = await write(value);
  }
  // Nobody reads the rest.
  await reader?.cancel();
}

function notHttp(): HostError {
  return new HostError(
    "Function.NotHttp",
    "The event is not an HTTP request, and a function of the fetch convention answers nothing else. Call it through a function URL, API Gateway, a load balancer or VPC Lattice, or set STDLAMBDA_CONVENTION=aws.",
  );
}
