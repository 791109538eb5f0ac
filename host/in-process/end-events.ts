// The end of the host while code in its own process runs: an event has a moment left to be answered.
import { shutDown } from "../answer/failure.ts";
import { failed } from "../answer/outcome.ts";
import { sleep } from "../sleep.ts";
import { running } from "./event-scope.ts";
import type { InProcessEvent } from "./in-process-event.ts";

/** As long as a script has between SIGTERM and SIGKILL. */
const graceMs = 250;

export async function endEvents(): Promise<void> {
  if (running.size === 0) return;
  await sleep(graceMs);
  for (const event of [...running] as InProcessEvent[]) event.settle(failed(shutDown));
}
