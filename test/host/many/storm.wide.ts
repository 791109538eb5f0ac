// Storms of 64 at a time, long enough to see what grows.
import { test } from "node:test";
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
