// The environments of one version of a function: for each invocation a free one, or a new one.
import { rm } from "node:fs/promises";
import {
  createExecutionEnvironment,
  type EnvironmentInvocation,
  type ExecutionEnvironment,
  type RunningInvocation,
} from "./execution-environment.ts";
import { withOwnCode } from "./own-code.ts";
import type { SandboxOptions } from "./sandbox-options.ts";
import type { SandboxedFunction } from "./sandboxed-function.ts";
import type { EndReason } from "./shutdown.ts";
import type { StartSlots } from "./start-slots.ts";

/**
 * How long an invocation waits for an environment that has answered and is preparing for the next
 * one, in milliseconds: a caller that sends one event after another should find that one, not a
 * cold start.
 */
const makingReadyMs = 100;
/** Lambda keeps an environment for minutes after its last invocation; how many, it does not say. */
export const idleMs = 10 * 60 * 1000;

/** Room for one invocation in an environment; `release` it in any case. */
interface Place {
  invoke(invocation: EnvironmentInvocation): Promise<RunningInvocation>;
  release(): void;
}

export interface Pool {
  readonly function: SandboxedFunction;
  /** A place that is free now. */
  take(): Place | undefined;
  /** The same, as soon as there is one. */
  acquire(): Promise<Place>;
  /** Ends what is free, and every other one when its invocation is over. */
  retire(reason: EndReason): Promise<void>;
  /** Ends environments that have been idle for long. */
  endIdle(now: number): void;
  /** Ends everything, even what is at work. */
  close(): Promise<void>;
}

interface Member {
  readonly environment: ExecutionEnvironment;
  taken: number;
  /** Of those taken, how many have not been used for an invocation yet. */
  reserved: number;
  /** When a place was given back whose runtime should poll soon; the newest last. */
  readonly leftAt: number[];
  idleSince: number;
}

