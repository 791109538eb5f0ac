// The end of the process: signals, and the one place that exits.

import type { Runner } from "./runners/runner.ts";
import { signalStatus } from "./signal-status.ts";
import { sleep } from "./sleep.ts";

// Held here, because modes that run the user's code in this process bind process.exit to the event.
const exit = process.exit.bind(process);

/** Lambda gives a runtime 300 to 500 ms after SIGTERM; scripts are killed 250 ms after theirs. */
const exitWithinMs = 400;

let ending: Promise<never> | undefined;

/** Events that were taken and are not answered yet. */
let inHand = 0;
let onNoneInHand: (() => void) | undefined;

export function takeInHand(): void {
  inHand++;
}

export function putAway(): void {
  inHand--;
  if (inHand === 0) onNoneInHand?.();
}

/** Ends the scripts, then the host; a signal that comes again changes nothing. */
export function endOnSignals(runner: Runner): void {
  for (const [signal, status] of Object.entries(signalStatus)) {
    process.on(signal, () => void endHost(status, runner));
  }
}

/**
 * Ends what the runner left running, then the process; what is answered meanwhile is still posted.
 * The first caller sets the status.
 */
export function endHost(status: number, runner?: Runner): Promise<never> {
  ending ??= end(status, runner);
  return ending;
}

/** While the host ends, no script may be started, because nothing would end it. */
export function isEnding(): boolean {
  return ending !== undefined;
}

async function end(status: number, runner: Runner | undefined): Promise<never> {
  await Promise.race([
    Promise.all([runner?.stop(), noneInHand()]),
    sleep(exitWithinMs),
    // If a runner fails to stop, the host ends all the same.
  ]).catch(() => {});
  return exit(status);
}

function noneInHand(): Promise<void> {
  return new Promise((resolve) => {
    onNoneInHand = resolve;
    if (inHand === 0) resolve();
  });
}
