// A process of an interpreter with its adapter: it loads the file once, then gets one event after
// another.
import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Failure, hostFailure } from "../answer/failure.ts";
import { type Ending, failureFromEnding } from "../answer/script-failure.ts";
import type { Log, LogOrigin } from "../log.ts";
import { ownDirectory } from "../own-directory.ts";
import { type Child, startChild } from "../process/child.ts";
import { standardPipes, takeNamedPair } from "../process/named-pipes.ts";
import { createStderr } from "../process/stderr.ts";
import { stdinOfPipe } from "../process/stdin.ts";
import type { Surroundings } from "../runners/runner.ts";
import { createReplyReader, type Reply } from "./reply.ts";
import type { AdapterConvention, Language } from "./table.ts";

/** What an adapter is started for. */
export interface LanguageFunction {
  readonly language: Language;
  /** The interpreter. */
  readonly program: string;
  readonly path: string;
  readonly exportPath: string;
  readonly args: readonly string[];
  readonly convention: AdapterConvention;
}

/** The result of a request. */
export type Answer =
  | { readonly kind: "reply"; readonly reply: Reply }
  /** It said what answers nothing; its process is being replaced. */
  | { readonly kind: "fault"; readonly failure: Failure }
  /** `unseen` when it had not read the request, so that another process may get it. */
  | { readonly kind: "ended"; readonly ending: Ending; readonly unseen: boolean };

export interface Worker {
  readonly child: Child;
  /** Undefined when the file is loaded, else the reason why not. Never rejects. */
  readonly loading: Promise<Failure | undefined>;
  readonly loaded: boolean;
  /** Whether the next event may be given to it. */
  readonly usable: boolean;
  /** The process has ended and everything it wrote is read. */
  readonly finished: Promise<Ending>;
  /** The variables of the event that it got last. */
  readonly variables: Set<string>;
  /** Sends a request; one at a time. */
  ask(id: string, request: Buffer): Promise<Answer>;
  /** Where its log lines belong from now on; returns the end of its stderr up to now. */
  logTo(sinks: Sinks | undefined): string;
}

/** Takers of stdout and stderr during an event. */
interface Sinks {
  stdout(piece: Buffer): unknown;
  stderr(piece: Buffer): unknown;
}

/** When it resolves, everything that the current poll of descriptors has found is read. */
export function turnOfLoop(): Promise<void> {
  return new Promise(setImmediate);
}

