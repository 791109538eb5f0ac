// How many requests a function works on, and how many wait for their turn: more are refused.

export interface Admission {
  /** Whether one more request would be refused now. */
  isFull(): boolean;
  /**
   * Resolves with what to call when the request is over, once it is its turn; undefined when `signal`
   * came first. "full": it may not even wait.
   */
  enter(signal: AbortSignal): Promise<(() => void) | undefined> | "full";
  running(): number;
  waiting(): number;
}

export function createAdmission(concurrency: number, queue: number): Admission {
  const waiting = new Set<() => void>();
  let running = 0;

  function leaveOnce(): () => void {
    let isIn = true;
    return () => {
      if (!isIn) return;
      isIn = false;
      running -= 1;
      const [next] = waiting;
      next?.();
    };
  }

  function start(): () => void {
    running += 1;
    return leaveOnce();
  }

  const isFull = () => running >= concurrency && waiting.size >= queue;
  return {
    isFull,
    enter(signal) {
      if (isFull()) return "full";
      if (running < concurrency) return Promise.resolve(start());
      return new Promise((resolve) => {
        const next = () => {
          waiting.delete(next);
          signal.removeEventListener("abort", give);
          resolve(start());
        };
        const give = () => {
          waiting.delete(next);
          resolve(undefined);
        };
        waiting.add(next);
        signal.addEventListener("abort", give, { once: true });
      });
    },
    running: () => running,
    waiting: () => waiting.size,
  };
}
