// Watches the memory of environments at work, and stops one that takes too much.
import { memoryOf, peakMemoryOf } from "./memory.ts";

/** Often enough to stop a runaway before the machine suffers; a measurement costs about 0.1 ms. */
export const intervalMs = 50;

export interface WatchedEnvironment {
  /** All processes, the runtime's first. */
  processes(): readonly number[];
  readonly limitBytes: number;
  /** Called once, when the limit is passed. */
  readonly onExceeded: () => void;
}

export interface MemoryUse {
  /**
   * The greatest use so far, in bytes; at most the limit. Measures again if the last measurement is
   * old.
   */
  peakBytes(): number;
  /** Measured only while at work: a frozen environment cannot grow. */
  pause(): void;
  resume(): void;
}

const working = new Set<() => void>();
let timer: NodeJS.Timeout | undefined;

/** Begins paused. */
export function watchMemory(environment: WatchedEnvironment): MemoryUse {
  let peak = 0;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let isExceeded = false;
  const look = () => {
    lookedAt = performance.now();
    const ids = environment.processes();
    // The peak of a single process is seen by the kernel even between two looks.
    const now = Math.max(memoryOf(ids), ...ids.map(peakMemoryOf));
    peak = Math.min(Math.max(peak, now), environment.limitBytes);
    if (now <= environment.limitBytes || isExceeded) return;
    isExceeded = true;
    environment.onExceeded();
  };
  return {
    peakBytes() {
      if (performance.now() - lookedAt > intervalMs) look();
      return peak;
    },
    pause() {
      working.delete(look);
    },
    resume() {
      isExceeded = false;
      working.add(look);
      timer ??= setInterval(lookAtAll, intervalMs).unref();
    },
  };
}

function lookAtAll(): void {
  for (const look of working) look();
  if (working.size > 0) return;
  clearInterval(timer);
  timer = undefined;
}
