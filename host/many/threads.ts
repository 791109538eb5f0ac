// Functions and `main` on Managed Instances: the runner of all slots gives each event to the worker
// thread that has the fewest. The polls stay in the host's own thread, so that a thread which must
// end (an uncaught exception, an endless loop, no memory left) takes no poll with it, and can be
// replaced.
import { Worker } from "node:worker_threads";
import { cancelAlarm, setAlarm } from "../alarm.ts";
import { type Failure, FailureError, hostFailure, shutDown } from "../answer/failure.ts";
import { failed, type Outcome } from "../answer/outcome.ts";
import { endingTimes } from "../deadline.ts";
import { timedOut } from "../in-process/timed-out.ts";
import type { Invocation } from "../invocation.ts";
import type { Log } from "../log.ts";
import type { Runner } from "../runners/runner.ts";
import { sleep } from "../sleep.ts";
import { createThreadEvent, type ThreadEvent } from "./thread-event.ts";
import {
  type FromThread,
  ownBytes,
  type ThreadData,
  type ToThread,
  threadMark,
} from "./thread-messages.ts";

interface Thread {
  readonly worker: Worker;
  /** Undefined when the handler is loaded, else the reason why not. Never rejects. */
  readonly loading: Promise<Failure | undefined>;
  isLoaded: boolean;
  /** The events that it has, by their keys. */
  readonly events: Map<number, ThreadEvent>;
}

/** A thread that has not answered this long after an event's last moment is in an endless loop. */
const blockedMs = 1000;

/** A thread answers its events itself within 250 ms of the end; one that is blocked does not. */
const stopMs = 300;

/** Options of Node that a worker thread refuses. */
const notForThreads = /^--(?:expose-gc|max-semi-space-size|max-old-space-size)/;

export function createThreads(count: number, data: ThreadData, log: Log): Runner {
  /** Those that take events. */
  const threads = new Set<Thread>();
  const events = new Map<Invocation, ThreadEvent>();
  let keys = 0;

  function start(): Thread {
    const loaded = Promise.withResolvers<Failure | undefined>();
    const worker = new Worker(process.argv[1] as string, {
      env: { ...data.environment, [threadMark]: "1" },
      execArgv: process.execArgv.filter((option) => !notForThreads.test(option)),
      workerData: data,
    });
    const thread: Thread = {
      worker,
      loading: loaded.promise,
      isLoaded: false,
      events: new Map(),
    };
    threads.add(thread);
    worker.on("message", (message: FromThread) => {
      if (message.kind === "ready") {
        thread.isLoaded = true;
        loaded.resolve(undefined);
      } else if (message.kind === "failed") end(message.failure);
      else if (message.kind === "broken") retire(thread);
      else receive(thread, message);
    });
    worker.on("error", (error) => end(threadEnded(error.message)));
    worker.on("exit", (status) => end(threadEnded(`it ended with status ${status}`)));
    const end = (failure: Failure) => {
      loaded.resolve(failure);
      lose(thread, failure);
    };
    return thread;
  }

  function receive(thread: Thread, message: Extract<FromThread, { key: number }>): void {
    const event = thread.events.get(message.key);
    if (event === undefined) return;
    switch (message.kind) {
      case "outcome": {
        const { outcome } = message;
        // This ends the thread, not the host.
        if (outcome.kind === "failure" && outcome.hostBroken === true) retire(thread);
        event.answer(outcome.kind === "failure" ? failed(outcome.failure) : outcome);
        if (message.isSettled) finish(thread, message.key, event);
        return;
      }
      case "stream":
        event.stream(message.contentType, (goesOn) =>
          tell(thread, { kind: "taken", key: message.key, goesOn }),
        );
        return;
      case "piece":
        event.piece(message.bytes);
        return;
      case "end":
        event.end(message.failure);
        return;
      case "settled":
        finish(thread, message.key, event);
    }
  }

  function finish(thread: Thread, key: number, event: ThreadEvent): void {
    thread.events.delete(key);
    event.settle();
    if (!threads.has(thread)) endIfIdle(thread);
  }

  /** It takes no further event; those that it has go on. */
  function retire(thread: Thread): void {
    if (!threads.delete(thread)) return;
    endIfIdle(thread);
    keepUp();
  }

  function endIfIdle({ worker, events: inHand }: Thread): void {
    if (inHand.size === 0) void worker.terminate();
  }

  /** It serves no more: the events that it has fail. */
  function lose(thread: Thread, failure: Failure): void {
    const isNews = threads.delete(thread);
    const inHand = [...thread.events.values()];
    thread.events.clear();
    for (const event of inHand) event.fail(failure);
    void thread.worker.terminate();
    // If the thread could not even load, the next event tries again, not this one.
    if (isNews && failure.errorType === endedType) keepUp();
  }

  function keepUp(): void {
    while (threads.size < count) start();
  }

  function tell(thread: Thread, message: ToThread): void {
    thread.worker.postMessage(message);
  }

  /** A thread that is still loading the handler gets events only if no other can take them. */
  function withFewestEvents(): Thread {
    const all = [...threads];
    const loaded = all.filter(({ isLoaded }) => isLoaded);
    const [first = start(), ...others] = loaded.length > 0 ? loaded : all;
    return others.reduce(
      (one, other) => (other.events.size < one.events.size ? other : one),
      first,
    );
  }

  function run(invocation: Invocation): Promise<Outcome> {
    const thread = withFewestEvents();
    const key = ++keys;
    const event = createThreadEvent();
    events.set(invocation, event);
    thread.events.set(key, event);
    const bytes = ownBytes(invocation.event) as Buffer;
    tell(thread, { kind: "event", key, invocation: { ...invocation, event: bytes } });
    // The thread itself answers an event that only waits; this is for one that blocks the thread.
    const times = endingTimes(invocation.deadlineMs);
    if (times === undefined) return event.outcome;
    const alarm = {
      at: times.killAt,
      ring() {
        if (event.isAnswered()) return;
        event.fail(timedOut);
        void replaceIfBlocked(thread, key);
      },
    };
    setAlarm(alarm);
    void event.answered.then(() => cancelAlarm(alarm));
    return event.outcome;
  }

  async function replaceIfBlocked(thread: Thread, key: number): Promise<void> {
    await sleep(blockedMs);
    if (!thread.events.has(key)) return;
    log.error(
      "a worker thread of the function has not answered for a second after an event's deadline, as in an endless loop; it is ended and replaced.",
    );
    lose(thread, threadEnded("another event blocked it beyond its deadline"));
  }

  return {
    async prepare(after) {
      if (after !== undefined) {
        const event = events.get(after);
        events.delete(after);
        await event?.settled;
        return;
      }
      const failure = await start().loading;
      if (failure !== undefined) throw new FailureError(failure);
      keepUp();
    },
    run,
    async stop() {
      const inHand = [...events.values()];
      for (const thread of threads) tell(thread, { kind: "stop" });
      const answered = Promise.all(inHand.map((event) => event.answered));
      await Promise.race([answered, sleep(stopMs)]);
      for (const event of inHand) event.fail(shutDown);
    },
  };
}

const endedType = "Runtime.ThreadEnded";

function threadEnded(why: string): Failure {
  return hostFailure(
    endedType,
    `The worker thread in which the function ran has ended before it answered: ${why}. It was replaced.`,
  );
}
