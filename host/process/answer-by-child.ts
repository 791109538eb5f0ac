// One event answered by one process: deadline, bounded stdout, stderr to the log, its end made an
// outcome.
import { maximumPayloadBytes } from "../../lambda/limits.ts";
import { type Failure, hostFailure } from "../answer/failure.ts";
import { bytesContentType, failed, type Outcome } from "../answer/outcome.ts";
import { type Ending, failureFromEnding } from "../answer/script-failure.ts";
import { answerFromStdout } from "../answer/stdout.ts";
import { atDeadline } from "../deadline.ts";
import type { Invocation } from "../invocation.ts";
import type { Log } from "../log.ts";
import type { Settings } from "../settings.ts";
import { hasCarriageReturns } from "../source/carriage-returns.ts";
import type { Child, Command } from "./child.ts";
import { createCollector } from "./collector.ts";
import { logLines } from "./lines.ts";
import { noteProcess } from "./process-facts.ts";
import { createStderr } from "./stderr.ts";

/** A process for one event, or one event in a process that stays. */
export type AnsweringChild = Pick<
  Child,
  "command" | "running" | "read" | "signal" | "finish" | "peakBytes"
>;

/**
 * Resolves when the script has ended or, with `stream`, at its first byte. `deliver` gives the
 * child its event; nothing of the child's output may have been read before.
 */
export function answerByChild(
  child: AnsweringChild,
  invocation: Invocation,
  policy: Settings["stdout"],
  log: Log,
  deliver: () => void,
): Promise<Outcome> {
  return policy === "stream"
    ? streamed(child, invocation, log, deliver)
    : collected(child, invocation, policy, log, deliver);
}

async function collected(
  child: AnsweringChild,
  invocation: Invocation,
  policy: Settings["stdout"],
  log: Log,
  deliver: () => void,
): Promise<Outcome> {
  const watch = watchChild(child, invocation, log);
  const output = createCollector();
  const collect = (piece: Buffer): undefined => {
    if (!output.push(piece) && watch.stop(tooLarge())) child.signal("SIGKILL");
  };
  child.read(collect, watch.stderr);
  deliver();
  const failure = await watch.end();
  if (failure === undefined) return answerFromStdout(output.bytes(), policy);
  // A partial response shows what the script had done; it goes to the log, not to the caller.
  logLines(output.bytes(), log, invocation);
  return failed(failure);
}

function streamed(
  child: AnsweringChild,
  invocation: Invocation,
  log: Log,
  deliver: () => void,
): Promise<Outcome> {
  const watch = watchChild(child, invocation, log);
  return new Promise((resolve) => {
    let begun = false;
    let write: ((piece: Uint8Array) => true | Promise<boolean>) | undefined;
    let onWrite: (() => void) | undefined;
    let last: Promise<void> = Promise.resolve();
    const ready = new Promise<void>((settle) => {
      onWrite = settle;
    });

    async function send(piece: Buffer): Promise<void> {
      if (write === undefined) await ready;
      // The reader is gone: nobody wants the rest.
      if (!(await write?.(piece))) child.signal("SIGKILL");
    }

    child.read((piece) => {
      if (!begun) {
        begun = true;
        resolve({
          kind: "stream",
          contentType: bytesContentType,
          async pump(sink) {
            write = sink;
            onWrite?.();
            const failure = await end;
            await last;
            return failure;
          },
        });
      }
      last = last.then(() => send(piece));
      return last;
    }, watch.stderr);
    deliver();
    const end = watch.end();
    void end.then((failure) => {
      if (begun) return;
      resolve(failure === undefined ? answerFromStdout(Buffer.alloc(0), "raw") : failed(failure));
    });
  });
}

interface Watch {
  stderr(piece: Buffer): undefined;
  /** Sets why the script is stopped; the first reason wins. False if there was one before. */
  stop(reason: Failure): boolean;
  /** Waits for the end of the process and of its group. */
  end(): Promise<Failure | undefined>;
}

function watchChild(child: AnsweringChild, invocation: Invocation, log: Log): Watch {
  const stderr = createStderr(log, invocation);
  const started = Date.now();
  let reason: Failure | undefined;

  function stop(why: Failure): boolean {
    if (reason !== undefined) return false;
    reason = why;
    return true;
  }

  const cancel = atDeadline(invocation.deadlineMs, (signal) => {
    if (!child.running) return;
    stop(timedOut(Date.now() - started));
    child.signal(signal);
  });

  return {
    stderr: stderr.push,
    stop,
    async end() {
      const ending: Ending = await child.finish();
      noteProcess(invocation.id, { ending, peakBytes: child.peakBytes });
      cancel();
      stderr.flush();
      if (reason !== undefined) return reason;
      const failure = failureFromEnding(ending, stderr.tail(), child.command);
      return failure === undefined ? undefined : withLineEnds(failure, child.command);
    },
  };
}

/** sh and bash report a command `cat\r` as not found, and an editor does not show why. */
function withLineEnds(failure: Failure, { program, args }: Command): Failure {
  try {
    if (!args.some((path) => path.startsWith("/") && hasCarriageReturns(program, path))) {
      return failure;
    }
  } catch {
    // An argument that is not a file.
    return failure;
  }
  return {
    ...failure,
    errorMessage: `${failure.errorMessage} (the script has CRLF line ends, which ${program} takes for parts of its commands; convert it: sed -i 's/\\r$//')`,
  };
}

export function timedOut(afterMs: number): Failure {
  return hostFailure(
    "Function.Timeout",
    `The script had not ended after ${(afterMs / 1000).toFixed(2)} seconds and was stopped just before the function's timeout. Raise the timeout, or make it faster.`,
  );
}

export function tooLarge(): Failure {
  return hostFailure(
    "Function.ResponseSizeTooLarge",
    `The response is larger than ${maximumPayloadBytes} bytes, which is Lambda's limit. Answer with less, put the data in S3, or stream it (STDLAMBDA_STDOUT=stream).`,
  );
}
