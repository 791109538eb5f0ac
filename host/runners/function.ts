// Functions: a module or an expression is loaded once, and the function that it gives is called for
// each event.
import { pathToFileURL } from "node:url";
import { maximumPayloadBytes } from "../../lambda/limits.ts";
import { hostFailure } from "../answer/failure.ts";
import { failed, type Outcome, response } from "../answer/outcome.ts";
import { failureFromEnding } from "../answer/script-failure.ts";
import { HostError } from "../errors.ts";
import {
  type Calling,
  functionArguments,
  functionContext,
  parseEvent,
  resultBytes,
} from "../event/convention.ts";
import { collectPieces, piecesOf } from "../event/result-pieces.ts";
import { textEncoding, utf8 } from "../event/text-encoding.ts";
import { evaluateExpression } from "../handler/expression.ts";
import type { Handler } from "../handler/resolve.ts";
import { importModule } from "../import-module.ts";
import { type BackgroundWork, createBackgroundWork } from "../in-process/background-work.ts";
import { bindProcess } from "../in-process/bind.ts";
import { runWithStdio } from "../in-process/bound-stdio.ts";
import { endEvents } from "../in-process/end-events.ts";
import { whileLoading } from "../in-process/exit.ts";
import { InProcessEvent, refuseAfterUncaught } from "../in-process/in-process-event.ts";
import {
  findFunction,
  hooksOf,
  loadModule,
  type Namespace,
  ownerOf,
} from "../in-process/load-module.ts";
import { isStreaming, provideAwslambda, ResponseStream } from "../in-process/response-stream.ts";
import type { Invocation } from "../invocation.ts";
import { tooLarge } from "../process/answer-by-child.ts";
import type { Platform } from "../settings.ts";
import type { Runner, Surroundings } from "./runner.ts";

type UserFunction = (...args: unknown[]) => unknown;

export function functionRunner(
  handler: Extract<Handler, { kind: "module" | "expression" }>,
  tsxLoader: string | undefined,
  given: Surroundings,
): Runner {
  const surroundings = withConventionOf(handler, given);
  const { settings, platform } = surroundings;
  const background = createBackgroundWork(given.log);
  let run: ((invocation: Invocation) => Promise<Outcome>) | undefined;
  let namespace: Namespace = {};

  async function load(): Promise<UserFunction> {
    if (handler.kind === "expression") {
      if (tsxLoader !== undefined) await importModule(pathToFileURL(tsxLoader).href);
      return evaluateExpression(handler.source, platform.taskRoot);
    }
    namespace = await loadModule(handler.path, tsxLoader);
    const found = findFunction(namespace, handler.exportPath, handler.path) as UserFunction;
    if (settings.convention !== "fetch") return found;
    // A method of an app, which may use `this`.
    const owner = ownerOf(namespace, handler.exportPath);
    return (...args) => Reflect.apply(found, owner, args);
  }

  async function start(): Promise<void> {
    const { convention } = settings;
    await bindProcess(
      surroundings,
      surroundings.environment,
      convention === "stdio" ? "stdio" : "output",
    );
    if (convention === "aws") provideAwslambda();
    const userFunction = await whileLoading(load);
    run =
      convention === "fetch"
        ? await fetchCaller(userFunction, surroundings, background)
        : await caller(userFunction, surroundings);
  }

  return {
    prepare(after) {
      if (run === undefined) return start();
      refuseAfterUncaught();
      return after === undefined ? undefined : background.settled(after);
    },
    run: (invocation) => (run as NonNullable<typeof run>)(invocation),
    hooks: () => hooksOf(namespace),
    stop: endEvents,
  };
}

/** An export called `fetch` is a function that Hono, Deno, Bun and Workers call with a Request. */
function withConventionOf(
  handler: Extract<Handler, { kind: "module" | "expression" }>,
  surroundings: Surroundings,
): Surroundings {
  const { settings } = surroundings;
  const isFetch = handler.kind === "module" && /(?:^|\.)fetch$/.test(handler.exportPath);
  if (!isFetch || settings.isConventionGiven) return surroundings;
  return { ...surroundings, settings: { ...settings, convention: "fetch" } };
}

async function fetchCaller(
  userFunction: UserFunction,
  surroundings: Surroundings,
  background: BackgroundWork,
): Promise<(invocation: Invocation) => Promise<Outcome>> {
  const { FetchEvent } = await import("../in-process/fetch-event.ts");
  return (invocation) =>
    new Promise((resolve) =>
      new FetchEvent(invocation, userFunction, surroundings, {
        resolve,
        onWork: (work) => background.add(work, invocation),
        exited: exitedWithoutAnswer,
      }).run(),
    );
}

/** AWS's runtime takes callbacks up to Node.js 22. */
function takesCallbacks({ environment }: Surroundings): boolean {
  const [, major] = /^AWS_Lambda_nodejs(\d+)\./.exec(environment.AWS_EXECUTION_ENV ?? "") ?? [];
  return major !== undefined && Number(major) <= 22;
}

