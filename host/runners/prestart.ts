// Mode `prestart`: the script itself is started before the event and runs up to its first read of
// stdin. The context comes as a line of JSON on the descriptor named by LAMBDA_RUNTIME_CONTEXT_FD.
import { createContext, headersObject, type Invocation } from "../invocation.ts";
import { answerByChild } from "../process/answer-by-child.ts";
import type { Child } from "../process/child.ts";
import { createChildren } from "../process/children.ts";
import { replenishPipes } from "../process/pipes.ts";
import { reapChild } from "../process/reap-child.ts";
import type { Platform } from "../settings.ts";
import type { ScriptCommand } from "./command.ts";
import type { Runner, Surroundings } from "./runner.ts";

/** One for its standard streams, one for the context. */
const setsForOne = 2;

/** For when the script turns out not to wait for its event, which is then already here. */
const setsForNext = 1;

/** `instead` runs the events of a script that does not wait for its event. */
export function prestartRunner(
  command: ScriptCommand,
  surroundings: Surroundings,
  instead: Runner,
): Runner {
  const { settings, platform, log } = surroundings;
  const children = createChildren();
  let next: Child | undefined;
  let possible = true;

  function start(): Child {
    return children.start(command, {
      environment: { ...command.environment, LAMBDA_RUNTIME_CONTEXT_FD: "3" },
      directory: platform.taskRoot,
      extra: "pipe",
    });
  }

  const runner: Runner = {
    async prepare() {
      if (!possible) return instead.prepare();
      await replenishPipes(setsForOne + setsForNext);
      next = start();
    },
    async run(invocation) {
      // With many events at a time one may come before its child was prepared.
      const child = next ?? (possible ? start() : undefined);
      next = undefined;
      if (child?.running) {
        return answerByChild(child, invocation, settings.stdout, log, () => {
          // The event first, because the script waits for it.
          child.end(invocation.event);
          child.pipe?.write(Buffer.from(contextLine(invocation, platform)));
          child.pipe?.close();
        });
      }
      if (possible) {
        possible = false;
        if (child !== undefined) await reapChild(child, log);
        log.warn(
          "the script ended before its event came, so it cannot be prestarted; it is run by spawn from now on. Let it read stdin before it ends, or set STDLAMBDA_MODE=spawn.",
        );
      }
      return instead.run(invocation);
    },
    async renew() {
      next?.signal("SIGKILL");
      await next?.finish();
      await runner.prepare();
    },
    async stop() {
      await Promise.all([children.end(), instead.stop()]);
    },
  };
  return runner;
}

function contextLine(invocation: Invocation, platform: Platform): string {
  const context = createContext(invocation, platform);
  const { variables: http } = invocation;
  return `${JSON.stringify({ context, headers: headersObject(invocation), http })}\n`;
}
