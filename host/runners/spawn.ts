// Mode `spawn`: a fresh process for every event, started when it comes.
import { eventEnvironment } from "../event/environment.ts";
import { answerByChild } from "../process/answer-by-child.ts";
import { type Child, startChild } from "../process/child.ts";
import { endChildren } from "../process/end-children.ts";
import { type EndedScript, killEscaped } from "../process/escaped.ts";
import { replenishPipes } from "../process/pipes.ts";
import type { ScriptCommand } from "./command.ts";
import type { Runner, Surroundings } from "./runner.ts";

export function spawnRunner(command: ScriptCommand, surroundings: Surroundings): Runner {
  const { settings, platform, log } = surroundings;
  const running = new Set<Child>();
  let last: EndedScript | undefined;
  return {
    prepare() {
      if (last !== undefined) killEscaped(last);
      last = undefined;
      return replenishPipes();
    },
    async run(invocation) {
      const child = startChild(command, {
        environment: { ...command.environment, ...eventEnvironment(invocation, platform) },
        directory: platform.taskRoot,
      });
      running.add(child);
      if (child.pid !== undefined) last = { pid: child.pid, requestId: invocation.id };
      void child.ended.then(() => running.delete(child));
      return answerByChild(child, invocation, settings.stdout, log, () =>
        child.end(invocation.event),
      );
    },
    stop: () => endChildren(running),
  };
}
