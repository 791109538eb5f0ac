// The one runner of all slots, by where the handler's code lives.
import type { Handler } from "../handler/resolve.ts";
import { chooseRunner, createRunner, livesIn } from "../runners/choose-runner.ts";
import type { Runner, Surroundings } from "../runners/runner.ts";
import { createPool } from "./pool.ts";
import { sweepLater } from "./sweep.ts";

export async function chooseRunnerOfSlots(
  slots: number,
  handler: Handler,
  given: Surroundings,
): Promise<Runner> {
  const surroundings: Surroundings = { ...given, killEscaped: sweepLater };
  const first = await chooseRunner(handler, surroundings);
  // A server, or code in the host's own process, takes several events at a time.
  if (livesIn(handler, surroundings) !== "processes") return first;
  const made = [first];
  return createPool(async () => made.pop() ?? createRunner(handler, surroundings), slots);
}
