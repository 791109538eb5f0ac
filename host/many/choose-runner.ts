// Chooses the one runner of all slots, by where the handler's code runs.
import type { Handler } from "../handler/resolve.ts";
import { chooseRunner, createRunner, livesIn, warnOfMode } from "../runners/choose-runner.ts";
import type { Runner, Surroundings } from "../runners/runner.ts";
import { createPool } from "./pool.ts";
import type { LogTarget } from "./shared-log.ts";
import { sweepLater } from "./sweep.ts";
import { threadCount } from "./thread-count.ts";

export async function chooseRunnerOfSlots(
  slots: number,
  handler: Handler,
  given: Surroundings,
  logTarget: LogTarget,
): Promise<Runner> {
  const surroundings: Surroundings = { ...given, killEscaped: sweepLater };
  switch (livesIn(handler, surroundings)) {
    case "host": {
      const { settings, platform, environment, log } = given;
      warnOfMode(handler, given);
      const { createThreads } = await import("./threads.ts");
      const count = threadCount(environment.AWS_LAMBDA_NODEJS_WORKER_COUNT, slots);
      // The working directory belongs to the process: a thread cannot change it.
      process.chdir(platform.taskRoot);
      return createThreads(count, { handler, settings, platform, environment, logTarget }, log);
    }
    case "server":
      return chooseRunner(handler, surroundings);
    default: {
      const made = [await chooseRunner(handler, surroundings)];
      return createPool(async () => made.pop() ?? createRunner(handler, surroundings), slots);
    }
  }
}
