// Functions and `main` in other languages: a process of the interpreter stays, with the file
// loaded, and an adapter in the language calls the function for each event (docs/languages.md, "The
// protocol").

import { FailureError, hostFailure } from "../answer/failure.ts";
import { failed, type Outcome, response } from "../answer/outcome.ts";
import { type Ending, failureFromEnding } from "../answer/script-failure.ts";
import { atDeadline } from "../deadline.ts";
import { HostError } from "../errors.ts";
import type { Handler } from "../handler/resolve.ts";
import type { Invocation } from "../invocation.ts";
import { languageOfScript, languageProgram } from "../languages/interpreter.ts";
import { type RequestFiles, request, requestHead } from "../languages/request.ts";
import type { Language } from "../languages/table.ts";
import {
  type Answer,
  type LanguageFunction,
  startWorker,
  turnOfLoop,
  type Worker,
} from "../languages/worker.ts";
import { answerByChild, timedOut, tooLarge } from "../process/answer-by-child.ts";
import { endChildren } from "../process/end-children.ts";
import { openEventFiles, writeEventFile } from "../process/event-files.ts";
import { createLineCutter } from "../process/lines.ts";
import { replenishPipes } from "../process/pipes.ts";
import { createStderr } from "../process/stderr.ts";
import type { Runner, Surroundings } from "./runner.ts";

/**
 * A function, called as STDLAMBDA_CONVENTION says.
 * @throws HostError `Runtime.InvalidSetting`.
 */
export function languageFunctionRunner(
  handler: Extract<Handler, { kind: "language" }>,
  surroundings: Surroundings,
): Runner {
  const { language, path } = handler;
  const { convention } = surroundings.settings;
  if (convention === "fetch") {
    throw new HostError(
      "Runtime.InvalidSetting",
      `STDLAMBDA_CONVENTION=fetch is for JavaScript, and ${path} is ${language.name}. Leave it unset, or set it to string, json or stdio.`,
    );
  }
  const program = languageProgram(path, language, surroundings.environment.PATH ?? "");
  const chosen = convention === "aws" ? language.convention : convention;
  return languageRunner({ ...handler, program, args: [], convention: chosen }, surroundings);
}

/** A script that defines `main`, which is called for each event. */
export function languageMainRunner(
  script: Extract<Handler, { kind: "script" }>,
  surroundings: Surroundings,
): Runner {
  const { path, args } = script;
  const language = languageOfScript(script) as Language;
  const program = languageProgram(path, language, surroundings.environment.PATH ?? "");
  return languageRunner(
    { language, program, path, exportPath: "main", args, convention: "main" },
    surroundings,
  );
}

const nothing = Buffer.alloc(0);

