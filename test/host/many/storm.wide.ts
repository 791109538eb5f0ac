// Storms of 64 at a time, long enough to see what grows.
import { test } from "node:test";
import { loopKinds, mainKinds, programs, pythonKinds } from "./program-storm.ts";
import { scriptKinds, stormScript } from "./script-storm.ts";
import { assertFlat, storm } from "./storm.ts";

test("a storm of 64 scripts at a time", async () => {
  const held = await storm({
    handler: "storm.sh",
    files: { "storm.sh": stormScript },
    slots: 64,
    rounds: 15,
    kinds: scriptKinds,
  });
  assertFlat(held, 6);
});

for (const [what, { kinds, ...options }] of Object.entries({
  main: { handler: "storm.mjs", kinds: mainKinds, env: {} },
  "a loop script": { handler: "loop.mjs", kinds: loopKinds, env: { STDLAMBDA_MODE: "loop" } },
  "a function in Python": { handler: "python.handle", kinds: pythonKinds, env: {} },
})) {
  test(`a storm of 64 at a time on ${what}`, async () => {
    const held = await storm({ ...options, kinds, files: programs, slots: 64, rounds: 8 });
    assertFlat(held, 4);
  });
}
