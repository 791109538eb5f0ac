// The host's own memory where a function has little of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { startHost } from "../../helpers/runtime-api.ts";
import { temporaryFiles } from "../temporary-files.ts";

/** What lives a little makes V8 grow its young generation, as streams and parsed events do. */
const handler = `
let kept = [];
exports.handler = async ({ rounds }) => {
  for (let round = 0; round < rounds; round++) {
    kept.push(Array.from({ length: 200 }, (_, index) => ({ index, round })));
    if (kept.length > 60) kept = [];
  }
  const { getHeapSpaceStatistics } = require("node:v8");
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space").space_size;
};`;

test("the young generation stays small in a function with little memory", async () => {
  const root = temporaryFiles({ "index.js": handler });
  const sizes: Record<string, number> = {};
  for (const memory of ["128", "1024"]) {
    await using host = await startHost({
      root,
      handler: "index.handler",
      env: { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memory },
    });
    // The first event is served as Node comes: a cold start has no time for settings of V8.
    await host.invoke('{"rounds":0}');
    sizes[memory] = Number((await host.invoke('{"rounds":10000}')).body);
  }
  const { 128: little, 1024: much } = sizes;
  assert.ok(Number(little) * 2 <= Number(much), `${little} bytes with 128 MB, ${much} with 1024`);
});
