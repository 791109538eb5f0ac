// Runners that serve one event at a time, made one that serves many: an event gets a runner for itself.
// They are started as events come at the same time, and one more than that is kept ready.
import type { Invocation } from "../invocation.ts";
import { replenishPipes, sharePipes } from "../process/pipes.ts";
import type { Runner } from "../runners/runner.ts";

/** `create` makes another runner of the same handler; no more than `most` serve at a time. */
export function createPool(create: () => Promise<Runner>, most: number): Runner {
  const all = new Set<Runner>();
  /** The one that was used last is taken first: the others' processes may be swapped out. */
  const idle: Runner[] = [];
  const serving = new Map<Invocation, Runner>();
  let isGrowing = false;

  async function add(): Promise<Runner> {
    const runner = await create();
    all.add(runner);
    sharePipes(all.size);
    return runner;
  }

  /** While the event runs, so that the next one that comes meanwhile finds a runner ready. */
  async function addSpare(): Promise<void> {
    if (isGrowing || all.size >= most) return;
    isGrowing = true;
    const runner = await add();
    // What failed now fails again with its event, which is told the reason.
    await runner.prepare()?.catch(() => {});
    idle.unshift(runner);
    isGrowing = false;
  }

  async function addForEvent(): Promise<Runner> {
    const runner = await add();
    await replenishPipes();
    return runner;
  }

  return {
    async prepare(after) {
      const runner = after === undefined ? await add() : (serving.get(after) as Runner);
      if (after !== undefined) serving.delete(after);
      await runner.prepare(after);
      idle.push(runner);
    },
    async run(invocation) {
      const runner = idle.pop() ?? (await addForEvent());
      serving.set(invocation, runner);
      if (idle.length === 0) void addSpare();
      return runner.run(invocation);
    },
    async stop() {
      await Promise.all([...all].map((runner) => runner.stop()));
    },
  };
}