async function caller(
  userFunction: UserFunction,
  surroundings: Surroundings,
): Promise<(invocation: Invocation) => Promise<Outcome>> {
  const { convention } = surroundings.settings;
  if (convention === "stdio") {
    return (invocation) => runWithStdio(invocation, userFunction, surroundings);
  }
  if (convention === "aws" && isStreaming(userFunction)) {
    return (invocation) =>
      new Promise((resolve) =>
        new StreamEvent(invocation, userFunction, surroundings, resolve).run(),
      );
  }
  if (convention === "aws" && takesCallbacks(surroundings)) {
    const { CallbackEvent } = await import("../in-process/callback-event.ts");
    return (invocation) =>
      new Promise((resolve) =>
        new CallbackEvent(invocation, userFunction, surroundings, {
          resolve,
          exited: exitedWithoutAnswer,
        }).run(),
      );
  }
  if (convention === "aws" && userFunction.length >= 3) throw callbackDeprecated();
  const text = convention === "aws" ? utf8 : await textEncoding(surroundings.settings.encoding);
  const called = { ...surroundings, calling: { convention, text } };
  return (invocation) =>
    new Promise((resolve) => new ValueEvent(invocation, userFunction, called, resolve).run());
}

interface Called extends Surroundings {
  readonly calling: Calling;
}

/** An event that is answered by the value that the function returns. */
class ValueEvent extends InProcessEvent {
  readonly #userFunction: UserFunction;
  readonly #surroundings: Called;

  constructor(
    invocation: Invocation,
    userFunction: UserFunction,
    surroundings: Called,
    resolve: (outcome: Outcome) => void,
  ) {
    super(invocation, surroundings.log, resolve);
    this.#userFunction = userFunction;
    this.#surroundings = surroundings;
  }

  protected override call(): unknown {
    // Called without a receiver, whose class would appear in the stack.
    const userFunction = this.#userFunction;
    const { calling, platform } = this.#surroundings;
    return userFunction(...functionArguments(this.invocation, calling, platform));
  }

  protected override stdout(piece: Buffer): boolean {
    return this.logStdout(piece);
  }

  protected override returned(value: unknown): Outcome | Promise<Outcome> {
    const { calling } = this.#surroundings;
    const pieces = calling.convention === "aws" ? undefined : piecesOf(value);
    if (pieces !== undefined) return this.#collected(pieces);
    const bytes = resultBytes(value, calling);
    return bytes.length > maximumPayloadBytes ? failed(tooLarge()) : response(bytes);
  }

  async #collected(pieces: AsyncIterable<unknown>): Promise<Outcome> {
    const { calling } = this.#surroundings;
    const bytes = await collectPieces(pieces, (text) => resultBytes(text, calling));
    return bytes === undefined ? failed(tooLarge()) : response(bytes);
  }

  protected override exited(status: number): Outcome {
    return exitedWithoutAnswer(status, this.stderrTail());
  }
}

/** An event that is answered by what the function writes into a stream. */
class StreamEvent extends InProcessEvent {
  readonly #userFunction: UserFunction;
  readonly #platform: Platform;
  readonly #stream = new ResponseStream();
  readonly #closed: Promise<void>;

  constructor(
    invocation: Invocation,
    userFunction: UserFunction,
    { platform, log }: Surroundings,
    resolve: (outcome: Outcome) => void,
  ) {
    const settled = Promise.withResolvers<Outcome>();
    super(invocation, log, settled.resolve);
    const stream = this.#stream;
    this.#userFunction = userFunction;
    this.#platform = platform;
    const closed = new Promise<void>((settle) => stream.once("close", settle));
    this.#closed = closed;
    // An error of the stream reaches its awaiters and `closed`; it must not become an uncaught exception.
    stream.on("error", () => {});
    stream.onFirstByte = () => {
      resolve({
        kind: "stream",
        get contentType() {
          return stream.contentType;
        },
        async pump(write) {
          stream.attach(write);
          const outcome = await settled.promise;
          if (outcome.kind !== "failure") return undefined;
          // What was written before the failure goes to the caller.
          stream.end();
          await closed;
          return outcome.failure;
        },
      });
    };
    void settled.promise.then((outcome) => {
      if (!stream.begun) resolve(outcome);
    });
  }

  protected override call(): unknown {
    // Called without a receiver, whose class would appear in the stack.
    const userFunction = this.#userFunction;
    const { invocation } = this;
    return userFunction(
      parseEvent(invocation.event),
      this.#stream,
      functionContext(invocation, this.#platform),
    );
  }

  protected override stdout(piece: Buffer): boolean {
    return this.logStdout(piece);
  }

  protected override async returned(): Promise<Outcome> {
    // The function may return before its stream has ended; the response is over when the stream is.
    await this.#closed;
    if (this.#stream.errored) throw this.#stream.errored;
    if (!this.#stream.writableFinished) throw new Error("Response stream is not finished.");
    return response(Buffer.alloc(0));
  }

  protected override exited(status: number): Outcome {
    return exitedWithoutAnswer(status, this.stderrTail());
  }
}

/** A function that called process.exit has not answered. */
function exitedWithoutAnswer(status: number, stderr: string): Outcome {
  return failed(
    failureFromEnding({ kind: "exit", status }, stderr) ??
      hostFailure(
        "Function.NoResponse",
        "The function called process.exit(0) before it had answered the event. Return a value instead.",
      ),
  );
}

// AWS's own wording, so that people find what is written about it.
function callbackDeprecated(): HostError {
  return new HostError(
    "Runtime.CallbackHandlerDeprecated",
    "ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.",
  );
}
