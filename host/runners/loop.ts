// Mode `loop`: one process for many events, a line of JSON in and a line out.

import { type Failure, hostFailure } from "../answer/failure.ts";
import { failed, type Outcome } from "../answer/outcome.ts";
import { type Ending, failureFromEnding } from "../answer/script-failure.ts";
import { answerFromStdout } from "../answer/stdout.ts";
import { atDeadline } from "../deadline.ts";
import { createContext, headersObject, type Invocation } from "../invocation.ts";
import { timedOut, tooLarge } from "../process/answer-by-child.ts";
import { type Child, startChild } from "../process/child.ts";
import { type Collector, createCollector } from "../process/collector.ts";
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
  /** Takes its stderr while no event runs. */
  readonly idle: Stderr;
  stderr: Stderr;
  current: Current | undefined;
  /**
   * It wrote a line that no event asked for, or no longer reads: the next event gets another
   * process.
   */
  tainted: boolean;
  /** How much of its stdin it left unread when it ended. */
  unread: number | undefined;
}

interface Current {
  readonly line: Collector;
  stop: Failure | undefined;
  /** Called without a line when the process has ended and will not answer. */
  answered(line: Buffer | undefined): void;
}

export function loopRunner(command: ScriptCommand, surroundings: Surroundings): Runner {
  const { settings, platform, log } = surroundings;
  let worker: Worker | undefined;

  function start(): Worker {
    const child = startChild(command, {
      environment: command.environment,
      directory: platform.taskRoot,
    });
    const finished = child.ended.then(() => {
      started.unread = child.unread();
      return child.finish();
    });
    const idle = createStderr(log, undefined);
    const started: Worker = {
      child,
      finished,
      idle,
      stderr: idle,
      current: undefined,
      tainted: false,
      unread: undefined,
    };
    child.read(
      (piece) => receive(started, piece),
      (piece) => started.stderr.push(piece),
    );
    void finished.then(() => {
      idle.flush();
      started.current?.answered(undefined);
    });
    return started;
  }

  function receive(from: Worker, piece: Buffer): undefined {
    const { current } = from;
    if (current === undefined) {
      taint(from, piece);
      return;
    }
    const end = piece.indexOf(0x0a);
    if (!current.line.push(end === -1 ? piece : piece.subarray(0, end))) {
      current.stop ??= tooLarge();
      from.child.signal("SIGKILL");
      return;
    }
    if (end === -1) return;
    from.current = undefined;
    if (end + 1 < piece.length) {
      current.stop ??= tooMuchOutput();
      taint(from, piece.subarray(end + 1));
    }
    current.answered(current.line.bytes());
  }

  // Whatever it was, it could be taken for the answer to the next event.
  function taint(from: Worker, piece: Buffer): void {
    if (from.tainted) return;
    from.tainted = true;
    log.error(
      `the loop script wrote to stdout when no event had asked for it, and is replaced: ${JSON.stringify(piece.toString("utf8", 0, 200))}. Write one line for each line read.`,
    );
    from.child.signal("SIGKILL");
  }

  /** Gives the event to the waiting process, or to a new one when that is gone or reads no more. */
  function ask(line: Buffer, current: Current, stderr: Stderr): Worker {
    if (worker?.child.running && !worker.tainted) {
      if (give(worker)) return worker;
      worker.current = undefined;
      worker.tainted = true;
      worker.child.signal("SIGKILL");
    }
    worker = start();
    give(worker);
    return worker;

    function give(to: Worker): boolean {
      to.current = current;
      to.idle.flush();
      to.stderr = stderr;
      return to.child.write(line);
    }
  }

  async function run(invocation: Invocation, repeated = false): Promise<Outcome> {
    const stderr = createStderr(log, invocation);
    const started = Date.now();
    const current: Current = { line: createCollector(), stop: undefined, answered: () => {} };
    // Not a race with `finished`: that promise outlives the event and would keep a reaction for
    // each one.
    const line = new Promise<Buffer | undefined>((resolve) => {
      current.answered = resolve;
    });
    // A line that no event asked for may have come together with this one: read it before, not after.
    await turnOfLoop();
    const waiting = worker;
    const input = eventLine(invocation, platform);
    const asked = ask(input, current, stderr);
    const cancel = atDeadline(invocation.deadlineMs, (signal) => {
      current.stop ??= timedOut(Date.now() - started);
      asked.child.signal(signal);
    });
    const first = await line;
    cancel();
    if (first !== undefined && current.stop === undefined) {
      // Its log lines, written before the answer, are in the pipe: one turn of the loop reads them.
      await turnOfLoop();
      stderr.flush();
      asked.stderr = asked.idle;
      return answerFromStdout(first, settings.stdout);
    }
    worker = undefined;
    // An answer that came after SIGTERM is too late, and its process must not stay.
    asked.child.signal("SIGKILL");
    const ending = await asked.finished;
    stderr.flush();
    const seen = asked !== waiting || asked.unread !== input.length;
    if (!seen && !repeated && current.stop === undefined) {
      log.warn("the loop script ended before it had read the event; a new process gets it.");
      return run(invocation, true);
    }
    return failed(
      current.stop ??
        failureFromEnding(ending, stderr.tail(), asked.child.command) ??
        hostFailure(
          "Function.NoResponse",
          "The loop script ended with status 0 before it had answered the event. Let it read lines until stdin ends, and write one line for each.",
        ),
    );
  }

  return {
    async prepare() {
      await replenishPipes();
      if (worker === undefined || worker.tainted || !worker.child.running) worker = start();
    },
    run: (invocation) => run(invocation),
    stop: () => endChildren(worker === undefined ? [] : [worker.child]),
  };
}

function tooMuchOutput(): Failure {
  return hostFailure(
    "Function.TooMuchOutput",
    "The loop script answered with more than one line; the log has the rest. Write one line for each line read, such as JSON without line ends (jq -c).",
  );
}

/** Resolves when everything that is ready on the descriptors has been read. */
function turnOfLoop(): Promise<void> {
  return new Promise(setImmediate);
}

const afterEvent = Buffer.from(',"context":');

/** The event's own bytes; a raw newline in JSON is white space, so it is replaced by a space. */
function eventLine(invocation: Invocation, platform: Platform): Buffer {
  const { variables } = invocation;
  const http = variables === undefined ? "" : `,"http":${JSON.stringify(variables)}`;
  const rest = `${JSON.stringify(createContext(invocation, platform))},"headers":${JSON.stringify(headersObject(invocation))}${http}}\n`;
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
