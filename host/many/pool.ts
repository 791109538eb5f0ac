// Makes one runner that serves many events at a time of runners that serve one: each event gets a
// runner for itself. They are started as events come, and one is always kept ready.
import type { Invocation } from "../invocation.ts";
import { replenishPipes, sharePipes } from "../process/pipes.ts";
import type { Runner } from "../runners/runner.ts";

/** `create` makes another runner of the same handler; at most `most` serve at a time. */
export function createPool(create: () => Promise<Runner>, most: number): Runner {
  const all = new Set<Runner>();
  /**
   * The one that was used last is taken first, because the others' processes may be swapped out.
   */
  const idle: Runner[] = [];
  const serving = new Map<Invocation, Runner>();
  let isGrowing = false;

  async function add(): Promise<Runner> {
    const runner = await create();
    all.add(runner);
    sharePipes(all.size);
    return runner;
  }

  /** Started while the event runs, so that the next event finds a runner ready. */
  async function addSpare(): Promise<void> {
    if (isGrowing || all.size >= most) return;
    isGrowing = true;
    const runner = await add();
    // What failed here fails again with the event that needs it, which then gets the reason.
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