export function startWorker(target: LanguageFunction, surroundings: Surroundings): Worker {
  const { log, platform, environment } = surroundings;
  const { language } = target;
  const { toChild, fromChild } = takeNamedPair(language.followsLinks);
  const adapter = join(ownDirectory, "languages", language.adapter);
  const child = startChild(
    {
      program: target.program,
      args: [
        ...libraryOf(language, target.program),
        ...language.args,
        adapter,
        ...(language.argsBehind ?? []),
        toChild.path,
        fromChild.path,
        target.convention,
        target.path,
        target.exportPath,
        ...target.args,
      ],
    },
    {
      environment: { ...language.variables, ...environment },
      directory: platform.taskRoot,
      pipes: standardPipes(),
    },
  );
  // Its own standard input stays empty; if there is an event's, that takes its place.
  child.end(Buffer.alloc(0));
  const requests = stdinOfPipe(toChild.fd);
  const reader = createReplyReader();
  const variables = new Set<string>();
  const idle = idleSinks(log, undefined);
  let sinks: Sinks = idle;
  let loaded = false;
  let tainted = false;
  let current:
    | { id: string; answered(answer: Answer): void; length: number; refused: boolean }
    | undefined;
  let settleLoading: (failure: Failure | undefined) => void = () => {};
  const loading = new Promise<Failure | undefined>((resolve) => {
    settleLoading = resolve;
  });

  child.read(
    (piece) => void sinks.stdout(piece),
    (piece) => void sinks.stderr(piece),
  );
  fromChild.output.read(
    (piece) => void receive(reader.push(piece)),
    () => {},
    () => {},
  );

  let named = true;
  // Only once the adapter has opened its pipes is its end of them its own.
  function closeNames(): void {
    if (!named) return;
    named = false;
    toChild.closeName();
    fromChild.closeName();
  }

  const finished = child.ended.then(async (ending) => {
    const unread = requests.unread();
    closeNames();
    await child.finish();
    // What it said last is read before its end counts.
    await turnOfLoop();
    requests.destroy();
    fromChild.output.destroy();
    const tail = idle.tail();
    idle.flush();
    settleLoading(loadFailure(ending, tail, child, target));
    const given = current;
    current = undefined;
    given?.answered({ kind: "ended", ending, unseen: given.refused || unread === given.length });
    return ending;
  });

  function receive(replies: readonly Reply[]): void {
    let [first, ...more] = replies;
    if (!loaded && first !== undefined) {
      if (first.kind === "error") {
        tainted = true;
        settleLoading(first.failure);
        return;
      }
      if (first.kind === "ready") {
        loaded = true;
        closeNames();
        settleLoading(undefined);
        [first, ...more] = more;
      }
    }
    if (first === undefined) {
      if (loaded && current === undefined && reader.partial) spoil("a part of a reply");
      return;
    }
    const given = current;
    if (given === undefined || !("id" in first) || first.id !== given.id) {
      spoil(describe(first));
      return;
    }
    current = undefined;
    if (more.length > 0 || reader.partial) {
      current = given;
      spoil(more[0] === undefined ? "a part of another reply" : describe(more[0]));
      return;
    }
    given.answered({ kind: "reply", reply: first });
  }

  // Whatever it was, it could be taken for the answer to the next event.
  function spoil(said: string): void {
    const first = !tainted;
    tainted = true;
    child.signal("SIGKILL");
    const given = current;
    current = undefined;
    const remedy =
      "Something of the function goes on in the adapter's place: let a process that it forks end by itself";
    given?.answered({
      kind: "fault",
      failure: hostFailure(
        "Function.TooMuchOutput",
        `The ${language.name} process said ${said}, which answers no event, and is replaced. ${remedy}.`,
      ),
    });
    if (given === undefined && first) {
      log.error(
        `the ${language.name} process said ${said} when no event had asked for it, and is replaced. ${remedy}.`,
      );
    }
  }

  return {
    child,
    loading,
    finished,
    variables,
    get loaded() {
      return loaded;
    },
    get usable() {
      return child.running && !tainted;
    },
    ask(id, request) {
      return new Promise((answered) => {
        current = { id, answered, length: request.length, refused: false };
        // Refused if the process has ended but its exit has not been reported yet.
        current.refused = !requests.write(request);
      });
    },
    logTo(next) {
      const tail = idle.tail();
      if (next === undefined) sinks = idle;
      else {
        idle.flush();
        sinks = next;
      }
      return tail;
    },
  };
}

function idleSinks(log: Log, origin: LogOrigin | undefined) {
  const stdout = createStderr(log, origin);
  const stderr = createStderr(log, origin);
  return {
    stdout: stdout.push,
    stderr: stderr.push,
    tail: stderr.tail,
    flush() {
      stdout.flush();
      stderr.flush();
    },
  };
}

function libraryOf({ library = [] }: Language, program: string): string[] {
  const folder = dirname(realpathSync(program));
  const found = library.map((name) => join(folder, name)).find((file) => existsSync(file));
  return found === undefined ? [] : [found];
}

/** Why the file is not loaded, if the process ended before it was. */
function loadFailure(
  ending: Ending,
  stderr: string,
  { command }: Child,
  { path, language }: LanguageFunction,
): Failure {
  return (
    failureFromEnding(ending, stderr, command) ??
    hostFailure(
      "Runtime.ScriptExitedAtInit",
      `${path} ended its ${language.name} process with status 0 while it was loaded, so there is no function to call. Let the file only define the function.`,
    )
  );
}

function describe(reply: Reply): string {
  if (reply.kind === "nonsense") return JSON.stringify(reply.text);
  return "id" in reply ? `${reply.kind} ${reply.id}` : reply.kind;
}
