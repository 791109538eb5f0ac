// Mode `prefork`: a fresh Node process for every event, booted before the event comes
// (docs/performance.md). The preload waits on descriptor 3 for the event's environment.
import { join } from "node:path";
import type { Outcome } from "../answer/outcome.ts";
import { eventEnvironment } from "../event/environment.ts";
import type { Invocation } from "../invocation.ts";
import { answerByChild } from "../process/answer-by-child.ts";
import type { Child } from "../process/child.ts";
import { createChildren } from "../process/children.ts";
import { replenishPipes } from "../process/pipes.ts";
import { reapChild } from "../process/reap-child.ts";
import type { ScriptCommand } from "./command.ts";
import type { Runner, Surroundings } from "./runner.ts";

/** What Node loads before the script; it lies beside this file, and beside the bundle in a layer. */
export const preforkPreload = join(import.meta.dirname, "prefork-preload.cjs");

/** Tells the preload that this very process was started to wait. */
const preforkMark = "_STDLAMBDA_PREFORK";

/** What the preload writes when it has the event's environment and the script begins. */
const takenMark = "t";

/** A child that is not up by then is not waited for; the event gets it while it boots. */
const readyMs = 3000;

export function preforkRunner(command: ScriptCommand, surroundings: Surroundings): Runner {
  const { settings, platform, log } = surroundings;
  const children = createChildren(surroundings.killEscaped);
  let next: Child | undefined;

  function start(): Child {
    return children.start(command, {
      environment: { ...command.environment, [preforkMark]: "1" },
      directory: platform.taskRoot,
      extra: "channel",
    });
  }

  function answer(child: Child, invocation: Invocation): Promise<Outcome> {
    children.given(child, invocation);
    return answerByChild(child, invocation, settings.stdout, log, () => {
      child.end(invocation.event);
      child.channel?.end(JSON.stringify(eventEnvironment(invocation, platform)));
    });
  }

  const runner: Runner = {
    async prepare() {
      children.killEscaped();
      await replenishPipes();
      next = start();
      await readyMark(next);
    },
    async run(invocation) {
      const idle = next;
      next = undefined;
      // A child that died while it was idle is replaced, and its event is not lost.
      if (idle?.running) {
        let taken = false;
        idle.channel?.on("data", (marks: Buffer) => {
          taken ||= marks.includes(takenMark);
        });
        const outcome = await answer(idle, invocation);
        // Dead or dying, though not yet reported: no line of the script has run, so another child
        // may run it.
        if (outcome.kind !== "failure" || taken) return outcome;
      } else if (idle !== undefined) {
        await reapChild(idle, log);
      }
      return answer(start(), invocation);
    },
    async renew() {
      next?.signal("SIGKILL");
      await next?.finish();
      await runner.prepare();
    },
    stop: children.end,
  };
  return runner;
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
