// Mode `prefork`: a fresh Node process for every event, booted before the event comes (5 ms instead of
// 53, docs/performance.md). The preload waits on descriptor 3 for the event's environment.
import { join } from "node:path";
import { type Environment, eventEnvironment } from "../event/environment.ts";
import { answerByChild } from "../process/answer-by-child.ts";
import { type Child, startChild } from "../process/child.ts";
import { endChildren } from "../process/end-children.ts";
import { replenishPipes } from "../process/pipes.ts";
import type { ScriptCommand } from "./command.ts";
import type { Runner, Surroundings } from "./runner.ts";

/** What Node loads before the script; it lies beside this file, and beside the bundle in a layer. */
export const preforkPreload = join(import.meta.dirname, "prefork-preload.cjs");

/** Tells the preload that this very process was started to wait. */
export const preforkMark = "_STDLAMBDA_PREFORK";

/** A child that is not up by then is not waited for; the event finds it booting. */
const readyMs = 3000;

export function preforkRunner(command: ScriptCommand, surroundings: Surroundings): Runner {
  const { settings, platform, log } = surroundings;
  const running = new Set<Child>();
  let next: Child | undefined;

  function start(): Child {
    const child = startChild(command, {
      environment: { ...command.environment, [preforkMark]: "1" },
      directory: platform.taskRoot,
      channel: true,
    });
    running.add(child);
    void child.ended.then(() => running.delete(child));
    return child;
  }

  return {
    async prepare() {
      await replenishPipes();
      next = start();
      await readyMark(next);
    },
    run(invocation) {
      // One that died while it was idle is replaced; its event is not lost.
      if (next !== undefined && !next.running) void next.finish();
      const child = next?.running ? next : start();
      next = undefined;
      return answerByChild(child, invocation, settings.stdout, log, () => {
        child.end(invocation.event);
        child.channel?.end(environmentMessage(eventEnvironment(invocation, platform)));
      });
    },
    stop: () => endChildren(running),
  };
}

function environmentMessage(environment: Environment): string {
  return JSON.stringify(environment);
}

/** Resolves when the child has said that it is ready, has ended, or takes too long. */
function readyMark(child: Child): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, readyMs);
    const settle = () => {
      clearTimeout(timer);
      resolve();
    };
    child.channel?.once("data", settle);
    void child.ended.then(settle);
  });
}
