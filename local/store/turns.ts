// One task after another for one key, tasks of different keys side by side.

export interface Turns {
  /** Runs the task when every earlier one of the key has ended, whether well or not. */
  run<Result>(key: string, task: () => Promise<Result>): Promise<Result>;
  /** Until no task is left. */
  settled(): Promise<void>;
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<void>>();
  return {
    run(key, task) {
      const result = (last.get(key) ?? Promise.resolve()).then(task);
      const leave = () => {
        if (last.get(key) === turn) last.delete(key);
      };
      const turn = result.then(leave, leave);
      last.set(key, turn);
      return result;
    },
    async settled() {
      while (last.size > 0) await Promise.all(last.values());
    },
  };
}
