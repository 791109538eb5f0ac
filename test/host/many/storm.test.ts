// A short storm of scripts; storm.wide.ts has the long ones.
import { test } from "node:test";
import { mainKinds, programs } from "./program-storm.ts";
import { scriptKinds, stormScript } from "./script-storm.ts";
import { assertFlat, storm } from "./storm.ts";

test("every caller of 14 at a time gets its own answer, whatever the other scripts do", async () => {
  const held = await storm({
    handler: "storm.sh",
    files: { "storm.sh": stormScript },
    slots: 14,
    rounds: 3,
    kinds: scriptKinds,
  });
  assertFlat(held, 2);
});

test("so does every caller of main, whatever the events beside it in its thread do", async () => {
  const held = await storm({
    handler: "storm.mjs",
    files: programs,
    slots: 16,
    rounds: 3,
    kinds: mainKinds,
  });
  assertFlat(held, 2);
});
