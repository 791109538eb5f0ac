// A call with stdin and stdout bound to the event: mode `main`, and the `stdio` convention of functions.
import { hostFailure } from "../answer/failure.ts";
import { maximumResponseBytes } from "../answer/limit.ts";
import { bytesContentType, failed, type Outcome, type Pump } from "../answer/outcome.ts";
import { failureFromEnding } from "../answer/script-failure.ts";
import { answerFromStdout } from "../answer/stdout.ts";
import type { Invocation } from "../invocation.ts";
import { tooLarge } from "../process/answer-by-child.ts";
import { createLineCutter } from "../process/lines.ts";
import type { Surroundings } from "../runners/runner.ts";
import { statusOf } from "./exit.ts";
import { emitDrain } from "./output.ts";
import { runInProcess } from "./run-in-process.ts";

/** Runs one event: what `call` writes to stdout is the response, process.exitCode its status. */
export function runWithStdio(
  invocation: Invocation,
  call: () => unknown,
  surroundings: Surroundings,
): Promise<Outcome> {
  process.exitCode = undefined;
  return surroundings.settings.stdout === "stream"
    ? streamed(invocation, call, surroundings)
    : collected(invocation, call, surroundings);
}

async function collected(
  invocation: Invocation,
  call: () => unknown,
  { settings, log }: Surroundings,
): Promise<Outcome> {
  let pieces: Buffer[] = [];
  let bytes = 0;
  const event = runInProcess({
    invocation,
    log,
    call,
    stdout(piece) {
      bytes += piece.length;
      if (bytes <= maximumResponseBytes) pieces.push(piece);
      else {
        pieces = [];
        event.settle(failed(tooLarge()));
      }
      return true;
    },
    returned: () => ended(statusOf(process.exitCode), ""),
    exited: ended,
  });

  function ended(status: number, stderr: string): Outcome {
    const failure = failureFromEnding({ kind: "exit", status }, stderr);
    if (failure !== undefined) return failed(failure);
    const [first] = pieces;
    return answerFromStdout(
      first !== undefined && pieces.length === 1 ? first : Buffer.concat(pieces),
      settings.stdout,
    );
  }

  const outcome = await event.outcome;
  if (outcome.kind === "failure" && pieces.length > 0) {
    // What there is of a response tells what the script had done; it is not the caller's.
    const lines = createLineCutter((line) => log.line(line.toString("utf8"), invocation));
    lines.push(Buffer.concat(pieces));
    lines.flush();
  }
  return outcome;
}

function streamed(
  invocation: Invocation,
  call: () => unknown,
  { log }: Surroundings,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const queue: Buffer[] = [];
    let begun = false;
    let behind = false;
    let wake = () => {};

    const pump: Pump = async (write) => {
      for (;;) {
        for (let piece = queue.shift(); piece !== undefined; piece = queue.shift()) {
          if ((await write(piece)) === false) return undefined;
        }
        if (behind) {
          behind = false;
          emitDrain();
        }
        if (outcome !== undefined && queue.length === 0) break;
        await new Promise<void>((settle) => {
          wake = settle;
        });
      }
      return outcome.kind === "failure" ? outcome.failure : undefined;
    };

    let outcome: Outcome | undefined;
    const ended = (status: number, stderr: string): Outcome => {
      const failure = failureFromEnding({ kind: "exit", status }, stderr);
      return failure === undefined ? answerFromStdout(Buffer.alloc(0), "raw") : failed(failure);
    };
    const event = runInProcess({
      invocation,
      log,
      call,
      stdout(piece) {
        queue.push(piece);
        behind = true;
        if (!begun) {
          begun = true;
          resolve({ kind: "stream", contentType: bytesContentType, pump });
        }
        wake();
        return false;
      },
      returned: () => ended(statusOf(process.exitCode), ""),
      exited: ended,
    });
    void event.outcome.then((result) => {
      outcome = result;
      if (begun) wake();
      else resolve(result);
    });
  });
}

/** A function that called process.exit has answered nothing. */
export function exitedWithoutAnswer(status: number, stderr: string): Outcome {
  return failed(
    failureFromEnding({ kind: "exit", status }, stderr) ??
      hostFailure(
        "Function.NoResponse",
        "The function called process.exit(0) before it had answered the event. Return a value instead.",
      ),
  );
}
