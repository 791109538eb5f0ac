// The environments of one version of a function: one that is free, or a new one, for each invocation.
import { createExecutionEnvironment, type ExecutionEnvironment } from "./execution-environment.ts";
import type { SandboxOptions } from "./sandbox-options.ts";
import type { SandboxedFunction } from "./sandboxed-function.ts";
import type { EndReason } from "./shutdown.ts";
import type { StartSlots } from "./start-slots.ts";

/**
 * How long an invocation waits for an environment that has answered and makes ready for the next
 * one, in milliseconds: a caller that sends one event after another is to find it, and not a cold start.
 */
const makingReadyMs = 100;
/** Lambda keeps an environment for minutes after its last invocation; how many, it does not say. */
export const idleMs = 10 * 60 * 1000;

export interface Pool {
  readonly function: SandboxedFunction;
  /** An environment that is free, for one invocation; call `release` when that is over. */
  take(): ExecutionEnvironment | undefined;
  /** The same, as soon as there is one. */
  acquire(): Promise<ExecutionEnvironment>;
  /** It has answered, and is about to be released. */
  answered(environment: ExecutionEnvironment): void;
  release(environment: ExecutionEnvironment): void;
  /** Ends what is free, and each other one when its invocation is over. */
  retire(reason: EndReason): Promise<void>;
  /** Ends what nobody has used for long. */
  endIdle(now: number): void;
  /** Ends everything, what is at work too. */
  close(): Promise<void>;
}

interface Member {
  readonly environment: ExecutionEnvironment;
  taken: number;
  /** When it has answered and is not released yet. */
  answeredAt: number | undefined;
  idleSince: number;
}

export function createPool(
  settings: SandboxedFunction,
  options: SandboxOptions,
  slots: StartSlots,
): Pool {
  const places = settings.maxConcurrency ?? 1;
  const maximumMembers = options.attach ? 1 : Number.POSITIVE_INFINITY;
  const members = new Map<ExecutionEnvironment, Member>();
  const waiting: PromiseWithResolvers<ExecutionEnvironment>[] = [];
  let starting = 0;
  let lookAgain: NodeJS.Timeout | undefined;
  let retired = false;
  let closed = false;
  const beginning = new Set<ExecutionEnvironment>();
  const endings = new Set<Promise<void>>();

  /** The one used last: the others may then grow old enough to be ended. */
  function freeMember(): Member | undefined {
    let found: Member | undefined;
    for (const member of members.values()) {
      const isFree = member.taken < places && !member.environment.isOver();
      if (isFree && (found === undefined || member.idleSince > found.idleSince)) found = member;
    }
    return found;
  }

  function serve(): void {
    while (waiting.length > 0) {
      const member = freeMember();
      if (member === undefined) break;
      member.taken += 1;
      waiting.shift()?.resolve(member.environment);
    }
    // What is being started or made ready serves who waits; a start for each of the others.
    const soon = makingReady();
    while (
      soon + starting * places < waiting.length &&
      starting + members.size < maximumMembers &&
      slots.tryTake(serve)
    ) {
      void start();
    }
  }

  function makingReady(): number {
    let count = 0;
    const now = performance.now();
    for (const { answeredAt } of members.values()) {
      if (answeredAt === undefined || now - answeredAt >= makingReadyMs) continue;
      count += 1;
    }
    if (count > 0 && waiting.length > 0 && lookAgain === undefined) {
      lookAgain = setTimeout(() => {
        lookAgain = undefined;
        serve();
      }, makingReadyMs);
    }
    return count;
  }

  async function start(): Promise<void> {
    starting += 1;
    const environment = createExecutionEnvironment(settings, options);
    beginning.add(environment);
    let failure: unknown;
    try {
      await environment.initialized;
    } catch (error) {
      failure = error;
    } finally {
      beginning.delete(environment);
      starting -= 1;
      slots.release();
    }
    if (closed) return;
    if (failure === undefined) {
      members.set(environment, {
        environment,
        taken: 0,
        answeredAt: undefined,
        idleSince: performance.now(),
      });
    } else {
      // The one that it was started for hears of it; the others may have more luck.
      waiting.shift()?.reject(failure);
      remove(environment, "failure");
    }
    serve();
    if (retired && waiting.length === 0) endFree("spindown");
  }

  function remove(environment: ExecutionEnvironment, reason: EndReason): void {
    members.delete(environment);
    const ending = environment
      .end(reason)
      // What cannot be ended now is ended with the service.
      .catch((error: Error) => options.onFault(`cannot end an environment: ${error.message}`))
      .finally(() => endings.delete(ending));
    endings.add(ending);
  }

  function endFree(reason: EndReason): void {
    for (const { environment, taken } of members.values()) {
      if (taken === 0) remove(environment, reason);
    }
  }

  return {
    function: settings,
    take() {
      const member = waiting.length === 0 ? freeMember() : undefined;
      if (member !== undefined) member.taken += 1;
      return member?.environment;
    },
    acquire() {
      const one = Promise.withResolvers<ExecutionEnvironment>();
      waiting.push(one);
      serve();
      return one.promise;
    },
    answered(environment) {
      const member = members.get(environment);
      if (member !== undefined) member.answeredAt = performance.now();
    },
    release(environment) {
      const member = members.get(environment);
      if (member === undefined) return;
      member.taken -= 1;
      member.answeredAt = undefined;
      member.idleSince = performance.now();
      if (environment.isOver()) remove(environment, "failure");
      else if (waiting.length > 0) serve();
      else if (retired && member.taken === 0) remove(environment, "spindown");
    },
    async retire(reason) {
      retired = true;
      if (waiting.length === 0) endFree(reason);
      await Promise.all(endings);
    },
    async close() {
      closed = true;
      retired = true;
      clearTimeout(lookAgain);
      for (const environment of [...members.keys(), ...beginning]) remove(environment, "spindown");
      await Promise.all(endings);
    },
    endIdle(now) {
      for (const { environment, taken, idleSince } of members.values()) {
        if (taken === 0 && now - idleSince > idleMs) remove(environment, "spindown");
      }
    },
  };
}
