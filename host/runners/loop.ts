// Mode `loop`: one process for many events, a line of JSON in and a line out.

import { type Failure, hostFailure } from "../answer/failure.ts";
import { maximumResponseBytes } from "../answer/limit.ts";
import { failed, type Outcome } from "../answer/outcome.ts";
import { type Ending, failureFromEnding } from "../answer/script-failure.ts";
import { answerFromStdout } from "../answer/stdout.ts";
import { endingTimes } from "../deadline.ts";
import { createContext, headersObject, type Invocation } from "../invocation.ts";
import { atDeadline, timedOut, tooLarge } from "../process/answer-by-child.ts";
import { type Child, startChild } from "../process/child.ts";
import { endChildren } from "../process/end-children.ts";
import { replenishPipes } from "../process/pipes.ts";
import { createStderr, type Stderr } from "../process/stderr.ts";
import type { Platform } from "../settings.ts";
import type { ScriptCommand } from "./command.ts";
import type { Runner, Surroundings } from "./runner.ts";

/** A child and the event it is answering. */
interface Worker {
  readonly child: Child;
  /** The process has ended and its pipes are closed. */
  readonly finished: Promise<Ending>;
  current: Current | undefined;
  /** It spoke when nobody had asked, or ended: the next event gets another. */
  spoilt: boolean;
}

interface Current {
  readonly stderr: Stderr;
  readonly pieces: Buffer[];
  bytes: number;
  stop: Failure | undefined;
  answered(line: Buffer): void;
}

export function loopRunner(command: ScriptCommand, surroundings: Surroundings): Runner {
  const { settings, platform, log } = surroundings;
  let worker: Worker | undefined;

  function start(): Worker {
    const child = startChild(command, {
      environment: command.environment,
      directory: platform.taskRoot,
    });
    const finished = child.ended.then(() => child.finish());
    const started: Worker = { child, finished, current: undefined, spoilt: false };
    const idle = createStderr(log, undefined);
    child.read(
      (piece) => receive(started, piece),
      (piece) => (started.current?.stderr ?? idle).push(piece),
    );
    void finished.then(idle.flush);
    return started;
  }

  function receive(from: Worker, piece: Buffer): undefined {
    const { current } = from;
    if (current === undefined) {
      spoil(from, piece);
      return;
    }
    const end = piece.indexOf(0x0a);
    const part = end === -1 ? piece : piece.subarray(0, end);
    current.bytes += part.length;
    if (current.bytes > maximumResponseBytes) {
      current.stop ??= tooLarge();
      from.child.signal("SIGKILL");
      return;
    }
    current.pieces.push(part);
    if (end === -1) return;
    from.current = undefined;
    current.answered(
      current.pieces.length === 1 ? (current.pieces[0] as Buffer) : Buffer.concat(current.pieces),
    );
    if (end + 1 < piece.length) spoil(from, piece.subarray(end + 1));
  }

  // Whatever it meant, it could be taken for the answer to the next event.
  function spoil(from: Worker, piece: Buffer): void {
    if (from.spoilt) return;
    from.spoilt = true;
    log.error(
      `the loop script wrote to stdout when no event had asked for it, and is replaced: ${JSON.stringify(piece.toString("utf8", 0, 200))}. Write one line for each line read.`,
    );
    from.child.signal("SIGKILL");
  }

  async function run(invocation: Invocation): Promise<Outcome> {
    if (worker === undefined || worker.spoilt || !worker.child.running) worker = start();
    const { child, finished } = worker;
    const stderr = createStderr(log, invocation);
    const started = Date.now();
    const current: Current = {
      stderr,
      pieces: [],
      bytes: 0,
      stop: undefined,
      answered: () => {},
    };
    const line = new Promise<Buffer>((resolve) => {
      current.answered = resolve;
    });
    worker.current = current;
    const cancel = atDeadline(endingTimes(invocation.deadlineMs), (signal) => {
      current.stop ??= timedOut(Date.now() - started);
      child.signal(signal);
    });
    child.write(eventLine(invocation, platform));
    const first = await Promise.race([line, finished]);
    cancel();
    if (Buffer.isBuffer(first) && current.stop === undefined) {
      // Its log lines, written before the answer, are in the pipe: one turn of the loop reads them.
      await new Promise(setImmediate);
      stderr.flush();
      return answerFromStdout(first, settings.stdout);
    }
    worker = undefined;
    const ending = await finished;
    stderr.flush();
    return failed(
      current.stop ??
        failureFromEnding(ending, stderr.tail()) ??
        hostFailure(
          "Function.NoResponse",
          "The loop script ended with status 0 before it had answered the event. Let it read lines until stdin ends, and write one line for each.",
        ),
    );
  }

  return {
    async prepare() {
      await replenishPipes();
      if (worker === undefined || worker.spoilt || !worker.child.running) worker = start();
    },
    run,
    stop: () => endChildren(worker === undefined ? [] : [worker.child]),
  };
}

const afterEvent = Buffer.from(',"context":');

/** The event's own bytes; a raw newline in JSON is white space, so a space stands for it. */
function eventLine(invocation: Invocation, platform: Platform): Buffer {
  const rest = `${JSON.stringify(createContext(invocation, platform))},"headers":${JSON.stringify(headersObject(invocation))}}\n`;
  return Buffer.concat([
    Buffer.from('{"event":'),
    eventJson(invocation.event),
    afterEvent,
    Buffer.from(rest),
  ]);
}

// Lambda's events are JSON; another service's may not be, and must not break the line.
function eventJson(event: Buffer): Buffer {
  const text = event.toString("utf8");
  try {
    JSON.parse(text);
  } catch {
    return Buffer.from(text === "" ? "null" : JSON.stringify(text));
  }
  return /[\r\n]/.test(text) ? Buffer.from(text.replaceAll(/[\r\n]/g, " ")) : event;
}
