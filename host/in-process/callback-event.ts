// An event of a function that may answer by a callback, as on AWS's runtimes up to Node.js 22: by
// calling it, by the methods of the context, or when the event loop has nothing left to do.

import { maximumPayloadBytes } from "../../lambda/limits.ts";
import { releaseAlarms } from "../alarm.ts";
import { failed, type Outcome, response } from "../answer/outcome.ts";
import { functionContext, parseEvent, resultBytes } from "../event/convention.ts";
import { utf8 } from "../event/text-encoding.ts";
import type { Invocation } from "../invocation.ts";
import { tooLarge } from "../process/answer-by-child.ts";
import type { Surroundings } from "../runners/runner.ts";
import { InProcessEvent, promiseOf } from "./in-process-event.ts";

type Answer = () => void;

export class CallbackEvent extends InProcessEvent {
  readonly #userFunction: (...args: unknown[]) => unknown;
  readonly #surroundings: Surroundings;
  readonly #exited: (status: number, stderr: string) => Outcome;
  readonly #value = Promise.withResolvers<unknown>();
  /** The answer when the event loop becomes empty. */
  #whenEmpty: Answer = () => this.#value.resolve(null);

  constructor(
    invocation: Invocation,
    userFunction: (...args: unknown[]) => unknown,
    surroundings: Surroundings,
    more: {
      resolve(outcome: Outcome): void;
      exited(status: number, stderr: string): Outcome;
    },
  ) {
    const atEmptyLoop = () => this.#whenEmpty();
    super(invocation, surroundings.log, (outcome) => {
      process.off("beforeExit", atEmptyLoop);
      more.resolve(outcome);
    });
    this.#userFunction = userFunction;
    this.#surroundings = surroundings;
    this.#exited = more.exited;
    process.once("beforeExit", atEmptyLoop);
  }

  protected override call(): unknown {
    const { platform, release, sideBySide } = this.#surroundings;
    const answer = (error: unknown, value: unknown) => {
      if (error === undefined || error === null) this.#value.resolve(value);
      else this.#value.reject(error);
    };
    const context = Object.assign(functionContext(this.invocation, platform), {
      callbackWaitsForEmptyEventLoop: true,
      done: answer,
      succeed: (value: unknown) => answer(undefined, value),
      fail: (error: unknown) => answer(error ?? "handled", undefined),
    });
    const callback = (error?: unknown, value?: unknown) => {
      // With other events beside it the event loop is never empty.
      const waits =
        !sideBySide &&
        context.callbackWaitsForEmptyEventLoop &&
        (error === undefined || error === null);
      if (waits) this.#whenEmpty = () => answer(error, value);
      else answer(error, value);
    };
    const returned = this.#userFunction(parseEvent(this.invocation.event), context, callback);
    const promise = promiseOf(returned);
    if (promise !== undefined) return promise;
    // A function that declares a callback answers with it: its return value may be a timer.
    if (returned !== undefined && this.#userFunction.length < 3) return returned;
    release();
    releaseAlarms();
    return this.#value.promise;
  }

  protected override stdout(piece: Buffer): boolean {
    return this.logStdout(piece);
  }

  protected override returned(value: unknown): Outcome {
    const bytes = resultBytes(value, { convention: "aws", text: utf8 });
    return bytes.length > maximumPayloadBytes ? failed(tooLarge()) : response(bytes);
  }

  protected override exited(status: number): Outcome {
    return this.#exited(status, this.stderrTail());
  }
}
