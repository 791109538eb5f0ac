// The parts of the host that differ on Managed Instances: its log, its runner, its loop.
import type { Handler } from "../handler/resolve.ts";
import type { Log } from "../log.ts";
import type { Runner, Surroundings } from "../runners/runner.ts";
import type { Address } from "../runtime-api/address.ts";
import type { Platform } from "../settings.ts";
import { chooseRunnerOfSlots } from "./choose-runner.ts";
import { openSharedLog } from "./shared-log.ts";
import { pollSlots } from "./slots.ts";

export interface Many {
  readonly log: Log;
  chooseRunner(handler: Handler, surroundings: Surroundings): Promise<Runner>;
  /** Serves events until no slot can serve any more. */
  poll(address: Address, runner: Runner): Promise<void>;
}

export async function serveMany(platform: Platform, slots: number): Promise<Many> {
  const { log, target } = await openSharedLog(platform);
  return {
    log,
    chooseRunner: (handler, surroundings) =>
      chooseRunnerOfSlots(slots, handler, surroundings, target),
    poll: (address, runner) => pollSlots(slots, address, runner, log),
  };
}
