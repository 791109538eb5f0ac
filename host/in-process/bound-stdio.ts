// A call with stdin and stdout bound to the event: mode `main`, and the `stdio` convention of functions.
import { bytesContentType, failed, type Outcome } from "../answer/outcome.ts";
import { failureFromEnding } from "../answer/script-failure.ts";
import { answerFromStdout } from "../answer/stdout.ts";
import type { Invocation } from "../invocation.ts";
import { tooLarge } from "../process/answer-by-child.ts";
import { createCollector } from "../process/collector.ts";
import { logLines } from "../process/lines.ts";
import type { Surroundings } from "../runners/runner.ts";
import { statusOf } from "./exit.ts";
import { InProcessEvent } from "./in-process-event.ts";
import { emitDrain } from "./output.ts";
import { restoreWorkingDirectory } from "./working-directory.ts";

/** Runs one event: what `call` writes to stdout is the response, process.exitCode its status. */
export function runWithStdio(
  invocation: Invocation,
  call: () => unknown,
  surroundings: Surroundings,
): Promise<Outcome> {
  process.exitCode = undefined;
  restoreWorkingDirectory();
  const Kind = surroundings.settings.stdout === "stream" ? StreamedEvent : CollectedEvent;
  return new Promise((resolve) => new Kind(invocation, surroundings, call, resolve).run());
}

/** An event whose whole stdout is the response. */
class CollectedEvent extends InProcessEvent {
  readonly #surroundings: Surroundings;
  readonly #call: () => unknown;
  readonly #output = createCollector();

  constructor(
    invocation: Invocation,
    surroundings: Surroundings,
    call: () => unknown,
    resolve: (outcome: Outcome) => void,
  ) {
    super(invocation, surroundings.log, (outcome) => {
      // A partial response shows what the script had done; it goes to the log, not to the caller.
      if (outcome.kind === "failure") logLines(this.#output.bytes(), surroundings.log, invocation);
      resolve(outcome);
    });
    this.#surroundings = surroundings;
    this.#call = call;
  }

  protected override call(): unknown {
    return this.#call();
  }

  protected override stdout(piece: Buffer): boolean {
    return this.#output.push(piece) || this.refuse(failed(tooLarge()));
  }

  protected override strayWarning(): string {
    return strayWarning(this.over);
  }

  protected override returned(): Outcome {
    return this.exited(statusOf(process.exitCode));
  }

  protected override exited(status: number): Outcome {
    if (status !== 0) return failedWithStatus(status, this.stderrTail());
    return answerFromStdout(this.#output.bytes(), this.#surroundings.settings.stdout);
  }
}

/** An event whose response begins with the first byte of stdout. */
class StreamedEvent extends InProcessEvent {
  readonly #call: () => unknown;
  #queue: Buffer[] = [];
  readonly #resolve: (outcome: Outcome) => void;
  #begun = false;
  #outcome: Outcome | undefined;
  #wake = (): void => {};

  constructor(
    invocation: Invocation,
    { log }: Surroundings,
    call: () => unknown,
    resolve: (outcome: Outcome) => void,
  ) {
    super(invocation, log, (outcome) => {
      this.#outcome = outcome;
      if (this.#begun) this.#wake();
      else resolve(outcome);
    });
    this.#resolve = resolve;
    this.#call = call;
  }

  protected override call(): unknown {
    return this.#call();
  }

  protected override stdout(piece: Buffer): boolean {
    this.#queue.push(piece);
    if (!this.#begun) {
      this.#begun = true;
      this.#resolve({
        kind: "stream",
        contentType: bytesContentType,
        pump: (write) => this.#pump(write),
      });
    }
    this.#wake();
    return false;
  }

  async #pump(write: (piece: Uint8Array) => true | Promise<boolean>) {
    for (;;) {
      const pieces = this.#queue;
      this.#queue = [];
      // Many short lines are sent as one chunk.
      const flowing = pieces.length === 0 || write(Buffer.concat(pieces));
      if (flowing !== true && !(await flowing)) return undefined;
      emitDrain();
      if (this.#queue.length > 0) continue;
      if (this.#outcome !== undefined) break;
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    }
    return this.#outcome.kind === "failure" ? this.#outcome.failure : undefined;
  }

  protected override strayWarning(): string {
    return strayWarning(this.over);
  }

  protected override returned(): Outcome {
    return this.exited(statusOf(process.exitCode));
  }

  protected override exited(status: number): Outcome {
    return status === 0
      ? answerFromStdout(Buffer.alloc(0), "raw")
      : failedWithStatus(status, this.stderrTail());
  }
}

function strayWarning(returned: boolean): string {
  return returned
    ? "main had returned when the next line was written to stdout, so it is in no response. Await in main what writes it."
    : "the next line was written to stdout by code that belongs to no event or to an earlier one, such as a callback of a connection that was opened then, so it is in no response. Hand the value to main, by a promise, and write it there.";
}

function failedWithStatus(status: number, stderr: string): Outcome {
  const failure = failureFromEnding({ kind: "exit", status }, stderr);
  if (failure === undefined) throw new Error(`status ${status} is not a failure`);
  return failed(failure);
}
