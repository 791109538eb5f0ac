// The end of the process: signals, and the one place that exits.
import type { Runner } from "./runners/runner.ts";

// Held here, because modes that run the user's code in this process bind process.exit to the event.
const exit = process.exit.bind(process);

/** What a shell reports for a process that a signal ended. */
const signalStatus = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Ends the scripts, then the host: within Lambda's 300 to 500 ms after SIGTERM. */
export function endOnSignals(runner: Runner): void {
  for (const [signal, status] of Object.entries(signalStatus)) {
    process.once(signal, () => void endHost(status, runner));
  }
}

/** Ends what the runner left running, then the process. */
export async function endHost(status: number, runner?: Runner): Promise<never> {
  await runner?.stop();
  return exit(status);
}
