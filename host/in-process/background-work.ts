// Work that a function continues after its answer (`waitUntil`): the next event waits for it.
import { endingTimes } from "../deadline.ts";
import type { Invocation } from "../invocation.ts";
import type { Log } from "../log.ts";

export interface BackgroundWork {
  /** `work` never rejects. */
  add(work: Promise<unknown>, invocation: Invocation): void;
  /**
   * What the event continues with; undefined when that is nothing. Waits until just before the
   * deadline at most.
   */
  settled(invocation: Invocation): Promise<void> | undefined;
}

export function createBackgroundWork(log: Log): BackgroundWork {
  const events = new Map<string, Set<Promise<unknown>>>();

  async function settled({ id, deadlineMs }: Invocation, open: Set<unknown>): Promise<void> {
    const times = endingTimes(deadlineMs);
    const late = Promise.withResolvers<"late">();
    const timer = times && setTimeout(() => late.resolve("late"), times.killAt - Date.now());
    // Work that settles may have added more work.
    while (open.size > 0) {
      const end = await Promise.race([Promise.all(open), late.promise]);
      if (end !== "late") continue;
      log.warn(
        "the work passed to waitUntil had not finished just before the timeout; the next event does not wait for it. Raise the timeout, or do less.",
      );
      open.clear();
    }
    events.delete(id);
    clearTimeout(timer);
  }

  return {
    add(work, { id }) {
      const open = events.get(id) ?? new Set();
      events.set(id, open);
      open.add(work);
      void work.then(() => open.delete(work));
    },
    settled(invocation) {
      // Hardly ever is there any.
      const open = events.size === 0 ? undefined : events.get(invocation.id);
      return open === undefined ? undefined : settled(invocation, open);
    },
  };
}