export function createPool(
  settings: SandboxedFunction,
  options: SandboxOptions,
  slots: StartSlots,
): Pool {
  const places = settings.maxConcurrency ?? 1;
  const { maximumEnvironments = Number.POSITIVE_INFINITY } = options;
  const maximumMembers = options.attach ? 1 : maximumEnvironments;
  const members = new Map<ExecutionEnvironment, Member>();
  const waiting: PromiseWithResolvers<Place>[] = [];
  const watched = new Set<Member>();
  let starting = 0;
  let lookAgain: NodeJS.Timeout | undefined;
  let retired = false;
  let closed = false;
  const beginning = new Set<ExecutionEnvironment>();
  const endings = new Set<Promise<void>>();
  /** Made for the first environment, removed with the last. */
  let code: ReturnType<typeof withOwnCode> | undefined;

  /** A place for which no runtime polls is not free: its worker may hang, or have ended. */
  function freePlaces({ environment, taken, reserved }: Member): number {
    if (environment.isOver()) return 0;
    return settings.maxConcurrency === undefined
      ? 1 - taken
      : Math.min(places - taken, environment.free() - reserved);
  }

  /** The one used last: the others may then grow old enough to be ended. */
  function freeMember(): Member | undefined {
    let found: Member | undefined;
    for (const member of members.values()) {
      if (freePlaces(member) <= 0) continue;
      if (found === undefined || member.idleSince > found.idleSince) found = member;
    }
    return found;
  }

  function placeIn(member: Member): Place {
    const { environment } = member;
    let isReserved = true;
    member.taken += 1;
    member.reserved += 1;
    const use = () => {
      if (isReserved) member.reserved -= 1;
      isReserved = false;
    };
    return {
      async invoke(invocation) {
        use();
        const running = await environment.invoke(invocation);
        if (running.result.kind !== "stream") leave(member);
        return running;
      },
      release() {
        use();
        release(member);
      },
    };
  }

  /** Its runtime has answered: it polls for the next event when it has cleaned up. */
  function leave({ leftAt }: Member): void {
    leftAt.push(performance.now());
    if (leftAt.length > places) leftAt.shift();
  }

  function release(member: Member): void {
    const { environment } = member;
    member.taken -= 1;
    member.idleSince = performance.now();
    if (settings.maxConcurrency === undefined) member.leftAt.length = 0;
    if (!members.has(environment)) return;
    if (environment.isOver()) {
      if (member.taken === 0) remove(environment, "failure");
      if (waiting.length > 0) serve();
    } else if (waiting.length > 0) serve();
    else if (retired && member.taken === 0) remove(environment, "spindown");
  }

  function serve(): void {
    while (waiting.length > 0) {
      const member = freeMember();
      if (member === undefined) break;
      waiting.shift()?.resolve(placeIn(member));
    }
    // What is being started or prepared serves those who wait; each of the others needs a start.
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
    if (waiting.length === 0) return 0;
    const since = performance.now() - makingReadyMs;
    let count = 0;
    for (const member of members.values()) {
      if (member.environment.isOver()) continue;
      const left = member.leftAt.filter((time) => time > since).length;
      count += settings.maxConcurrency === undefined ? left : Math.min(left, places - member.taken);
      if (settings.maxConcurrency !== undefined) watch(member);
    }
    if (count > 0) {
      lookAgain ??= setTimeout(() => {
        lookAgain = undefined;
        serve();
      }, makingReadyMs);
    }
    return count;
  }

  /** Of several workers any may be the next to poll. */
  function watch(member: Member): void {
    if (watched.has(member) || member.environment.free() > 0) return;
    watched.add(member);
    void member.environment.polled().then(() => {
      watched.delete(member);
      serve();
    });
  }

  async function start(): Promise<void> {
    starting += 1;
    let environment: ExecutionEnvironment | undefined;
    let failure: unknown;
    try {
      code ??= withOwnCode(settings, options);
      const own = await code;
      environment = closed ? undefined : createExecutionEnvironment(own.settings, options);
      if (environment !== undefined) beginning.add(environment);
      await environment?.initialized;
    } catch (error) {
      failure = error;
      if (environment === undefined) code = undefined;
    } finally {
      if (environment !== undefined) beginning.delete(environment);
      starting -= 1;
      slots.release();
    }
    if (closed) return;
    if (environment !== undefined && failure === undefined) join(environment);
    else {
      // The invocation that it was started for gets the error; the others may have more luck.
      waiting.shift()?.reject(failure);
      if (environment !== undefined) remove(environment, "failure");
    }
    serve();
    if (retired && waiting.length === 0) endFree("spindown");
  }

  function join(environment: ExecutionEnvironment): void {
    const now = performance.now();
    // The first poll ends the init; the other workers poll a moment later.
    const leftAt = settings.maxConcurrency === undefined ? [] : Array<number>(places).fill(now);
    const member: Member = { environment, taken: 0, reserved: 0, leftAt, idleSince: now };
    members.set(environment, member);
    if (!environment.isOver()) return;
    // It should have served this many; each gets the error of the init.
    for (const one of waiting.splice(0, places)) one.resolve(placeIn(member));
    if (member.taken === 0) remove(environment, "failure");
  }

  function remove(environment: ExecutionEnvironment, reason: EndReason): void {
    members.delete(environment);
    const ending = environment
      .end(reason)
      // What cannot be ended now is ended with the service.
      .catch((error: Error) => options.onFault(`cannot end an environment: ${error.message}`))
      .finally(() => {
        endings.delete(ending);
        if (retired && members.size + starting + waiting.length === 0) return removeCode();
      });
    endings.add(ending);
  }

  async function removeCode(): Promise<void> {
    const { copy } = (await code?.catch(() => undefined)) ?? {};
    if (copy !== undefined) await rm(copy, { recursive: true, force: true }).catch(() => {});
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
      return member === undefined ? undefined : placeIn(member);
    },
    acquire() {
      const one = Promise.withResolvers<Place>();
      waiting.push(one);
      serve();
      return one.promise;
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
      await removeCode();
    },
    endIdle(now) {
      for (const { environment, taken, idleSince } of members.values()) {
        if (taken > 0) continue;
        if (environment.isOver()) remove(environment, "failure");
        else if (now - idleSince > idleMs) remove(environment, "spindown");
      }
    },
  };
}
