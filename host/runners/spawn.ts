// Mode `spawn`: a fresh process for every event, started when it comes.
import { eventEnvironment } from "../event/environment.ts";
import { answerByChild } from "../process/answer-by-child.ts";
import { createChildren } from "../process/children.ts";
import { replenishPipes } from "../process/pipes.ts";
import type { ScriptCommand } from "./command.ts";
import type { Runner, Surroundings } from "./runner.ts";

export function spawnRunner(command: ScriptCommand, surroundings: Surroundings): Runner {
  const { settings, platform, log } = surroundings;
  const children = createChildren(surroundings.killEscaped);
  return {
    prepare() {
      children.killEscaped();
      return replenishPipes();
    },
    async run(invocation) {
      const child = children.start(command, {
        environment: { ...command.environment, ...eventEnvironment(invocation, platform) },
        directory: platform.taskRoot,
      });
      children.given(child, invocation);
      return answerByChild(child, invocation, settings.stdout, log, () =>
        child.end(invocation.event),
      );
    },
    stop: children.end,
  };
}
