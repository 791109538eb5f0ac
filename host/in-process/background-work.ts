// Work that a function continues after its answer (`waitUntil`): the next event waits for it.
import { endingTimes } from "../deadline.ts";
import type { Invocation } from "../invocation.ts";
import type { Log } from "../log.ts";

export interface BackgroundWork {
  /** `work` never rejects. */
  add(work: Promise<unknown>, invocation: Invocation): void;
  /** Undefined when there is nothing to wait for. Waits no longer than until just before the event's deadline. */
  settled(): Promise<void> | undefined;
}

export function createBackgroundWork(log: Log): BackgroundWork {
  const open = new Set<Promise<unknown>>();
  let last: Invocation | undefined;

  async function settled(): Promise<void> {
    const times = endingTimes(last?.deadlineMs);
    const late = Promise.withResolvers<"late">();
    const timer = times && setTimeout(() => late.resolve("late"), times.killAt - Date.now());
    // Work that settles may have added more.
    while (open.size > 0) {
      const end = await Promise.race([Promise.all(open), late.promise]);
      if (end !== "late") continue;
      log.warn(
        "the work passed to waitUntil had not finished just before the timeout; the next event does not wait for it. Raise the timeout, or do less.",
      );
      open.clear();
    }
    clearTimeout(timer);
  }

  return {
    add(work, invocation) {
      last = invocation;
      open.add(work);
      void work.then(() => open.delete(work));
    },
    settled: () => (open.size === 0 ? undefined : settled()),
  };
}
