// An event in a worker thread, as the host sees it.
import type { Failure } from "../answer/failure.ts";
import { failed, type Outcome } from "../answer/outcome.ts";

type Sink = (bytes: Uint8Array) => void;

export interface ThreadEvent {
  readonly outcome: Promise<Outcome>;
  /** The whole answer has come, or will not come. */
  readonly answered: Promise<void>;
  /** Nothing of it is left in the thread. */
  readonly settled: Promise<void>;
  isAnswered(): boolean;
  answer(outcome: Outcome): void;
  /** Starts a stream; after each piece `taken` is told whether there is a reader for the next. */
  stream(contentType: string, taken: (goesOn: boolean) => void): void;
  piece(bytes: Uint8Array): void;
  /** The end of a stream. */
  end(failure: Failure | undefined): void;
  settle(): void;
  /** Nothing more comes, whatever the result. */
  fail(failure: Failure): void;
}

export function createThreadEvent(): ThreadEvent {
  const outcome = Promise.withResolvers<Outcome>();
  const answered = Promise.withResolvers<void>();
  const settled = Promise.withResolvers<void>();
  /** The failure that cut a stream short, or undefined at its end. */
  const ended = Promise.withResolvers<Failure | undefined>();
  let isAnswered = false;
  const early: Uint8Array[] = [];
  let take: Sink = (bytes) => void early.push(bytes);

  function finish(): void {
    isAnswered = true;
    answered.resolve();
  }

  function answer(given: Outcome): void {
    finish();
    outcome.resolve(given);
  }

  function end(failure: Failure | undefined): void {
    finish();
    ended.resolve(failure);
  }

  return {
    outcome: outcome.promise,
    answered: answered.promise,
    settled: settled.promise,
    isAnswered: () => isAnswered,
    answer,
    stream(contentType, taken) {
      outcome.resolve({
        kind: "stream",
        contentType,
        pump(write) {
          take = async (bytes) => taken(await write(bytes));
          for (const bytes of early.splice(0)) take(bytes);
          return ended.promise;
        },
      });
    },
    piece: (bytes) => take(bytes),
    end,
    settle: settled.resolve,
    fail(failure) {
      // Only one of the two counts: an event that has started a stream has its outcome.
      answer(failed(failure));
      end(failure);
      settled.resolve();
    },
  };
}
