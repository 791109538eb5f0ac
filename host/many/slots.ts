// Managed Instances: as many polls side by side as the platform gives slots, each on its own
// connection. Each slot serves one event after another, as the whole host does elsewhere.
import { failureFromThrown } from "../answer/failure.ts";
import type { Log } from "../log.ts";
import { poll } from "../poll.ts";
import type { Runner } from "../runners/runner.ts";
import type { Address } from "../runtime-api/address.ts";
import { connectRuntimeApi, type Patience } from "../runtime-api/client.ts";

const firstPauseMs = 100;
const longestPauseMs = 90_000;

/** As in AWS's client: the last of 20 polls comes just over 15 minutes after the first. */
const mostFailures = 20;

/**
 * A slot that is refused says nothing about the others, and the platform would not start another
 * environment.
 */
const ofSlot: Patience = {
  outlivesRefusals: true,
  pauseMs(failures) {
    if (failures + 1 >= mostFailures) return undefined;
    return Math.min(firstPauseMs * 2 ** failures, longestPauseMs);
  },
};

/** Serves events until no slot can serve any more. The runner is every slot's. */
export async function pollSlots(
  slots: number,
  address: Address,
  given: Runner,
  log: Log,
): Promise<void> {
  const runner: Runner = {
    ...given,
    async prepare(after) {
      try {
        await given.prepare(after);
      } catch (error) {
        // For example a server that does not come up again: each event gets the error, and tries
        // again.
        log.failure(failureFromThrown(error), undefined);
      }
    },
  };
  const pollSlot = async () => {
    try {
      await poll(connectRuntimeApi(address, log.warn, ofSlot), runner, log);
    } catch (error) {
      log.failure(failureFromThrown(error), undefined);
    }
  };
  await Promise.all(Array.from({ length: slots }, pollSlot));
}
