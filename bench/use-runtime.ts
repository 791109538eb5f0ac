// Works with a program that may end or hang meanwhile.
import { setTimeout as sleep } from "node:timers/promises";
import type { Runtime } from "./runtime.ts";

/**
 * Uses the program, then ends it; a failure includes its log. The signal is aborted when the work
 * is over or given up, before the program is told to end.
 */
export async function useRuntime<Result>(
  runtime: Runtime,
  patienceMs: number,
  use: (over: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const over = new AbortController();
  const ended = runtime.exited.then((how) => Promise.reject(new Error(`it ended: ${how}`)));
  const late = sleep(patienceMs, undefined, { signal: over.signal }).then(() =>
    Promise.reject(new Error(`no end after ${patienceMs / 1000} s`)),
  );
  const work = use(over.signal);
  // The loser of the race below may reject later, when nobody listens any more.
  for (const loser of [ended, late, work]) loser.catch(() => {});
  try {
    return await Promise.race([work, ended, late]);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`${message}\n${runtime.logTail()}`.trimEnd(), { cause: error });
  } finally {
    over.abort();
    await runtime.stop();
  }
}