function languageRunner(target: LanguageFunction, surroundings: Surroundings): Runner {
  const { settings, platform, log } = surroundings;
  const { language, convention } = target;
  const byStdout =
    language.answersByStdout === true || convention === "stdio" || convention === "main";
  const withBody = !byStdout && !language.eventInFile;
  let worker: Worker | undefined;
  let prepared = false;
  let count = 0;

  function ready(): Worker {
    if (!worker?.usable) worker = startWorker(target, surroundings);
    return worker;
  }

  /** Sends an event to the process, or to a new one if that has ended before it read the event. */
  async function ask(
    invocation: Invocation,
    files: RequestFiles | undefined,
    begin: (worker: Worker) => void,
    repeated = false,
  ): Promise<Answer> {
    const waiting = worker;
    const asked = ready();
    begin(asked);
    if (!asked.loaded) {
      const failure = await asked.loading;
      if (failure !== undefined) {
        asked.child.signal("SIGKILL");
        await asked.finished;
        return { kind: "fault", failure };
      }
    }
    const id = String(++count);
    const head = requestHead(invocation, platform, asked.variables, files);
    const answer = await asked.ask(id, request(id, head, withBody ? invocation.event : nothing));
    if (answer.kind !== "ended" || !answer.unseen || repeated || asked !== waiting) return answer;
    log.warn(`the ${language.name} process ended before it had read the event; a new one gets it.`);
    return ask(invocation, files, begin, true);
  }

  /** The answer is what the function returns; what it prints goes to the log. */
  async function runForValue(invocation: Invocation): Promise<Outcome> {
    const stdout = createLineCutter((line) => log.line(line.toString("utf8"), invocation));
    const stderr = createStderr(log, invocation);
    const started = Date.now();
    let asked: Worker | undefined;
    let stopped = false;
    const cancel = atDeadline(invocation.deadlineMs, (signal) => {
      stopped = true;
      asked?.child.signal(signal);
    });
    const file = withBody ? undefined : writeEventFile(invocation.event);
    const answer = await ask(invocation, file, (given) => {
      asked = given;
      given.logTo({ stdout: stdout.push, stderr: stderr.push });
    });
    cancel();
    file?.remove();
    if (stopped || answer.kind === "fault") {
      // An answer that came after SIGTERM is too late, and its process must not stay.
      asked?.child.signal("SIGKILL");
      await asked?.finished;
    } else if (answer.kind === "reply") {
      // Its log lines, written before the answer, are in the pipes: one turn of the loop reads them.
      await turnOfLoop();
    }
    stdout.flush();
    stderr.flush();
    asked?.logTo(undefined);
    if (stopped) return failed(timedOut(Date.now() - started));
    switch (answer.kind) {
      case "fault":
        return failed(answer.failure);
      case "ended":
        return failed(
          failureFromEnding(answer.ending, stderr.tail(), asked?.child.command) ?? noResponse(),
        );
      default:
        return outcomeOf(answer, invocation.id);
    }
  }

  function outcomeOf({ reply }: Extract<Answer, { kind: "reply" }>, requestId: string): Outcome {
    if (reply.kind === "error") {
      const isNamed = language.errorsNameRequest && convention === "aws";
      return failed({ ...reply.failure, ...(isNamed && { requestId }) });
    }
    if (reply.kind !== "response") return failed(wrongReply(reply.kind));
    return reply.body === undefined ? failed(tooLarge()) : response(reply.body);
  }

  /** The answer is what the function prints, as with a script. */
  function runForOutput(invocation: Invocation): Promise<Outcome> {
    const files = openEventFiles(invocation.event, language.followsLinks);
    let asked: Worker | undefined;
    let answer: Promise<Answer> | undefined;
    let stderr: (piece: Buffer) => unknown = () => {};
    let signalled = false;
    const event = {
      command: { program: target.program, args: [target.path, ...target.args] },
      get running() {
        return asked?.child.running ?? false;
      },
      signal(name: "SIGTERM" | "SIGKILL") {
        signalled = true;
        asked?.child.signal(name);
      },
      read(onStdout: (piece: Buffer) => Promise<unknown> | undefined, onStderr: typeof stderr) {
        files.read(onStdout);
        stderr = onStderr;
      },
      async finish(): Promise<Ending> {
        const given = (await answer) as Answer;
        if (given.kind === "reply" && !signalled) await turnOfLoop();
        else {
          // An answer that came after SIGTERM is too late, and its process must not stay.
          asked?.child.signal("SIGKILL");
          await asked?.finished;
        }
        await files.close();
        asked?.logTo(undefined);
        if (given.kind === "fault") return { kind: "failed", failure: given.failure };
        if (given.kind === "ended") return given.ending;
        const { reply } = given;
        if (reply.kind === "done") return { kind: "exit", status: reply.status };
        return {
          kind: "failed",
          failure: reply.kind === "error" ? reply.failure : wrongReply(reply.kind),
        };
      },
    };
    return answerByChild(event, invocation, settings.stdout, log, () => {
      answer = ask(invocation, files, (given) => {
        asked = given;
        given.logTo({ stdout: stderr, stderr });
      });
    });
  }

  function wrongReply(kind: string) {
    return hostFailure(
      "Function.TooMuchOutput",
      `The adapter of ${language.name} answered "${kind}", which this event did not ask for.`,
    );
  }

  async function prepare(): Promise<void> {
    await replenishPipes();
    if (worker?.usable) return;
    const started = ready();
    // Only at init is loading waited for; later it counts towards the deadline of the next event.
    if (prepared) return;
    const failure = await started.loading;
    if (failure !== undefined) throw new FailureError(failure);
    prepared = true;
    if (byStdout) await replenishPipes();
  }

  return {
    prepare() {
      return worker?.usable && !byStdout ? undefined : prepare();
    },
    run: byStdout ? runForOutput : runForValue,
    stop: () => endChildren(worker === undefined ? [] : [worker.child]),
  };
}

function noResponse() {
  return hostFailure(
    "Function.NoResponse",
    "The function ended its process with status 0 before it had answered the event. Return a value instead.",
  );
}
