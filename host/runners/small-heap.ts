// Keeps the host's young generation at its first size, in the modes that start processes and where
// memory is short. V8 lets it grow to 3 x 16 MB, whatever the function's memory, and a larger host
// makes each fork slower (docs/performance.md).
import type { Runner } from "./runner.ts";

/**
 * Wraps a runner: after its first event it tells the heap not to grow. Not before, because the flag
 * changes what V8 accepts of Node's own code cache, which a cold start needs.
 */
export function withSmallHeap(runner: Runner): Runner {
  let prepared = 0;
  return {
    ...runner,
    prepare(after) {
      prepared++;
      if (prepared === 2) keepYoungGenerationSmall();
      return runner.prepare(after);
    },
  };
}

function keepYoungGenerationSmall(): void {
  process.getBuiltinModule("node:v8").setFlagsFromString("--semi-space-growth-factor=1");
}
